"""What is lent of a report is kept in its record, covered, and ends on a full hour."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from admin import interpreters, known_names, work_records
from admin.interpreters import LENT_FOR, End, Lent, Reason
from admin.work import brought_back, of_facets
from forms import interpreting as forms
from reporting.clock import hour_after

IDS = st.binary(min_size=16, max_size=16)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - Hypothesis adds the zone
    lambda moment: moment.replace(microsecond=0)
)
LENT = st.builds(
    Lent,
    row=IDS,
    key=st.binary(min_size=32, max_size=32),
    by=IDS,
    to=IDS,
    at=MOMENTS,
    until=MOMENTS,
    reason=st.sampled_from(Reason),
    sent=st.none() | MOMENTS,
    end=st.none() | st.sampled_from(End),
    ended=st.none() | MOMENTS,
)


@given(LENT)
def test_what_is_lent_is_read_as_it_was_written(one: Lent) -> None:
    assert interpreters.read(interpreters.written(one)) == one


@given(LENT, MOMENTS)
def test_what_ended_has_no_key_any_more(one: Lent, now: datetime) -> None:
    ended = one.ends(End.ANSWERED, now)
    assert (ended.key, ended.is_open) == (b"", False)


@given(MOMENTS)
def test_it_ends_on_a_full_hour_and_never_later_than_after_two_days(now: datetime) -> None:
    until = interpreters.until(now)
    assert timedelta(hours=47) <= until - now <= LENT_FOR
    assert until.timestamp() == hour_after(until) * 3600


@given(LENT)
def test_the_work_on_a_report_keeps_it_until_its_reporter_brings_the_report_back(one: Lent) -> None:
    untouched = of_facets({}, datetime(2026, 11, 24, tzinfo=UTC))
    assert "lent" not in work_records.written(untouched)  # as in every record from before
    work = work_records.read(work_records.written(untouched))
    assert work.lent == ()
    lent = work_records.read({**work_records.written(work), "lent": [interpreters.written(one)]})
    assert lent.lent == (one,)
    assert brought_back(lent).lent == ()


def test_the_forms_offer_what_the_records_know() -> None:
    assert set(forms.REASONS) == set(Reason)
    assert set(forms.RESTS) == set(known_names.Rest)
    assert forms.CANNOT == interpreters.CANNOT
