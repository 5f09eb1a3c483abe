"""What is marked in a report stands in the record of its work, and older records say nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import link_records
from admin.links import NO_LINKS, Kind, Links, Marked
from crypto.envelope import OpenError
from reporting import records

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MARKS = st.builds(
    Marked,
    row=st.binary(min_size=16, max_size=16),
    kind=st.sampled_from(Kind),
    value=st.text(max_size=40),
    by=st.binary(min_size=16, max_size=16),
    at=st.just(NOW),
)


@given(st.lists(MARKS, min_size=1, max_size=4), st.integers(0, 200), st.sampled_from([None, NOW]))
def test_marks_come_back_as_they_were(
    marked: list[Marked], documents: int, asked: datetime | None
) -> None:
    links = Links(marked=tuple(marked), documents=documents, asked=asked)
    assert link_records.read(link_records.written(links)) == links
    assert all(one.value not in repr(one) for one in marked if len(one.value) > 20)


def test_a_record_from_before_reads_as_it_was_written() -> None:
    record = link_records.written(NO_LINKS)
    assert record.keys() == {"judged", "joined", "followers", "told", "together"}
    assert link_records.read(record) == NO_LINKS
    assert link_records.read(link_records.written(Links(asked=NOW))) == Links(asked=NOW)


@pytest.mark.parametrize("altered", [{"marked": "x"}, {"marked": [{}]}, {"marked": []}])
def test_what_makes_no_sense_is_refused(altered: records.Record) -> None:
    with pytest.raises(OpenError):
        link_records.read({**link_records.written(NO_LINKS), **altered})
