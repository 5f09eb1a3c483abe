import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import func, select

from admin import browsers, sessions
from admin.accounts import (
    Founding,
    Newcomer,
    Voucher,
    check_free,
    found,
    invite,
    read_groups,
    read_name,
    read_passphrase,
)
from admin.errors import AccountError, AlarmError, CodeRefusedError, SignInRefusedError
from admin.factors import OneTimeCodes
from admin.keyring import Ring
from admin.models import Grant, Member
from admin.permissions import AUDIT, CASEWORK, INTAKE
from admin.runtime import Staff, open_door, open_staff
from admin.sessions import Credentials
from crypto.passphrase import Parameters
from crypto.roles import Group
from reporting.database import connect
from reporting.errors import OfficeError
from reporting.office import PINS_FILE
from reporting.office_rows import Epoch
from reporting.runtime import start
from reporting.settings import Settings
from tests.conftest import Clock

CHEAP = Parameters.cheap_for_tests()
REVIEWER = frozenset({Group.INTAKE, Group.CASEWORK})
AUDITOR = frozenset({Group.AUDIT})
STEP = timedelta(seconds=30)
LETTERS = "abcdefgh"


def somebody(name: str, groups: frozenset[Group]) -> Newcomer:
    return Newcomer(name, f"the passphrase of {name}", OneTimeCodes.make(), groups)


def hold_ceremony(settings: Settings, clock: Clock, founder: Newcomer) -> None:
    database = connect(settings.database)
    try:
        found(Founding(settings, database, open_door(settings, CHEAP)), founder, clock())
    finally:
        database.engine.dispose()


@pytest.fixture
def founder() -> Newcomer:
    return somebody("Aiko Mori", REVIEWER)


@pytest.fixture
def staff(settings: Settings, clock: Clock, founder: Newcomer) -> Iterator[Staff]:
    """A staff of one: the founder."""
    hold_ceremony(settings, clock, founder)
    running = open_staff(start(settings, clock), CHEAP, lambda _seconds: None)
    yield running
    running.service.database.engine.dispose()


def vouched(voucher: Newcomer, clock: Clock) -> Voucher:
    """Return what somebody proves themselves with, at a time whose code is not used yet."""
    clock.advance(STEP)
    code = TOTP(voucher.codes.text).at(clock())
    return Voucher(Credentials(voucher.name, voucher.passphrase), code)


def ring_of(staff: Staff, person: Newcomer, clock: Clock) -> Ring:
    clock.advance(STEP)
    credentials = Credentials(person.name, person.passphrase)
    pending = sessions.begin(staff, credentials, browsers.new_token(), clock())
    token = sessions.finish(staff, pending, TOTP(person.codes.text).at(clock()), clock())
    return sessions.present(staff, token, clock())


def grants_of(staff: Staff, group: Group) -> int:
    epoch = staff.service.office.key_of(group).epoch
    with staff.service.read() as session:
        wanted = select(func.count()).select_from(Grant).where(Grant.epoch_id == epoch)
        return session.scalar(wanted) or 0


def test_the_ceremony_makes_one_pinned_key_of_each_group(staff: Staff) -> None:
    with staff.service.read() as session:
        assert sorted(row.group for row in session.scalars(select(Epoch))) == sorted(Group)
    pins = json.loads((staff.service.settings.instance / PINS_FILE).read_bytes())
    assert sorted(pins) == sorted(Group)


def test_nothing_readable_says_who_the_founder_is(staff: Staff) -> None:
    with staff.service.read() as session:
        member = session.scalars(select(Member)).one()
    for column in Member.__table__.columns:
        assert "Aiko" not in str(getattr(member, column.name))


def test_the_founder_reads_reports_and_not_the_log(
    staff: Staff, founder: Newcomer, clock: Clock
) -> None:
    assert grants_of(staff, Group.AUDIT) == 1
    assert ring_of(staff, founder, clock).person.groups == {INTAKE, CASEWORK}


def test_the_first_auditor_takes_the_key_over(
    staff: Staff, founder: Newcomer, clock: Clock
) -> None:
    auditor = somebody("Ren Okada", AUDITOR)
    invite(staff, auditor, vouched(founder, clock), clock())
    assert grants_of(staff, Group.AUDIT) == 1
    assert ring_of(staff, auditor, clock).person.groups == {AUDIT}
    with pytest.raises(AccountError, match="holds the key of audit"):
        invite(staff, somebody("Mei", AUDITOR), vouched(founder, clock), clock())
    invite(staff, somebody("Mei", AUDITOR), vouched(auditor, clock), clock())
    assert grants_of(staff, Group.AUDIT) == 2


def test_a_second_reviewer_reads_what_the_founder_reads(
    staff: Staff, founder: Newcomer, clock: Clock
) -> None:
    second = somebody("Daniel Berg", REVIEWER)
    invite(staff, second, vouched(founder, clock), clock())
    assert ring_of(staff, second, clock).person.groups == {INTAKE, CASEWORK}
    assert grants_of(staff, Group.AUDIT) == 1


def test_an_auditor_lets_no_reviewer_in(staff: Staff, founder: Newcomer, clock: Clock) -> None:
    auditor = somebody("Ren Okada", AUDITOR)
    invite(staff, auditor, vouched(founder, clock), clock())
    with pytest.raises(AccountError, match="holds the key of casework"):
        invite(staff, somebody("Mei", REVIEWER), vouched(auditor, clock), clock())


def test_who_vouches_needs_both_factors(staff: Staff, founder: Newcomer, clock: Clock) -> None:
    newcomer = somebody("Daniel Berg", REVIEWER)
    right = vouched(founder, clock)
    with pytest.raises(SignInRefusedError):
        wrong = Credentials(founder.name, "something else altogether")
        invite(staff, newcomer, Voucher(wrong, right.code), clock())
    with pytest.raises(CodeRefusedError):
        invite(staff, newcomer, Voucher(right.credentials, "000000x"), clock())
    invite(staff, newcomer, right, clock())
    with pytest.raises(CodeRefusedError):
        invite(staff, somebody("Mei", REVIEWER), right, clock())


def test_a_refused_newcomer_leaves_nothing_behind(
    staff: Staff, founder: Newcomer, clock: Clock
) -> None:
    with pytest.raises(AccountError, match="has this name already"):
        invite(staff, somebody("AIKO mori", REVIEWER), vouched(founder, clock), clock())
    with staff.service.read() as session:
        assert session.scalar(select(func.count()).select_from(Member)) == 1
        with pytest.raises(AccountError):
            check_free(session, staff.door, "Aiko Mori")
        check_free(session, staff.door, "Somebody New")


@pytest.mark.usefixtures("staff")
def test_an_office_is_founded_once(settings: Settings, clock: Clock) -> None:
    with pytest.raises(AccountError, match="staff already"):
        hold_ceremony(settings, clock, somebody("Mei", REVIEWER))


def test_a_ceremony_that_cannot_pin_stores_nobody(settings: Settings, clock: Clock) -> None:
    (settings.instance / PINS_FILE).write_text("{}")
    with pytest.raises(OfficeError, match=PINS_FILE):
        hold_ceremony(settings, clock, somebody("Mei", REVIEWER))
    database = connect(settings.database)
    with database.read() as session:
        assert session.scalars(select(Member)).all() == []
    database.engine.dispose()


@pytest.mark.parametrize("groups", [AUDITOR, frozenset({Group.INTAKE})])
def test_a_founder_holds_intake_and_casework(
    settings: Settings, clock: Clock, groups: frozenset[Group]
) -> None:
    with pytest.raises(AccountError, match="intake,casework"):
        hold_ceremony(settings, clock, somebody("Mei", groups))


def test_a_grant_altered_or_made_by_a_stranger_raises_the_alarm(
    staff: Staff, founder: Newcomer, clock: Clock
) -> None:
    with staff.service.begin() as session:
        one, two = session.scalars(select(Grant).limit(2)).all()
        one.box_sealed, two.box_sealed = two.box_sealed, one.box_sealed
    with pytest.raises(AlarmError, match="altered"):
        ring_of(staff, founder, clock)


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 81, "Ai\nko", "Aiko\u202e", "\ud800", "a\u200bb", "tab\tbed"]
)
def test_names_that_could_deceive_are_refused(name: str) -> None:
    with pytest.raises(AccountError):
        read_name(name)


@pytest.mark.parametrize("name", ["Aiko Mori", "森 愛子", "אילנה", "O\u2019Neill", "x" * 80])
def test_names_of_people_are_taken_as_they_are(name: str) -> None:
    assert read_name(f" {name} ") == name


@pytest.mark.parametrize("passphrase", ["", "fifteen charact", "ab" * 20, "x" * 1001])
def test_passphrases_easy_to_guess_are_refused(passphrase: str) -> None:
    with pytest.raises(AccountError):
        read_passphrase(passphrase)


@pytest.mark.parametrize("passphrase", [LETTERS * 2, "灯火 を かかげて 夜の 道を 歩く 人がいる"])
def test_long_varied_passphrases_are_taken(passphrase: str) -> None:
    assert read_passphrase(passphrase) == passphrase


@pytest.mark.parametrize("text", ["", "audit,intake", "intake,root", "casework,audit"])
def test_groups_that_exclude_each_other_or_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(AccountError):
        read_groups(text)


def test_groups_are_read_as_typed() -> None:
    assert read_groups("casework, intake") == REVIEWER
    assert read_groups("audit") == AUDITOR
