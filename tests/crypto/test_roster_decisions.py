"""Who decides together what becomes of a person: proposals, signatures, changes and removals."""

from dataclasses import replace

import pytest

from crypto import entries
from crypto.acts import Act, Change, Enrolment, Removal
from crypto.roles import Group, Role
from crypto.roster import (
    NOBODY,
    Proposal,
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
    FOUNDING,
    FUMI,
    GENESIS,
    GORO,
    OFFICE,
    TODAY,
    Somebody,
    an_epoch,
    grown,
    refused_at,
    signed,
)


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
