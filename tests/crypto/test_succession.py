"""Which epochs are known outside their groups, told by rosters that people signed."""

from dataclasses import replace

import pytest

from crypto.acts import Change, Enrolment, Epoch, Removal
from crypto.roles import Group, Role
from tests.crypto.office import (
    AIKO,
    BENI,
    CHIE,
    EMI,
    FIRST_EPOCHS,
    FUMI,
    GORO,
    OFFICE,
    TODAY,
    Somebody,
    an_epoch,
    grown,
)

FIRST = dict(zip(Group, FIRST_EPOCHS, strict=True))
TWO = (AIKO, BENI)
AUDITED = grown(OFFICE, (Enrolment(TODAY, FUMI.listed(Role.AUDITOR)), TWO))


def ids(*epochs: Epoch) -> frozenset[bytes]:
    return frozenset(epoch.id for epoch in epochs)


def test_nothing_is_stale_or_exposed_at_the_founding() -> None:
    assert OFFICE.stale == frozenset()
    assert OFFICE.exposed == frozenset()


def test_who_is_removed_leaves_every_group_they_were_in_stale() -> None:
    without = grown(OFFICE, (Removal(TODAY, BENI.id), (AIKO,)))

    assert without.stale == {Group.INTAKE, Group.CASEWORK}
    assert without.exposed == ids(FIRST[Group.INTAKE], FIRST[Group.CASEWORK])


def test_somebody_without_a_group_leaves_nothing_stale() -> None:
    without = grown(OFFICE, (Removal(TODAY, CHIE.id), (AIKO,)))

    assert not without.stale
    assert not without.exposed


def test_who_changes_to_another_group_leaves_only_the_old_one_stale() -> None:
    moved = grown(OFFICE, (Change(TODAY, EMI.listed(Role.CASEWORKER)), TWO))

    assert moved.stale == {Group.INTAKE}
    assert moved.exposed == ids(FIRST[Group.INTAKE])


def test_who_takes_a_role_more_or_loses_the_mark_of_a_manager_leaves_nothing_stale() -> None:
    more = Change(TODAY, EMI.listed(Role.REVIEWER, Role.SUPERVISOR, is_manager=True))
    plain = Change(TODAY, BENI.listed(Role.SUPERVISOR, Role.REVIEWER))

    changed = grown(OFFICE, (more, TWO), (plain, (AIKO, CHIE)))

    assert not changed.stale
    assert not changed.exposed


def test_a_new_sealing_key_leaves_the_groups_of_its_owner_stale() -> None:
    new = Somebody("Emi", 2).listed(Role.REVIEWER)

    changed = grown(OFFICE, (Change(TODAY, new), TWO))

    assert changed.stale == {Group.INTAKE}
    assert changed.exposed == ids(FIRST[Group.INTAKE])


def test_a_new_signing_key_alone_opens_nothing_and_leaves_nothing_stale() -> None:
    half = replace(EMI.listed(Role.REVIEWER), signing_key=Somebody("Emi", 2).signing_key)

    changed = grown(OFFICE, (Change(TODAY, half), TWO))

    assert not changed.stale
    assert not changed.exposed


def test_a_new_epoch_ends_it_for_its_group_only_and_what_was_exposed_stays_so() -> None:
    without = grown(OFFICE, (Removal(TODAY, BENI.id), (AIKO,)))

    renewed = grown(without, (an_epoch(Group.INTAKE), (EMI,)))

    assert renewed.stale == {Group.CASEWORK}
    assert renewed.exposed == without.exposed


def test_who_leaves_knows_all_epochs_until_then_and_none_after() -> None:
    second, third = an_epoch(Group.INTAKE), an_epoch(Group.INTAKE, 2)

    office = grown(OFFICE, (second, (EMI,)), (Removal(TODAY, EMI.id), TWO[:1]), (third, (AIKO,)))

    assert office.exposed == ids(FIRST[Group.INTAKE], second)
    assert office.stale == frozenset()


def test_who_comes_back_makes_nothing_stale_and_nothing_good_again() -> None:
    without = grown(OFFICE, (Removal(TODAY, EMI.id), (AIKO,)))

    same = grown(without, (Change(TODAY, EMI.listed(Role.REVIEWER)), TWO))
    new = grown(without, (Change(TODAY, Somebody("Emi", 2).listed(Role.REVIEWER)), TWO))

    for back in (same, new):
        assert (back.stale, back.exposed) == (without.stale, without.exposed)


@pytest.mark.parametrize(
    ("role", "group"),
    [(Role.AUDITOR, Group.AUDIT), (Role.STATISTICS_OFFICER, Group.PUBLICATION)],
)
def test_a_seed_held_in_trust_is_stale_once_somebody_is_there_to_hold_it(
    role: Role, group: Group
) -> None:
    other = {Role.AUDITOR: Role.STATISTICS_OFFICER, Role.STATISTICS_OFFICER: Role.AUDITOR}[role]
    joined = grown(OFFICE, (Enrolment(TODAY, FUMI.listed(role)), TWO))

    assert joined.stale == {group}
    assert joined.exposed == frozenset()
    both = grown(joined, (Enrolment(TODAY, GORO.listed(other)), TWO))
    assert both.stale == {Group.AUDIT, Group.PUBLICATION}


def test_a_member_by_change_counts_as_one_by_enrolment() -> None:
    steward = CHIE.listed(Role.STEWARD, Role.STATISTICS_OFFICER, is_manager=True)

    assert grown(OFFICE, (Change(TODAY, steward), TWO)).stale == {Group.PUBLICATION}


def test_what_was_held_in_trust_is_exposed_once_the_group_has_a_seed_of_its_own() -> None:
    second = an_epoch(Group.AUDIT)

    own = grown(AUDITED, (second, (FUMI,)))
    third = grown(own, (an_epoch(Group.AUDIT, 2), (FUMI,)))
    colleague = grown(third, (Enrolment(TODAY, GORO.listed(Role.AUDITOR)), TWO))

    for office in (own, third, colleague):
        assert office.stale == frozenset()
        assert office.exposed == ids(FIRST[Group.AUDIT])


def test_a_group_that_had_somebody_at_the_founding_exposes_nothing_by_a_new_epoch() -> None:
    renewed = grown(OFFICE, (an_epoch(Group.INTAKE), (EMI,)))

    assert not renewed.stale
    assert not renewed.exposed


def test_a_group_that_everybody_left_stays_stale_until_the_next_member_renews_it() -> None:
    empty = grown(AUDITED, (Removal(TODAY, FUMI.id), (AIKO,)))
    again = grown(empty, (Enrolment(TODAY, GORO.listed(Role.AUDITOR)), TWO))

    for office in (empty, again):
        assert office.stale == {Group.AUDIT}
        assert office.exposed == ids(FIRST[Group.AUDIT])
    assert grown(again, (an_epoch(Group.AUDIT), (GORO,))).stale == frozenset()
