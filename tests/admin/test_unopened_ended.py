"""What does not open ends when its time is over, like any other report, and is noted once."""

from functools import partial

import pytest

from admin import case_due, unopened
from admin.desk import Desk
from reporting import counting, withdrawal
from reporting.models import Part
from tests.builders_cases import Office
from tests.builders_ended import closed, held, is_there, pass_days, run_due
from tests.builders_staff import the_staff
from tests.builders_unopened import left_out, spoil


@pytest.mark.parametrize("part", [Part.STORY, Part.CONTACT])
@pytest.mark.parametrize("is_left_out", [True, False])
def test_what_is_left_out_is_erased_when_its_time_is_over(
    office: Office, part: Part, *, is_left_out: bool
) -> None:
    case, _code = closed(office)
    spoil(office, case, part)
    if is_left_out:
        unopened.tell(partial(office.desk, "mei"), [case])
        assert left_out(office, "mei") == (part is Part.STORY)
    pass_days(office, 400, at_once=25)
    assert not is_there(office, case)


def test_a_hold_of_what_is_left_out_ends_when_it_is_over(office: Office) -> None:
    case = office.assigned("mei")
    held(office, case, 5)
    spoil(office, case, Part.STORY)
    unopened.tell(partial(office.desk, "mei"), [case])
    pass_days(office, 7)
    with the_staff(office.app).service.read() as session:
        assert not withdrawal.is_held(session, case)


def test_what_does_not_open_at_all_is_written_into_the_log_no_more_than_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _code = closed(office)
    spoil(office, case)
    with the_staff(office.app).service.begin() as session:
        counting.look_again(session, case)
    notes: list[str] = []
    monkeypatch.setattr(Desk, "note", lambda _desk, verb, *_about: notes.append(verb))
    unopened.tell(partial(office.desk, "mei"), [case])
    for _ in range(3):
        assert not case_due.is_done(partial(office.desk, "mei"), case)
        run_due(office)
    assert is_there(office, case)
    assert notes.count(unopened.ALARM) == 1
