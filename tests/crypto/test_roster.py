from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import custody, entries, signing
from crypto.acts import Act, Change, Enrolment, Epoch, Founding, Removal
from crypto.chain import Head
from crypto.roles import Group, Role
from crypto.roster import (
    NOBODY,
    Proposal,
    RosterError,
    countersign,
    extend,
    propose,
    verify,
    weigh,
)
from tests.crypto.office import (
    AIKO,
    BENI,
    CHIE,
    EMI,
    FIRST_EPOCHS,
    FOUNDERS,
    FOUNDING,
    FUMI,
    GENESIS,
    GORO,
    OFFICE,
    PIN,
    TODAY,
    Somebody,
    an_epoch,
    grown,
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


@contextmanager
def refused_at(n: int) -> Iterator[None]:
    """Expect the one error, with the position and without a cause."""
    with pytest.raises(RosterError) as refused:
        yield
    assert refused.value.n == n
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert str(refused.value) == f"the roster does not hold at entry {n}"


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


def test_two_managers_enrol_somebody_and_a_proposal_travels_between_them() -> None:
    act = Enrolment(TODAY, FUMI.listed(Role.CASEWORKER))

    proposal = propose(OFFICE, act, AIKO.seed)
    seen = weigh(OFFICE, proposal)
    entry = countersign(OFFICE, proposal, CHIE.seed)

    assert seen == Proposal(act, frozenset({AIKO.id}), missing=1)
    assert weigh(OFFICE, entry).missing == 0
    assert extend(OFFICE, entry).people[FUMI.id] == act.person
    with refused_at(1):
        extend(OFFICE, proposal)


@pytest.mark.parametrize(
    "act",
    [
        Enrolment(TODAY, FUMI.listed(Role.REVIEWER)),
        Change(TODAY, EMI.listed(Role.REVIEWER, Role.CASEWORKER)),
    ],
    ids=["enrolment", "change"],
)
def test_a_manager_signs_only_once(act: Act) -> None:
    proposal = propose(OFFICE, act, AIKO.seed)

    with refused_at(1):
        countersign(OFFICE, proposal, AIKO.seed)


@pytest.mark.parametrize(
    "act",
    [
        Enrolment(TODAY, FUMI.listed(Role.REVIEWER)),
        Change(TODAY, EMI.listed(Role.REVIEWER, Role.CASEWORKER)),
        Removal(TODAY, CHIE.id),
    ],
    ids=["enrolment", "change", "removal"],
)
def test_who_is_no_manager_neither_proposes_nor_countersigns(act: Act) -> None:
    for seed in (EMI.seed, GORO.seed):
        with refused_at(1):
            propose(OFFICE, act, seed)
        with refused_at(1):
            countersign(OFFICE, propose(OFFICE, act, AIKO.seed), seed)


def test_nobody_signs_what_is_decided_about_themselves() -> None:
    change = Change(TODAY, AIKO.listed(Role.SUPERVISOR, Role.CASEWORKER, is_manager=True))

    for act in (change, Removal(TODAY, AIKO.id)):
        with refused_at(1):
            propose(OFFICE, act, AIKO.seed)
    with refused_at(1):
        countersign(OFFICE, propose(OFFICE, change, BENI.seed), AIKO.seed)


def test_a_third_signature_is_refused() -> None:
    complete = signed(OFFICE, Enrolment(TODAY, FUMI.listed()), AIKO, BENI)

    with refused_at(1):
        countersign(OFFICE, complete, CHIE.seed)


def test_a_proposal_is_void_once_another_entry_came() -> None:
    enrol = Enrolment(TODAY, FUMI.listed(Role.REVIEWER))
    proposal = propose(OFFICE, enrol, AIKO.seed)
    complete = countersign(OFFICE, proposal, BENI.seed)
    later = grown(OFFICE, (an_epoch(Group.INTAKE), (EMI,)))

    for void in (proposal, complete):
        with refused_at(2):
            weigh(later, void)
        with refused_at(2):
            countersign(later, void, CHIE.seed)
        with refused_at(2):
            extend(later, void)
    assert FUMI.id in extend(later, signed(later, enrol, AIKO, BENI)).people


def test_an_entry_is_never_added_twice() -> None:
    entry = signed(OFFICE, Removal(TODAY, EMI.id), AIKO)

    with refused_at(2):
        extend(extend(OFFICE, entry), entry)


def test_a_proposal_altered_on_its_way_is_neither_weighed_nor_signed() -> None:
    proposal = propose(OFFICE, Enrolment(TODAY, FUMI.listed(Role.REVIEWER)), AIKO.seed)
    altered = proposal.replace(b'"roles":["reviewer"]', b'"roles":["auditor"]')

    with refused_at(1):
        weigh(OFFICE, altered)
    with refused_at(1):
        countersign(OFFICE, altered, BENI.seed)


def test_who_was_removed_decides_nothing_and_belongs_nowhere() -> None:
    without = grown(OFFICE, (Removal(TODAY, CHIE.id), (AIKO,)), (Removal(TODAY, EMI.id), (BENI,)))

    assert without.people.keys() == {AIKO.id, BENI.id}
    assert without.removed.keys() == {CHIE.id, EMI.id}
    assert EMI.id not in {person.id for person in without.members(Group.INTAKE)}
    with refused_at(3):
        propose(without, Enrolment(TODAY, FUMI.listed()), CHIE.seed)
    with refused_at(3):
        propose(without, an_epoch(Group.INTAKE), EMI.seed)


def test_who_was_removed_comes_back_when_two_managers_change_it() -> None:
    without = grown(OFFICE, (Removal(TODAY, EMI.id), (AIKO,)))
    back = Change(TODAY, EMI.listed(Role.CASEWORKER))

    again = grown(without, (back, (AIKO, CHIE)))

    assert again.people[EMI.id] == back.person
    assert EMI.id not in again.removed


def test_new_keys_take_over_and_the_old_ones_are_never_listed_again() -> None:
    new = Somebody("Emi", 2)
    changed = grown(OFFICE, (Change(TODAY, new.listed(Role.REVIEWER)), (AIKO, BENI)))

    assert grown(changed, (an_epoch(Group.INTAKE), (new,))).head.n == 2
    with refused_at(2):
        propose(changed, an_epoch(Group.INTAKE), EMI.seed)
    with refused_at(2):
        propose(changed, Change(TODAY, EMI.listed(Role.REVIEWER)), AIKO.seed)
    theirs = replace(FUMI.listed(), signing_key=EMI.signing_key)
    with refused_at(2):
        propose(changed, Enrolment(TODAY, theirs), AIKO.seed)


def test_a_change_may_keep_either_key() -> None:
    new = Somebody("Emi", 2)
    half = replace(EMI.listed(Role.REVIEWER), sealing_key=new.sealing_key)

    changed = grown(OFFICE, (Change(TODAY, half), (AIKO, BENI)))

    assert changed.people[EMI.id] == half


def test_at_least_two_managers_remain() -> None:
    two = grown(OFFICE, (Removal(TODAY, CHIE.id), (AIKO,)))

    with refused_at(2):
        propose(two, Removal(TODAY, BENI.id), AIKO.seed)
    # The third gives two back the mark, and takes it from one of them only.
    three = grown(two, (Change(TODAY, EMI.listed(Role.SUPERVISOR, is_manager=True)), (AIKO, BENI)))
    plain = Change(TODAY, BENI.listed(Role.REVIEWER))
    assert len(grown(three, (plain, (AIKO, EMI))).managers) == 2
    with refused_at(2):
        propose(two, plain, AIKO.seed)


def test_a_founding_is_signed_by_every_manager_it_names() -> None:
    proposal = propose(NOBODY, FOUNDING, CHIE.seed)

    assert weigh(NOBODY, proposal).missing == 2
    both = countersign(NOBODY, proposal, AIKO.seed)
    with refused_at(0):
        verify([both], entries.read(both).hash)
    with refused_at(0):
        countersign(NOBODY, both, EMI.seed)
    complete = countersign(NOBODY, both, BENI.seed)
    assert complete == GENESIS
    assert weigh(NOBODY, complete).signers == {AIKO.id, BENI.id, CHIE.id}


@pytest.mark.parametrize(
    ("role", "group"),
    [
        (Role.REVIEWER, Group.INTAKE),
        (Role.CASEWORKER, Group.CASEWORK),
        (Role.SUPERVISOR, Group.INTAKE),
        (Role.SUPERVISOR, Group.CASEWORK),
        (Role.STATISTICS_OFFICER, Group.PUBLICATION),
        (Role.AUDITOR, Group.AUDIT),
    ],
)
def test_one_member_of_a_group_opens_its_next_epoch(role: Role, group: Group) -> None:
    office = grown(OFFICE, (Enrolment(TODAY, FUMI.listed(role)), (AIKO, BENI)))
    first, second, third = (an_epoch(group, number) for number in range(3))

    assert office.epoch(group) == first
    rotated = grown(office, (second, (FUMI,)), (third, (FUMI,)))

    assert rotated.epochs[group] == (first, second, third)
    assert rotated.epoch(group) == third


def test_from_the_founding_on_every_group_has_a_key() -> None:
    assert tuple(OFFICE.epoch(group) for group in Group) == FIRST_EPOCHS
    assert {mark for epoch in FIRST_EPOCHS for mark in epoch.marks} <= OFFICE.listed


@pytest.mark.parametrize(
    "epoch",
    [
        replace(FIRST_EPOCHS[-1], public_key=EMI.sealing_key),
        replace(FIRST_EPOCHS[-1], id=EMI.id),
        replace(FIRST_EPOCHS[-1], public_key=FIRST_EPOCHS[0].public_key),
        replace(FIRST_EPOCHS[-1], id=FIRST_EPOCHS[0].id),
    ],
    ids=["key of somebody", "id of somebody", "key of a group", "id of an epoch"],
)
def test_what_a_founding_lists_stands_in_it_once(epoch: Epoch) -> None:
    act = Founding(TODAY, FOUNDERS, (*FIRST_EPOCHS[:-1], epoch))

    with refused_at(0):
        propose(NOBODY, act, AIKO.seed)


def test_what_a_founding_listed_is_never_listed_anew() -> None:
    for epoch in FIRST_EPOCHS:
        with refused_at(1):
            propose(OFFICE, replace(epoch, group=Group.INTAKE), EMI.seed)
        person = replace(FUMI.listed(), sealing_key=epoch.public_key)
        with refused_at(1):
            propose(OFFICE, Enrolment(TODAY, person), AIKO.seed)


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_nobody_opens_an_epoch_of_a_group_they_are_not_in(role: Role | None) -> None:
    person = FUMI.listed(role) if role else FUMI.listed()
    office = grown(OFFICE, (Enrolment(TODAY, person), (AIKO, BENI)))

    for group in set(Group) - person.groups:
        with refused_at(2):
            propose(office, an_epoch(group), FUMI.seed)


def test_losing_the_role_ends_the_say_in_the_group() -> None:
    demoted = grown(OFFICE, (Change(TODAY, EMI.listed(Role.CASEWORKER)), (AIKO, BENI)))

    with refused_at(2):
        propose(demoted, an_epoch(Group.INTAKE), EMI.seed)
    assert demoted.members(Group.PUBLICATION) == ()
