from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import acts, entries, signing
from crypto.acts import Change, Enrolment, Removal
from crypto.envelope import OpenError
from crypto.roles import Role
from crypto.signing import Document, Prefix
from tests.crypto.office import AIKO, BENI, CHIE, EMI, FIRST_EPOCHS, FOUNDING, FUMI, TODAY, at
from tests.crypto.vectors import stays_closed

PREV = "5e" * 32
REMOVAL = Removal(TODAY, EMI.id)
ENTRY = at(3, PREV, REMOVAL, AIKO, BENI)
BODY = ENTRY[1 + 2 * 96 :]


def test_an_entry_is_read_as_it_was_written_and_says_who_signed_it() -> None:
    entry = entries.read(ENTRY)

    assert (entry.n, entry.prev, entry.act) == (3, PREV, REMOVAL)
    assert entry.signers == {AIKO.signing_key, BENI.signing_key}


def test_the_hash_is_that_of_the_document_whoever_signed_it() -> None:
    by_others = entries.read(at(3, PREV, REMOVAL, CHIE))

    assert by_others.hash == entries.read(ENTRY).hash
    assert by_others.hash == signing.digest(Prefix.ROSTER, bytes(64) + BODY)


def test_the_order_of_signing_makes_no_difference() -> None:
    assert at(3, PREV, REMOVAL, BENI, AIKO) == ENTRY


def test_nobody_signs_an_entry_twice() -> None:
    for again in (AIKO, BENI):
        with stays_closed():
            entries.countersign(ENTRY, again.seed)


def test_nobody_countersigns_what_was_altered_after_the_first_signature() -> None:
    proposal = at(3, PREV, Removal(TODAY, EMI.id), AIKO)
    altered = proposal.replace(EMI.id.hex().encode(), FUMI.id.hex().encode())

    with stays_closed():
        entries.countersign(altered, BENI.seed)


@given(st.integers(0, 8 * len(ENTRY) - 1))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    entry = bytearray(ENTRY)
    entry[bit // 8] ^= 1 << bit % 8

    with stays_closed():
        entries.read(bytes(entry))


@given(st.integers(0, len(ENTRY) - 1), st.binary(min_size=1, max_size=100))
def test_an_entry_cut_or_lengthened_anywhere_is_refused(length: int, more: bytes) -> None:
    for entry in (ENTRY[:length], ENTRY + more, more + ENTRY, more):
        with stays_closed():
            entries.read(entry)
        with stays_closed():
            entries.countersign(entry, CHIE.seed)


@given(st.binary(max_size=400))
def test_no_bytes_make_reading_fail_otherwise(data: bytes) -> None:
    with suppress(OpenError):
        entries.read(data)


def test_signatures_stand_in_one_order_and_none_twice() -> None:
    first, second = ENTRY[1:97], ENTRY[97:193]

    for pairs in ((second, first), (first, first), (first, second, second), ()):
        with stays_closed():
            entries.read(bytes([len(pairs)]) + b"".join(pairs) + BODY)


def _signed(document: Document, prefix: Prefix = Prefix.ROSTER) -> bytes:
    return b"\1" + AIKO.signing_key + signing.sign(AIKO.seed, prefix, document)


WRITTEN: Document = {
    "n": 3,
    "prev": PREV,
    "day": "2026-11-24",
    "action": "change",
    **EMI.listed(Role.CASEWORKER, Role.REVIEWER).stated(),
}
OTHERWISE: list[Document] = [
    {"n": "3"},
    {"n": []},
    {"prev": 0},
    {"day": "20261124"},
    {"day": "2026-W48-2"},
    {"groups": ["intake"]},
    {"roles": ["reviewer", "caseworker"]},
    {"roles": ["caseworker", "reviewer", "reviewer"]},
    {"roles": ["caseworker", "reviewer", 1]},
    {"manager": 2},
    {"manager": "0"},
    {"signing_key": EMI.signing_key.hex().upper()},
    {"subject": EMI.id.hex(" ")},
]


def test_a_document_is_read_as_the_format_writes_it() -> None:
    entry = entries.read(_signed(WRITTEN))

    assert entry.act == Change(TODAY, EMI.listed(Role.CASEWORKER, Role.REVIEWER))


def test_a_founding_is_read_only_as_the_format_writes_it() -> None:
    written: Document = {"n": 0, "prev": "", **acts.document(FOUNDING)}
    first, *others = [epoch.stated() for epoch in FIRST_EPOCHS]

    assert entries.read(_signed(written)).act == FOUNDING
    for epochs in ([first], [*others, first], [{**first, "day": "2026-11-24"}, *others], first, 1):
        with stays_closed():
            entries.read(_signed({**written, "epochs": epochs}))
    for name in ("people", "epochs"):
        with stays_closed():
            entries.read(_signed({key: value for key, value in written.items() if key != name}))


def test_a_signature_over_another_kind_of_document_is_none() -> None:
    with stays_closed():
        entries.read(_signed(WRITTEN, Prefix.CONSENT))


@pytest.mark.parametrize("otherwise", OTHERWISE, ids=str)
def test_a_document_written_in_any_other_way_is_refused_though_it_is_signed(
    otherwise: Document,
) -> None:
    with stays_closed():
        entries.read(_signed({**WRITTEN, **otherwise}))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_document_that_lacks_anything_is_refused_though_it_is_signed(name: str) -> None:
    with stays_closed():
        entries.read(_signed({key: value for key, value in WRITTEN.items() if key != name}))


def test_an_enrolment_is_no_change_and_the_other_way_round() -> None:
    person = EMI.listed(Role.REVIEWER)

    enrolment = entries.read(at(3, PREV, Enrolment(TODAY, person), AIKO))
    change = entries.read(at(3, PREV, Change(TODAY, person), AIKO))

    assert enrolment.act != change.act
    assert enrolment.hash != change.hash
