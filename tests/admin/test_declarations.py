from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.declarations import (
    Attestation,
    Declaration,
    months_later,
    read_tie,
    tie_written,
)
from crypto.envelope import OpenError
from forms.ties import Tie, TieKind
from reporting import records
from tests.builders_vetting import DAYS, DECLARATIONS, TEXTS, TIES, TODAY, a_declaration


@given(DECLARATIONS)
def test_a_declaration_comes_back_as_it_was(declaration: Declaration) -> None:
    stored = records.decode(records.encode(declaration.written()))

    assert Declaration.read(stored) == declaration


@given(TIES)
def test_a_tie_comes_back_as_it_was(tie: Tie) -> None:
    assert read_tie(tie_written(tie)) == tie


@given(st.builds(Attestation, TEXTS, DAYS))
def test_an_attestation_comes_back_as_it_was(attestation: Attestation) -> None:
    assert Attestation.read(attestation.written()) == attestation


TIED = a_declaration(ties=(Tie(TieKind.OFFICE, "CN", "a council"), Tie(TieKind.WORK, "MM")))
WRITTEN = records.decode(records.encode(TIED.written()))
GARBLED: list[dict[str, records.Json]] = [
    {"member": "00"},
    {"member": "GG"},
    {"member": TIED.member.hex().upper() + "AA"},
    {"day": "2026-13-01"},
    {"day": "20261124"},
    {"ties": {}},
    {"ties": ["work"]},
    {"ties": [{"kind": "friend", "state": "CN", "organisation": ""}]},
    {"ties": [{"kind": "work", "state": "XX", "organisation": ""}]},
    {"ties": [{"kind": "work", "state": "CN", "organisation": "a council"}]},
    {"ties": [{"kind": "work", "state": "CN"}]},
    {"ties": [{"kind": "work", "state": "CN", "organisation": "", "note": ""}]},
    {"ties": [{"kind": "work", "state": "CN", "organisation": ""}] * 2},
    {"languages": ["tlh"]},
    {"languages": ["ja", "ja"]},
    {"region": "mars"},
    {"woman": 1},
    {"government": "no"},
    {"names": "Emi"},
    {"names": ["\ud800"]},
    {"more": ""},
]


@pytest.mark.parametrize("garbled", GARBLED, ids=str)
def test_a_record_that_is_garbled_anywhere_is_refused(garbled: dict[str, records.Json]) -> None:
    with pytest.raises(OpenError):
        Declaration.read({**WRITTEN, **garbled})


@pytest.mark.parametrize("name", WRITTEN)
def test_a_record_that_lacks_anything_is_refused(name: str) -> None:
    with pytest.raises(OpenError):
        Declaration.read({key: value for key, value in WRITTEN.items() if key != name})


@pytest.mark.parametrize(
    "record",
    [{}, {"of": "x"}, {"of": "x", "day": "today"}, {"of": "x", "day": "2026-11-24", "n": 1}],
    ids=str,
)
def test_an_attestation_that_is_garbled_is_refused(record: records.Record) -> None:
    with pytest.raises(OpenError):
        Attestation.read(record)


def test_another_declaration_has_another_digest() -> None:
    later = a_declaration(TODAY + timedelta(days=1))

    assert a_declaration().digest == a_declaration().digest
    assert len({a_declaration().digest, later.digest, TIED.digest}) == 3


def test_nothing_that_was_declared_shows_itself() -> None:
    assert "CN" not in repr(TIED)
    assert "Sato" not in repr(TIED)


def test_it_is_due_after_six_months() -> None:
    assert a_declaration(date(2026, 11, 24)).due == date(2027, 5, 24)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 1, 1), date(2026, 7, 1)),
    ],
)
def test_a_month_that_is_shorter_ends_with_its_last_day(day: date, later: date) -> None:
    assert months_later(day, 6) == later


@given(DAYS)
def test_six_months_are_never_much_more_or_less_than_half_a_year(day: date) -> None:
    assert 180 <= (months_later(day, 6) - day).days <= 184


def test_an_id_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Declaration(b"short", TODAY, TIED.declared)
