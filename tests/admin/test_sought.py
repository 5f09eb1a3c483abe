"""What is looked for reads back as it was written, and words are found however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.sought import Owner, Sought, read_sought, written
from crypto.envelope import OpenError
from reporting import records
from reporting.triage import Level

CODES = st.frozensets(st.text(max_size=5), max_size=3)
SOUGHT = st.builds(
    Sought,
    number=st.text("0123456789abcdef", max_size=32),
    states=CODES,
    levels=st.frozensets(st.sampled_from(Level)),
    kinds=CODES,
    country=st.text(max_size=2),
    language=st.text(max_size=7),
    flag=st.text(max_size=9),
    verification=st.text(max_size=9),
    state_link=st.text(max_size=9),
    owner=st.sampled_from(Owner),
    first_week=st.integers(0, 209952),
    last_week=st.integers(0, 209952),
    words=st.text(max_size=40),
)


@given(sought=SOUGHT)
def test_what_is_looked_for_reads_back_as_it_was_written(sought: Sought) -> None:
    assert read_sought(records.decode(records.encode(written(sought)))) == sought


@pytest.mark.parametrize("missing", sorted(written(Sought())))
def test_a_record_without_a_field_is_none(missing: str) -> None:
    record = {name: value for name, value in written(Sought()).items() if name != missing}
    with pytest.raises(OpenError):
        read_sought(record)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("cafe", "The CAF\u00c9 owner"),
        ("\uff34\uff45\uff4c 090", "tel. 090-1234"),
        ("\u0643\u062a\u0628", "\u0643\u064e\u062a\u064e\u0628"),
        ("\u8b66\u5bdf \u6bcd", "\u8b66\u5bdf\u304c\u6bcd\u306e\u5bb6\u306b\u6765\u305f"),
        ("STRASSE", "in der Stra\u00dfe"),
        ("", "anything"),
    ],
)
def test_words_are_found_in_any_case_width_and_with_or_without_marks(words: str, text: str) -> None:
    assert Sought(words=words).is_in(text)
    assert not Sought(words=f"{words} bicycle").is_in(text)
