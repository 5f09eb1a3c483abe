"""A known roster says who belongs, and one altered, moved, cut or founded by others is refused."""

from hypothesis import given
from hypothesis import strategies as st

from crypto import custody, entries, signing
from crypto.acts import Founding, Removal
from crypto.chain import Head
from crypto.roles import Group, Role
from crypto.roster import (
    NOBODY,
    countersign,
    extend,
    propose,
    verify,
)
from tests.crypto.office import (
    AIKO,
    BENI,
    CHIE,
    EMI,
    FIRST_EPOCHS,
    FUMI,
    GENESIS,
    GORO,
    OFFICE,
    PIN,
    TODAY,
    Somebody,
    an_epoch,
    grown,
    refused_at,
    signed,
)
from tests.crypto.vectors import Entry, each, load

VECTOR = load("roster")


def entry_bytes(entry: Entry) -> bytes:
    document = entry.text("document")
    keys = VECTOR.entry("sealing_keys")
    for name in keys.values:
        document = document.replace(f"<{name}>", keys.text(name))
    return entry.raw("signatures") + document.encode()


KNOWN = [entry_bytes(entry) for entry in VECTOR.entries("entries")]
KEY_NAMES = tuple(VECTOR.entry("sealing_keys").values)
HASHES = [entry.raw("hash") for entry in VECTOR.entries("entries")]


def test_a_known_roster_says_who_belongs_and_which_keys_are_in_force() -> None:
    roster = verify(KNOWN, HASHES[0])

    end = VECTOR.entry("end")
    belong = {entry.raw("subject"): entry for entry in end.entries("belong")}
    assert roster.people.keys() == belong.keys()
    for row, person in roster.people.items():
        assert sorted(person.roles) == belong[row].texts("roles")
        assert sorted(person.groups) == belong[row].texts("groups")
        assert person.is_manager is (belong[row].number("manager") == 1)
    assert [row.hex() for row in roster.removed] == end.texts("removed")
    keys = VECTOR.entry("sealing_keys")
    epochs = [keys.raw(name) for name in end.texts("intake")]
    assert [epoch.public_key for epoch in roster.epochs[Group.INTAKE]] == epochs
    assert roster.epoch(Group.INTAKE).public_key == epochs[-1]


def test_a_known_roster_says_what_is_stale_and_exposed_behind_every_entry() -> None:
    named = {VECTOR.entry("sealing_keys").raw(name): name for name in KEY_NAMES}
    for n, entry in enumerate(VECTOR.entries("entries")):
        roster = verify(KNOWN[: n + 1], HASHES[0])
        epochs = [epoch for of in roster.epochs.values() for epoch in of]
        exposed = [named[epoch.public_key] for epoch in epochs if epoch.id in roster.exposed]
        assert sorted(roster.stale) == entry.texts("stale")
        assert sorted(exposed) == entry.texts("exposed")
        assert len(exposed) == len(roster.exposed)


def test_a_known_roster_remembers_the_keys_of_its_people_as_they_are_now() -> None:
    roster = verify(KNOWN, HASHES[0])
    everybody = {**roster.people, **roster.removed}
    last = {entry.raw("subject"): entry for entry in VECTOR.entries("people")}

    assert everybody.keys() == last.keys()
    for row, person in everybody.items():
        assert person.signing_key == last[row].raw("signing_key")
        assert person.fingerprint == tuple(last[row].text("fingerprint").split(" "))


def test_every_head_of_a_known_roster_is_the_hash_of_its_newest_entry() -> None:
    for n, digest in enumerate(HASHES):
        assert verify(KNOWN[: n + 1], HASHES[0]).head == Head(n, digest)


def test_one_entry_after_another_gives_the_same_roster_as_all_at_once() -> None:
    roster = verify(KNOWN[:1], HASHES[0])
    for entry in KNOWN[1:]:
        roster = extend(roster, entry)

    assert roster == verify(KNOWN, HASHES[0])


@each("roster", "people")
def test_the_people_of_the_known_roster_hold_the_keys_it_lists(entry: Entry) -> None:
    sealing_key = VECTOR.entry("sealing_keys").raw(entry.text("what"))

    assert custody.public_key(entry.secret("seed")) == sealing_key
    assert signing.public_key(entry.secret("signing_seed")) == entry.raw("signing_key")


def test_a_known_roster_is_made_as_the_format_says_signature_by_signature() -> None:
    seeds = {
        entry.raw("signing_key"): entry.secret("signing_seed") for entry in VECTOR.entries("people")
    }
    roster = NOBODY
    for n, known in enumerate(KNOWN):
        entry = entries.read(known)
        first, *others = (seeds[key] for key in entry.signers)
        made = propose(roster, entry.act, first)
        for other in others:
            made = countersign(roster, made, other)
        assert made == known
        roster = verify(KNOWN[: n + 1], HASHES[0])


@each("roster", "refused")
def test_an_entry_that_breaks_one_rule_is_refused_at_its_place(entry: Entry) -> None:
    after = entry.number("after")
    before = verify(KNOWN[:after], HASHES[0])

    with refused_at(after):
        extend(before, entry_bytes(entry))
    with refused_at(after):
        verify([*KNOWN[:after], entry_bytes(entry), *KNOWN[after:]], HASHES[0])


@each("roster", "refused_foundings")
def test_a_founding_that_breaks_one_rule_is_refused(entry: Entry) -> None:
    with refused_at(0):
        verify([entry_bytes(entry)], entry.raw("pin"))


@each("roster", "disordered")
def test_rows_that_were_moved_or_taken_away_are_refused(entry: Entry) -> None:
    rows = [KNOWN[at] for at in entry.numbers("order")]
    known = None
    if "known" in entry.values:
        head = entry.entry("known")
        known = Head(head.number("n"), head.raw("hash"))

    with refused_at(entry.number("broken_at")):
        verify(rows, HASHES[0], known)


def test_a_roster_founded_by_others_is_refused() -> None:
    people = (
        GORO.listed(Role.STEWARD, is_manager=True),
        FUMI.listed(Role.STEWARD, is_manager=True),
    )
    theirs = signed(NOBODY, Founding(TODAY, people, FIRST_EPOCHS), GORO, FUMI)

    with refused_at(0):
        verify([theirs], PIN)
    with refused_at(0):
        extend(NOBODY, GENESIS)


def test_a_roster_that_was_rolled_back_behind_a_known_head_is_refused() -> None:
    longer = grown(OFFICE, (an_epoch(Group.INTAKE), (EMI,)))

    assert verify([GENESIS], PIN, OFFICE.head) == OFFICE
    with refused_at(1):
        verify([GENESIS], PIN, longer.head)


def test_a_roster_that_forked_before_a_known_head_is_refused() -> None:
    ours = grown(OFFICE, (Removal(TODAY, EMI.id), (AIKO,)))
    theirs = (
        signed(OFFICE, Removal(TODAY, EMI.id), BENI),
        signed(OFFICE, Removal(TODAY, CHIE.id), BENI),
    )

    # Who signed makes no other entry: the same was decided.
    assert verify([GENESIS, theirs[0]], PIN, ours.head).head == ours.head
    with refused_at(1):
        verify([GENESIS, theirs[1]], PIN, ours.head)


def test_every_head_a_roster_went_through_is_included_and_no_other() -> None:
    roster = verify(KNOWN, HASHES[0])

    for n, digest in enumerate(HASHES):
        assert roster.includes(Head(n, digest))
        assert not roster.includes(Head(n + 1, digest))
    assert not roster.includes(Head(len(HASHES), HASHES[-1]))


@given(st.data())
def test_a_flipped_bit_anywhere_in_a_roster_is_found_where_it_stands(draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(KNOWN) - 1))
    bit = draw.draw(st.integers(0, 8 * len(KNOWN[at]) - 1))
    altered = bytearray(KNOWN[at])
    altered[bit // 8] ^= 1 << bit % 8

    with refused_at(at):
        verify([*KNOWN[:at], bytes(altered), *KNOWN[at + 1 :]], HASHES[0])


def test_a_key_of_intake_put_in_the_place_of_another_is_refused() -> None:
    """Who owns the database puts their own key where reports are sealed to."""
    ours, theirs = an_epoch(Group.INTAKE), Somebody("whoever took the server").sealing_key
    entry = signed(OFFICE, ours, EMI)
    swapped = entry.replace(ours.public_key.hex().encode(), theirs.hex().encode())

    assert verify([GENESIS, entry], PIN).epoch(Group.INTAKE) == ours
    with refused_at(1):
        verify([GENESIS, swapped], PIN)
