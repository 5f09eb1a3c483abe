"""The last day of a report: begun, chosen anew, warned of, and moved where a warning comes late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import last_days
from admin.facts import Term
from admin.last_days import MONTH, WEEK
from admin.terms import Ended, Outcome

START = date(2026, 11, 24)
DAY = timedelta(days=1)


def test_a_term_begins_with_what_was_chosen_and_counts_the_documents() -> None:
    term = last_days.begun(Ended(Outcome.HELPED, START, 3), 2)
    assert term == Term(date(2029, 11, 24), years=3, documents=2)


def test_other_years_begin_it_anew_and_other_choices_leave_it() -> None:
    term = Term(date(2027, 11, 24), START, None, years=1, documents=1)
    same = last_days.chosen_anew(term, Ended(Outcome.HELPED, START, 1), 2)
    assert same == Term(date(2027, 11, 24), START, None, years=1, documents=2)
    longer = last_days.chosen_anew(term, Ended(Outcome.HELPED, START, 10), 2)
    assert longer == Term(date(2036, 11, 24), years=10, documents=2)


def test_whoever_is_warned_late_gets_the_days_that_the_warning_promises() -> None:
    term = Term(START + 100 * DAY)
    assert last_days.warning(term, START + 69 * DAY) is None
    late = START + 150 * DAY
    first = last_days.warning(term, late)
    assert first is not None
    assert (first.days, first.term.until) == (MONTH, late + 30 * DAY)
    assert last_days.warning(first.term, late + 22 * DAY) is None
    later = late + 40 * DAY
    second = last_days.warning(first.term, later)
    assert second is not None
    assert (second.days, second.term.until) == (WEEK, later + 7 * DAY)
    assert last_days.warning(second.term, later) is None


def test_after_a_hold_a_reporter_is_warned_once_more_unless_there_is_time() -> None:
    term = Term(START, START - 30 * DAY, START - 7 * DAY)
    assert last_days.after_hold(term, START + DAY).warned_week is None
    assert last_days.after_hold(term, START - 7 * DAY) == term


@pytest.mark.parametrize("missing", ["warned_month", "warned_week"])
def test_without_both_warnings_nothing_is_over(missing: str) -> None:
    given: dict[str, date | None] = {"warned_month": START, "warned_week": START, missing: None}
    assert not last_days.is_over(Term(START, **given), START + 99 * DAY)  # type: ignore[arg-type]


@given(st.lists(st.integers(1, 20), min_size=1), st.integers(0, 400))
def test_however_rarely_somebody_looks_both_warnings_come_in_time(
    gaps: list[int], length: int
) -> None:
    term, today, told = Term(START + length * DAY), START, dict[int, date]()
    for gap in gaps * 500:
        today += gap * DAY
        if last_days.is_over(term, today):
            break
        warned = last_days.warning(term, today)
        if warned is not None:
            assert warned.days not in told
            assert warned.term.until >= max(term.until, today + warned.days * DAY)
            told[warned.days], term = today, warned.term
    assert sorted(told) == [WEEK, MONTH]
    assert told[MONTH] + 30 * DAY <= term.until
    assert told[WEEK] + 7 * DAY <= term.until < today <= term.until + 20 * DAY
