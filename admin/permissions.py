"""Permissions: which group may do what. A table, and the few rules about membership.

Pure: groups are compared by their words, so that this file needs no table and no key.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum, unique
from typing import Final

INTAKE: Final = "intake"
CASEWORK: Final = "casework"
AUDIT: Final = "audit"
CONTENT: Final = frozenset({INTAKE, CASEWORK})
GROUPS: Final = CONTENT | {AUDIT}


@unique
class Action(StrEnum):
    """Everything that passes the one door; the values stand in the audit log and never change."""

    VIEW_QUEUE = "queue.view"
    OPEN_CASE = "case.open"
    ADD_NOTE = "note.add"
    SEND_MESSAGE = "message.send"
    OPEN_FILE = "file.open"
    SEND_FILE = "file.send"
    VIEW_AUDIT = "audit.view"
    EXPORT_AUDIT = "audit.export"


# Until triage hands a report over, its key is sealed to intake alone, so casework by itself opens
# nothing yet.
ALLOWED: Final[Mapping[Action, AbstractSet[str]]] = {
    Action.VIEW_QUEUE: frozenset({INTAKE}),
    Action.OPEN_CASE: frozenset({INTAKE}),
    Action.ADD_NOTE: frozenset({INTAKE}),
    Action.SEND_MESSAGE: frozenset({INTAKE}),
    Action.OPEN_FILE: frozenset({INTAKE}),
    Action.SEND_FILE: frozenset({INTAKE}),
    Action.VIEW_AUDIT: frozenset({AUDIT}),
    Action.EXPORT_AUDIT: frozenset({AUDIT}),
}


def acting_groups(held: AbstractSet[str]) -> frozenset[str]:
    """Return the groups somebody may act for, of those whose keys they hold.

    The founder keeps the audit key in trust until there is an auditor. Holding it is no role:
    who reads reports never reads the log about reading them.
    """
    return frozenset(held & CONTENT) or frozenset(held & GROUPS)


def is_allowed(action: Action, groups: AbstractSet[str]) -> bool:
    """Say whether one of these groups may do it; an action without a rule is allowed to nobody."""
    return bool(ALLOWED.get(action, frozenset()) & groups)


def rule_for(action: Action, groups: AbstractSet[str]) -> str:
    """Name the rule that decides about an action, as the audit log records it."""
    if not is_allowed(action, groups):
        return f"{action}: no rule"
    return f"{action}: {', '.join(sorted(ALLOWED[action] & groups))}"


def may_belong(groups: AbstractSet[str]) -> bool:
    """Say whether one person may hold these groups together: auditors hold nothing else."""
    return bool(groups) and (groups <= CONTENT or groups == {AUDIT})
