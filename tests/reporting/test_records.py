"""A record comes back as it was, or not at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.envelope import Ctx, OpenError, make_key
from crypto.padding import pad
from crypto.stream import lock
from reporting import records

PLACE = Ctx("test", "table", "column", bytes(16))
VALUES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"])) | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)
RECORDS = st.dictionaries(st.text(st.characters(codec="utf-8")), VALUES)


@given(RECORDS)
def test_a_record_comes_back_as_it_was(record: dict[str, records.Json]) -> None:
    key = make_key()
    assert records.reopen(key, records.close(key, record, PLACE, 256), PLACE) == record


def test_of_a_column_each_record_comes_back_at_its_row_and_version() -> None:
    key = make_key()
    box, read = records.close(key, {"a": 1}, PLACE, 256), records.reopener(key, PLACE)
    assert read(box, PLACE.row, PLACE.rev) == {"a": 1}
    with pytest.raises(OpenError):
        read(box, PLACE.row, PLACE.rev + 1)


def test_equal_records_are_written_equally() -> None:
    assert records.encode({"b": 1, "a": "ä"}) == records.encode({"a": "ä", "b": 1})
    assert records.encode({"b": 1, "a": "ä"}) == '{"a":"ä","b":1}'.encode()


def test_a_box_that_holds_no_record_is_refused() -> None:
    key = make_key()
    for data in (b"[1,2]", b"{", b"\xff", b"{}\n", b" {}", b"{}{}", "{}".encode("utf-16")):
        with pytest.raises(OpenError):
            records.reopen(key, lock(key, pad(data, 64), PLACE), PLACE)


READERS = [
    records.text,
    records.texts,
    records.number,
    records.child,
    records.children,
    records.truth,
    records.day,
    records.row,
]


@pytest.mark.parametrize("read", READERS, ids=lambda f: f.__name__)
def test_a_value_of_another_kind_is_refused(read: object) -> None:
    assert callable(read)
    for value in (None, [1], 1.5):
        with pytest.raises(OpenError):
            read({"name": value}, "name")
    with pytest.raises(OpenError):
        read({}, "name")


def test_values_of_the_right_kind_are_given_out() -> None:
    record: records.Record = {"t": "x", "l": ["a", "b"], "n": 3, "c": {"d": 1}}
    assert records.text(record, "t") == "x"
    assert records.texts(record, "l") == ("a", "b")
    assert records.number(record, "n") == 3
    assert records.child(record, "c") == {"d": 1}
    more: records.Record = {"r": [{"d": 1}, {}], "y": False, "d": "2026-11-24", "b": "00ff"}
    assert records.children(more, "r") == ({"d": 1}, {})
    assert records.truth(more, "y") is False
    assert records.day(more, "d") == date(2026, 11, 24)
    assert records.row(more, "b") == b"\x00\xff"


@pytest.mark.parametrize("text", ["2026-02-30", "24.11.2026", ""])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(OpenError):
        records.day({"d": text}, "d")


def test_bytes_that_are_none_are_refused() -> None:
    with pytest.raises(OpenError):
        records.row({"b": "0x"}, "b")


@given(RECORDS)
def test_a_record_is_the_same_as_itself(record: dict[str, records.Json]) -> None:
    records.require_same(record, dict(reversed(record.items())))


@pytest.mark.parametrize(
    "other",
    [{"n": 1, "m": 2}, {}, {"n": True}, {"n": 1.0}, {"n": "1"}, {"n": "\ud800"}],
    ids=repr,
)
def test_a_record_that_differs_in_anything_is_not_the_same(other: records.Record) -> None:
    with pytest.raises(OpenError):
        records.require_same(other, {"n": 1})
