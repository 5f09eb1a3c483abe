"""Staffing: the rules about who must be on the staff, held against a roster."""

from collections.abc import Callable
from typing import Final

from crypto.roles import Role
from crypto.roster import Roster

FEWEST_MANAGERS: Final = 3


def lacking(verified: Roster) -> tuple[str, ...]:
    """Return what the roster cannot satisfy, each as a sentence that says what is missing."""
    return tuple(sentence for satisfies, sentence in RULES if not satisfies(verified))


def _count(*roles: Role) -> Callable[[Roster], int]:
    wanted = frozenset(roles)
    return lambda verified: sum(
        not wanted.isdisjoint(person.roles) for person in verified.people.values()
    )


def _at_least(count: int, *roles: Role) -> Callable[[Roster], bool]:
    found = _count(*roles)
    return lambda verified: found(verified) >= count


RULES: Final[tuple[tuple[Callable[[Roster], bool], str], ...]] = (
    (
        _at_least(2, Role.REVIEWER, Role.SUPERVISOR),
        "Fewer than two people can read new reports: if one is lost, so is every report.",
    ),
    (
        _at_least(2, Role.CASEWORKER, Role.SUPERVISOR),
        "Fewer than two people can work on reports that were looked at.",
    ),
    (
        _at_least(2, Role.SUPERVISOR),
        "Fewer than two supervisors: nobody can countersign what one of them decides.",
    ),
    (
        lambda verified: len(verified.managers) >= FEWEST_MANAGERS,
        "Fewer than three roster managers: when one is away or has lost their keys, nobody joins.",
    ),
    (_at_least(1, Role.STEWARD), "No steward: nobody looks after what leaves and what is erased."),
    (
        _at_least(2, Role.STATISTICS_OFFICER),
        "Fewer than two statistics officers: no figures can be published.",
    ),
    (_at_least(1, Role.AUDITOR), "No auditor: nobody checks what the staff does."),
    (_at_least(1, Role.ADMINISTRATOR), "No administrator: nobody looks after the machine."),
)
