"""Who shows both factors is let in as the roster has them, or not at all."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from admin import audit, browsers, decoys, sessions
from admin.admission import admit, look_back, shown_of
from admin.circle_rows import CircleKey
from admin.errors import AlarmError, CodeRefusedError, NotEnrolledError, StaffError
from admin.keyring import Ring
from admin.models import Grant, Member
from admin.second_factors import Shown
from admin.sessions import Credentials
from crypto.envelope import Secret
from crypto.roles import Group, Role
from reporting import intake
from reporting.errors import OfficeError
from reporting.models import CaseWrap
from reporting.office import HEAD_FILE
from reporting.office_rows import RosterRow
from tests.builders import a_report
from tests.builders_people import (
    READER,
    Team,
    a_joined,
    an_invited,
    at_the_door,
    both_sites,
    change,
    come_in,
    let_in,
    propose,
    remove,
    sign,
    with_new_keys,
)
from tests.builders_staff import NEXT_CODE, StaffMember, flipped, the_staff
from tests.intruder import cut_roster

DAY = timedelta(days=1)


def signed_in(team: Team, person: StaffMember) -> Secret:
    """Take both steps in; return the token of the cookie."""
    team.clock.advance(NEXT_CODE)
    staff, now = the_staff(team.app), team.clock()
    before = browsers.new_token()
    token = sessions.begin(staff, Credentials(person.name, person.passphrase), before, now)
    return sessions.finish(staff, token, Shown(person.code(now)), now)


def present(team: Team, token: Secret) -> Ring:
    return sessions.present(the_staff(team.app), token, team.clock())


def verbs(team: Team, auditor: StaffMember) -> list[str]:
    """Return what the log says as an auditor reads it, the first deed first."""
    ring = come_in(team.app, auditor, team.clock).ring
    with the_staff(team.app).service.read() as session:
        return [entry.verb for entry in reversed(audit.read(session, ring.segment_key, None))]


def test_who_has_keys_and_was_not_signed_for_is_not_let_in_and_keeps_their_code(
    team: Team,
) -> None:
    mei = a_joined(
        team.app, an_invited(team.app, team.aiko, team.clock, "Mei", Role.CASEWORKER), team.clock
    )
    proposal = propose(team.app, team.aiko, team.clock, mei, Role.CASEWORKER)
    opened, arrival = at_the_door(team.app, mei, team.clock)
    staff = the_staff(team.app)
    with pytest.raises(NotEnrolledError), staff.service.begin() as session:
        admit(session, staff, opened, arrival)
    sign(team.app, team.daniel, team.clock, proposal)
    with staff.service.begin() as session:
        admitted = admit(session, staff, opened, replace(arrival, at=team.clock()))
    assert admitted.ring.person.roles == {Role.CASEWORKER}


def test_who_was_let_go_is_not_let_in_until_they_are_back(team: Team) -> None:
    remove(team.app, team.daniel, team.clock, team.aiko)
    with pytest.raises(NotEnrolledError):
        come_in(team.app, team.aiko, team.clock)
    proposal = propose(team.app, team.daniel, team.clock, team.aiko, Role.REVIEWER)
    sign(team.app, team.sora, team.clock, proposal)
    assert come_in(team.app, team.aiko, team.clock).ring.person.roles == {Role.REVIEWER}


def test_new_keys_that_nobody_has_signed_let_nobody_in(team: Team) -> None:
    daniel = with_new_keys(team.app, team.daniel)
    with pytest.raises(NotEnrolledError):
        come_in(team.app, daniel, team.clock)
    change(team, daniel, *READER, manages=True)
    assert come_in(team.app, daniel, team.clock).ring.person.is_manager


def test_a_wrong_code_lets_nobody_in(team: Team) -> None:
    opened, arrival = at_the_door(team.app, team.aiko, team.clock)
    staff = the_staff(team.app)
    wrong = str((int(team.aiko.code(arrival.at)) + 1) % 10**6).zfill(6)
    with pytest.raises(CodeRefusedError), staff.service.begin() as session:
        admit(session, staff, opened, replace(arrival, proof=wrong))


def test_a_key_ring_without_a_factor_that_is_known_raises_the_alarm(team: Team) -> None:
    opened, arrival = at_the_door(team.app, team.aiko, team.clock)
    staff = the_staff(team.app)
    with staff.service.begin() as session:
        member = session.get_one(Member, team.aiko.id)
        shown = shown_of(staff, member, opened)
        odd = replace(shown.keyring, factors=(Secret(b"\x09"),))
        decoys.lock_again(member, opened.kek, replace(shown, keyring=odd), staff.door.parameters)
    with pytest.raises(AlarmError, match="exchanged"), staff.service.begin() as session:
        admit(session, staff, opened, arrival)


def start_again(team: Team) -> Flask:
    """Start another process that remembers nothing of the roster, not even on its disk."""
    settings = the_staff(team.app).service.settings
    (settings.instance / HEAD_FILE).unlink()
    return both_sites(settings, team.clock)


def test_a_roster_that_ends_before_what_somebody_remembers_raises_the_alarm(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    remove(team.app, team.aiko, team.clock, mei)
    come_in(team.app, team.daniel, team.clock)
    cut_roster(team.app, team.roster.head.n)
    later = start_again(team)
    with pytest.raises(AlarmError, match="rolled back or rewritten"):
        come_in(later, team.daniel, team.clock)
    the_staff(later).service.database.engine.dispose()


def test_another_process_that_kept_how_far_the_roster_went_does_not_even_start(
    team: Team,
) -> None:
    let_in(team, "Mei Tanaka", Role.CASEWORKER)
    n = team.roster.head.n
    settings = the_staff(team.app).service.settings
    cut_roster(team.app, n)
    with pytest.raises(OfficeError, match=f"does not hold at entry {n}"):
        both_sites(settings, team.clock)


def test_a_planted_entry_raises_the_alarm_and_reports_go_on_to_the_keys_verified_before(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    token = signed_in(team, team.aiko)
    service = the_staff(team.app).service
    verified = team.roster
    with service.begin() as session:
        session.execute(insert(RosterRow).values(n=verified.head.n + 1, entry=b"planted"))
    with pytest.raises(AlarmError, match="does not hold at entry 1"):
        come_in(team.app, team.aiko, team.clock)
    with pytest.raises(AlarmError, match="does not hold at entry 1"):
        present(team, token)

    sealed = intake.prepare(a_report(), service.desk, team.clock())
    with service.begin() as session:
        intake.store(session, sealed)
        used = {row.epoch_id for row in session.query(CaseWrap)}
    assert used == {verified.epoch(group).id for group in (Group.INTAKE, Group.CASEWORK)}
    assert "somebody changed the database" in caplog.text


def gone(session: Session, member: bytes) -> None:
    for table in (Grant, CircleKey):
        session.execute(delete(table).where(table.member_id == member))
    session.execute(delete(Member).where(Member.id == member))


def exchanged(session: Session, member: bytes) -> None:
    row = session.get_one(Member, member)
    row.keyring_sealed = flipped(row.keyring_sealed)


def renamed(session: Session, member: bytes) -> None:
    row = session.get_one(Member, member)
    row.name_sealed = flipped(row.name_sealed)


@pytest.mark.parametrize("harm", [gone, exchanged, renamed])
def test_a_key_ring_exchanged_at_the_second_step_raises_the_alarm(
    team: Team, harm: Callable[[Session, bytes], None]
) -> None:
    opened, arrival = at_the_door(team.app, team.sora, team.clock)
    staff = the_staff(team.app)
    with staff.service.begin() as session:
        harm(session, team.sora.id)
    with pytest.raises(AlarmError, match="a key ring was exchanged"), staff.service.begin() as unit:
        admit(unit, staff, opened, arrival)


@pytest.mark.parametrize("harm", [gone, exchanged])
def test_a_key_ring_exchanged_between_the_steps_raises_the_alarm(
    team: Team, harm: Callable[[Session, bytes], None]
) -> None:
    opened, _arrival = at_the_door(team.app, team.sora, team.clock)
    staff = the_staff(team.app)
    with staff.service.begin() as session:
        harm(session, team.sora.id)
    with pytest.raises(AlarmError, match="a key ring was exchanged"):
        look_back(staff, opened)


def test_what_follows_from_coming_in_is_written_down(team: Team) -> None:
    ren = let_in(team, "Ren Okada", Role.AUDITOR)
    come_in(team.app, ren, team.clock)
    with the_staff(team.app).service.begin() as session:
        session.execute(delete(Grant).where(Grant.member_id == team.daniel.id))
    team.clock.advance(5 * DAY)
    come_in(team.app, team.aiko, team.clock)
    assert verbs(team, ren)[-4:] == ["step_up", "key.rotated", "key.shared", "step_up"]


def test_nothing_of_coming_in_is_kept_when_something_of_it_fails(team: Team) -> None:
    before = team.roster.head
    opened, arrival = at_the_door(team.app, team.aiko, team.clock)
    staff = the_staff(team.app)
    team.clock.advance(5 * DAY)
    late = replace(arrival, proof=team.aiko.code(team.clock()), at=team.clock())

    def fail() -> None:
        with staff.service.begin() as session:
            admit(session, staff, opened, late)
            raise StaffError

    with pytest.raises(StaffError):
        fail()
    assert team.roster.head == before
    with staff.service.begin() as session:
        admitted = admit(session, staff, opened, late)
    assert admitted.verified.head.n == before.n + 1


def test_a_planted_public_key_of_somebody_changes_nothing(team: Team) -> None:
    """What stands in a row of the staff is only where a key is shown before it is signed."""
    with the_staff(team.app).service.begin() as session:
        session.get_one(Member, team.daniel.id).sealing_key = secrets.token_bytes(1216)
    team.clock.advance(5 * DAY)
    come_in(team.app, team.aiko, team.clock)
    assert come_in(team.app, team.daniel, team.clock).ring.holds(team.roster.epoch(Group.INTAKE).id)
