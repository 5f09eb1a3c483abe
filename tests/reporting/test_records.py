"""A record comes back as it was, or not at all."""

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


def test_equal_records_are_written_equally() -> None:
    assert records.encode({"b": 1, "a": "ä"}) == records.encode({"a": "ä", "b": 1})
    assert records.encode({"b": 1, "a": "ä"}) == '{"a":"ä","b":1}'.encode()


def test_a_box_that_holds_no_record_is_refused() -> None:
    key = make_key()
    for data in (b"[1,2]", b"{", b"\xff"):
        with pytest.raises(OpenError):
            records.reopen(key, lock(key, pad(data, 64), PLACE), PLACE)


@pytest.mark.parametrize(
    "read", [records.text, records.texts, records.number, records.child], ids=lambda f: f.__name__
)
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
