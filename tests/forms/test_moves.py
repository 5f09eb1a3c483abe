"""The form of a decision: days as they are written, and codes that have words and meaning."""

from datetime import date

import pytest

from admin.terms import CLOSINGS
from admin.transitions import TABLE
from admin.web.case_wording import OUTCOMES as WORDS_OF_OUTCOMES
from admin.web.case_wording import REASONS as WORDS_OF_REASONS
from forms.moves import OUTCOMES, REASONS, MoveForm

WIDE = " \uff12\uff10\uff12\uff17-01-31 "


def test_every_code_has_words_and_every_outcome_ends_a_report() -> None:
    assert {code for codes in REASONS.values() for code in codes} == WORDS_OF_REASONS.keys()
    assert set(OUTCOMES) == WORDS_OF_OUTCOMES.keys() == CLOSINGS


def test_reasons_are_offered_for_the_moves_that_ask_for_one() -> None:
    asking = {
        name
        for name, move in TABLE.transitions.items()
        if {"reason", "wake_cause"} & set(move.guards)
    }
    # A supervisor says why a report gets another look; a reporter who asks owes nobody a reason.
    assert REASONS.keys() == asking | {"appeal"}


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", None),
        ("2027-01-31", date(2027, 1, 31)),
        (WIDE, date(2027, 1, 31)),
    ],
)
def test_a_day_is_read_in_digits_of_any_width(typed: str, day: date | None) -> None:
    form = MoveForm.of({"next_check": (typed,)})
    assert form.validate()
    assert form.check_day == day


@pytest.mark.parametrize("typed", ["tomorrow", "2027-02-30", "31.1.2027"])
def test_what_is_no_day_is_asked_for_again(typed: str) -> None:
    form = MoveForm.of({"next_check": (typed,)})
    assert not form.validate()
    assert [problem.field for problem in form.problems] == ["next_check"]
