"""Roles: which may meet in one person, who may keep the roster, and what each can open.

These tables are the same for everybody who verifies a roster, so that a person who may not be two
things at once is refused by every process, and not only by the page that would make them so.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum, unique
from typing import Final


@unique
class Role(StrEnum):
    """What somebody does; the words stand in signed entries and never change."""

    REVIEWER = "reviewer"
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    STEWARD = "steward"
    STATISTICS_OFFICER = "statistics_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@unique
class Group(StrEnum):
    """Who shares a key; the words stand in signed entries and never change."""

    INTAKE = "intake"
    CASEWORK = "casework"
    PUBLICATION = "publication"
    AUDIT = "audit"


_GROUPS: Final[Mapping[Role, AbstractSet[Group]]] = {
    Role.REVIEWER: frozenset({Group.INTAKE}),
    Role.CASEWORKER: frozenset({Group.CASEWORK}),
    Role.SUPERVISOR: frozenset({Group.INTAKE, Group.CASEWORK}),
    Role.STEWARD: frozenset(),
    Role.STATISTICS_OFFICER: frozenset({Group.PUBLICATION}),
    Role.AUDITOR: frozenset({Group.AUDIT}),
    Role.ADMINISTRATOR: frozenset(),
}
# Reading reports, answering for what leaves, watching, and running the machine: no person does
# two of the four.
_TOGETHER: Final = (
    frozenset({Role.REVIEWER, Role.CASEWORKER, Role.SUPERVISOR}),
    frozenset({Role.STEWARD, Role.STATISTICS_OFFICER}),
    frozenset({Role.AUDITOR}),
    frozenset({Role.ADMINISTRATOR}),
)
_MANAGERS: Final = frozenset({Role.SUPERVISOR, Role.STEWARD})


def groups_of(roles: AbstractSet[Role]) -> frozenset[Group]:
    """Return the groups whose keys somebody with these roles is given."""
    return frozenset(group for role in roles for group in _GROUPS[role])


def may_meet(roles: AbstractSet[Role]) -> bool:
    """Say whether one person may hold these roles together. None at all is allowed: no group."""
    return any(roles <= together for together in _TOGETHER)


def may_manage(roles: AbstractSet[Role]) -> bool:
    """Say whether somebody with these roles may carry the mark of a roster manager."""
    return not _MANAGERS.isdisjoint(roles)
