from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.facts import Term
from admin.guards import failing
from admin.terms import (
    CLOSINGS,
    WARNED_DAYS_BEFORE,
    Ended,
    Kept,
    Outcome,
    class_of,
    evidence_ends,
    purpose_due,
    term_ends,
    warnings_due,
)
from admin.transitions import TABLE
from forms.codebook import LISTS
from tests.builders_facts import NOW, the_facts

DAY = date(2026, 11, 24)
YEARS = st.sampled_from([None, 1, 3, 10])
DAYS = st.dates(date(2026, 1, 1), date(2060, 1, 1))
WORKED = (Outcome.HELPED, Outcome.REFERRED, Outcome.RECORDED_ONLY, Outcome.PUBLISHED)
NOTHING = (Outcome.NOT_TNR, Outcome.UNLIKELY, Outcome.NO_CONTACT)


@pytest.mark.parametrize("years", [None, 1, 3, 10])
@pytest.mark.parametrize(
    ("outcome", "days"), [(Outcome.SET_ASIDE, 30), (Outcome.DECLINED, 90), (Outcome.WITHDRAWN, 7)]
)
def test_what_was_never_taken_on_is_kept_for_days_whatever_was_chosen(
    outcome: Outcome, days: int, years: int | None
) -> None:
    assert term_ends(Ended(outcome, DAY, years)) == DAY + timedelta(days=days)


@pytest.mark.parametrize("outcome", NOTHING)
def test_where_there_was_nothing_to_do_a_case_is_kept_for_half_a_year(outcome: Outcome) -> None:
    assert class_of(outcome) is Kept.NOTHING_TO_DO
    assert term_ends(Ended(outcome, DAY)) == date(2027, 5, 24)


@pytest.mark.parametrize("outcome", WORKED)
def test_what_was_worked_on_is_kept_for_a_year(outcome: Outcome) -> None:
    assert class_of(outcome) is Kept.WORKED_ON
    assert term_ends(Ended(outcome, DAY)) == date(2027, 11, 24)


@pytest.mark.parametrize("outcome", [*NOTHING, *WORKED])
@pytest.mark.parametrize(("years", "end"), [(1, 2027), (3, 2029), (10, 2036)])
def test_a_closed_case_is_kept_as_long_as_its_reporter_chose(
    outcome: Outcome, years: int, end: int
) -> None:
    assert term_ends(Ended(outcome, DAY, years)) == date(end, 11, 24)


def test_a_planted_report_is_not_kept_longer_because_its_writer_says_so() -> None:
    assert term_ends(Ended(Outcome.MALICIOUS, DAY, 10)) == date(2027, 5, 24)


@given(st.sampled_from(Outcome), DAYS)
def test_whoever_chose_nothing_is_kept_for_a_year_at_most(outcome: Outcome, day: date) -> None:
    assert (term_ends(Ended(outcome, day)) - day).days <= 366


@given(st.sampled_from(Outcome), DAYS, YEARS, DAYS)
def test_nothing_is_kept_longer_than_ten_years(
    outcome: Outcome, day: date, years: int | None, survivor: date
) -> None:
    ended = Ended(outcome, day, years, survivor)

    assert (term_ends(ended) - day).days <= 3653
    assert (evidence_ends(ended) - day).days <= 3653


def test_a_joined_case_is_kept_with_the_one_it_was_joined_to() -> None:
    survivor_until = date(2027, 5, 1)

    joined = Ended(Outcome.JOINED, DAY, 3, survivor_until)

    assert term_ends(joined) == survivor_until


def test_a_joined_case_ends_sooner_if_its_own_reporter_chose_less() -> None:
    assert term_ends(Ended(Outcome.JOINED, DAY, 1, date(2036, 11, 24))) == date(2027, 11, 24)
    assert term_ends(Ended(Outcome.JOINED, DAY, None, date(2036, 11, 24))) == date(2027, 11, 24)
    assert term_ends(Ended(Outcome.JOINED, DAY, 3)) == date(2029, 11, 24)


@given(DAYS, YEARS, DAYS)
def test_a_joined_case_never_outlives_either(day: date, years: int | None, until: date) -> None:
    end = term_ends(Ended(Outcome.JOINED, day, years, until))

    assert end <= until
    assert end <= term_ends(Ended(Outcome.JOINED, day, years))


@given(st.sampled_from(Outcome), DAYS, YEARS, st.none() | DAYS)
def test_evidence_is_never_kept_shorter_than_its_case(
    outcome: Outcome, day: date, years: int | None, survivor: date | None
) -> None:
    ended = Ended(outcome, day, years, survivor)

    assert evidence_ends(ended) >= term_ends(ended)


def test_evidence_is_kept_as_long_as_was_chosen_and_its_purpose_confirmed_every_year() -> None:
    joined = Ended(Outcome.JOINED, DAY, 10, survivor_until=date(2027, 1, 1))

    assert evidence_ends(Ended(Outcome.HELPED, DAY, 10)) == date(2036, 11, 24)
    assert evidence_ends(Ended(Outcome.HELPED, DAY)) == date(2027, 11, 24)
    assert evidence_ends(joined) == date(2036, 11, 24)
    assert purpose_due(DAY) == date(2027, 11, 24)
    assert purpose_due(date(2028, 2, 29)) == date(2029, 2, 28)


def test_a_number_of_years_that_no_form_offers_is_refused() -> None:
    with pytest.raises(ValueError, match="no such number"):
        Ended(Outcome.HELPED, DAY, 5)


def test_both_sides_are_warned_thirty_and_seven_days_before() -> None:
    def due(days_left: int, *given: int) -> tuple[int, ...]:
        return warnings_due(DAY + timedelta(days=days_left), frozenset(given), DAY)

    assert due(31) == ()
    assert due(30) == (30,)
    assert due(8, 30) == ()
    assert due(7, 30) == (7,)
    assert due(7) == (30, 7)
    assert due(-5, 30, 7) == ()


@given(st.integers(0, 400), st.integers(0, 6))
def test_nothing_is_erased_early_and_late_warnings_only_put_it_off(start: int, every: int) -> None:
    ends = NOW.date()
    given_on: dict[int, date] = {}
    day = ends - timedelta(days=start)
    while not _may_erase(ends, given_on, day):
        for days in warnings_due(ends, frozenset(given_on), day):
            given_on[days] = day
        day += timedelta(days=every + 1)

    assert day > ends
    assert all(given_on[days] + timedelta(days=days) <= day for days in WARNED_DAYS_BEFORE)
    # Due work that runs every so many days is late twice at most: with a warning, and at the end.
    if start >= 30 + every:
        assert day <= ends + timedelta(days=1 + 2 * every)


def _may_erase(ends: date, given_on: dict[int, date], day: date) -> bool:
    term = Term(ends, given_on.get(30), given_on.get(7))
    now = NOW + (day - NOW.date())
    asked = replace(the_facts("retain_end", "system"), term=term, now=now)
    return not any(failing(code, asked) for code in ("retain_until_passed", "warned"))


def test_every_outcome_has_a_class_and_every_closing_a_grade_or_a_deed() -> None:
    grades = {option.code for option in LISTS["verification"]}

    assert {class_of(outcome) for outcome in Outcome} == set(Kept)
    assert {Outcome.NOT_TNR, Outcome.UNLIKELY, Outcome.MALICIOUS} == set(Outcome) & grades
    assert {*NOTHING, *WORKED, Outcome.MALICIOUS} == CLOSINGS
    assert "warned" in TABLE.transitions["retain_end"].guards
