"""What time has decided is done about every report, also where nobody may look at it."""

import pytest

from admin import cards, case_due, keeping_for, pull
from admin.errors import HiddenError
from admin.models import Lapse
from admin.skips import SkipReason
from tests.admin.test_moves_casework import write
from tests.builders_cases import PEOPLE, Office, all_coded
from tests.builders_ended import closed, declined, is_there, pass_days, set_aside, told
from tests.builders_staff import the_staff

KP = frozenset({"KP"})


@pytest.fixture
def everybody(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return an office in which a supervisor knows all cards, once everybody has one."""
    office.come_in(*PEOPLE)
    monkeypatch.setattr(
        cards,
        "of_everybody",
        lambda *_about: {office.id(name): office.rings[name].person.card for name in PEOPLE},
    )
    return office


def hide_from(office: Office, *names: str) -> None:
    """Give everybody a card; a tie of these people hides every report that names no state."""
    for name in PEOPLE:
        office.recuse(name, states=KP if name in names else frozenset())


def is_told(office: Office, name: str = "susan") -> bool:
    return office.today(name).is_left_alone


def test_a_report_that_everybody_is_kept_from_is_warned_of_and_erased(office: Office) -> None:
    (case, code), (aside, _code) = closed(office), set_aside(office, is_seen=True)
    hide_from(office, *PEOPLE)
    with pytest.raises(HiddenError):
        office.look("susan", case)
    pass_days(office, 31, at_once=31)
    assert not is_there(office, aside)
    pass_days(office, 340, at_once=20)
    assert len(told(office, code)) == 2
    pass_days(office, 30, at_once=10)
    assert not is_there(office, case)


def test_a_supervisor_is_told_that_what_is_late_is_there_for_nobody(everybody: Office) -> None:
    office = everybody
    office.report()
    hide_from(office, *PEOPLE)
    assert not is_told(office)
    office.later(days=60)
    assert [is_told(office, name) for name in ("susan", "simon", "rei", "mei")] == [
        *(True, True),
        *(False, False),
    ]
    assert office.today("susan").late == ()


@pytest.mark.parametrize("left", ["rei", "simon"])
def test_nothing_is_said_while_somebody_is_there_for_it(everybody: Office, left: str) -> None:
    office = everybody
    office.report()
    office.later(days=60)
    hide_from(office, *(name for name in PEOPLE if name != left))
    assert not is_told(office)
    hide_from(office, *(name for name in PEOPLE if name != "max"))
    assert is_told(office), "who has no key of the group that opens it is nobody for it"


def test_who_is_kept_back_or_said_that_it_is_none_for_them_is_nobody_for_it(
    everybody: Office,
) -> None:
    office = everybody
    case, other = office.report(), office.report()
    hide_from(office, *(name for name in PEOPLE if name not in {"rei", "robin"}))
    with the_staff(office.app).service.begin() as session:
        session.add(Lapse(member_id=office.id("robin")))
    office.later(days=60)
    assert not is_told(office)
    for one in (case, other):
        with office.desk("rei") as desk:
            pull.skip(desk, one, SkipReason.CONFLICT)
        assert is_told(office)


def test_a_decline_that_nobody_may_read_again_is_told(everybody: Office) -> None:
    office = everybody
    hide_from(office)
    declined(office, is_seen=False)
    assert not is_told(office)
    hide_from(office, *PEOPLE)
    assert is_told(office)


def test_a_word_about_a_closed_report_that_nobody_may_read_is_told(everybody: Office) -> None:
    office = everybody
    hide_from(office)
    _case, code = closed(office)
    hide_from(office, *PEOPLE)
    assert not is_told(office)
    write(office, code)
    assert is_told(office)


def test_nothing_is_due_about_what_somebody_has_rightly(office: Office) -> None:
    kept, owned = office.report(), office.assigned("mei")
    with office.desk("rei") as desk:
        keeping_for.keep(desk, kept, "Until tomorrow.")
    office.recode("mei", owned, all_coded(level_reason="I asked them"))
    for name in ("susan", "mei", "both"):
        with office.desk(name) as desk:
            assert case_due.waiting(desk) == ()
