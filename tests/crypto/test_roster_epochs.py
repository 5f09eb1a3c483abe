"""Every group has a key from the founding on, and who is in a group opens its next epoch."""

from dataclasses import replace

import pytest

from crypto.acts import Change, Enrolment, Epoch, Founding
from crypto.roles import Group, Role
from crypto.roster import (
    NOBODY,
    propose,
)
from tests.crypto.office import (
    AIKO,
    BENI,
    EMI,
    FIRST_EPOCHS,
    FOUNDERS,
    FUMI,
    OFFICE,
    TODAY,
    an_epoch,
    grown,
    refused_at,
)


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
