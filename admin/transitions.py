"""Transitions: what may be done with a case now, by whom, and what comes of it.

Pure: the caller gathers the facts, makes the effects happen and writes the audit row, all in one
unit of work. Nothing else decides about a change of state.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from admin.case_table import OWNER, Table, Transition, read_file, table_of
from admin.errors import StaffError
from admin.facts import Facts
from admin.guards import GUARDS, failing
from admin.permissions import CASEWORKER, SUPERVISOR
from admin.table_rules import checked
from forms.wording import msgid

# Read and checked when the program starts: a table that breaks its rules starts nothing.
TABLE: Final = checked(table_of(read_file()))
_MAY_OWN: Final = frozenset({CASEWORKER, SUPERVISOR})

STATE: Final = "state"
UNDO: Final = "undo"
MOVED_ON: Final = msgid("Somebody has moved this report on meanwhile. Look at it again.")
NO_UNDO: Final = msgid("This cannot be taken back any more.")


class NotAllowedError(StaffError):
    """No rule lets these roles make such a move; for them it does not exist."""


class NotNowError(StaffError):
    """The move exists, but not now: `guard` is what holds it back, `sentence` its message id."""

    def __init__(self, guard: str, sentence: str) -> None:
        super().__init__(f"not now: {guard}")
        self.guard = guard
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Move:
    """A move that may be made; `role` is the one that it is made in."""

    name: str
    role: str
    source: str
    to: str
    effects: tuple[str, ...]
    undo_s: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: it works if `is_allowed`, and otherwise `why_not` says why, as a message id.

    `asks` are the guards that the form behind it still has to satisfy.
    """

    name: str
    label: str
    key: str
    is_allowed: bool
    why_not: str = ""
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """A move that was made: by whom, when, and the revision that the case had after it."""

    move: Move
    by: bytes
    at: datetime
    rev: int


@dataclass(frozen=True, slots=True)
class Present:
    """How things are when somebody wants to take a move back."""

    actor: bytes
    now: datetime
    rev: int
    message_was_opened: bool


def decide(
    table: Table, state: str, name: str, actor_roles: AbstractSet[str], facts: Facts
) -> Move:
    """Return the move, in the first of the actor's roles in which nothing holds it back.

    Who owns the case is taken from the facts. Raises NotAllowedError when there is no rule for
    these roles, and NotNowError when the state or a guard stands against it.
    """
    move = table.transitions.get(name)
    roles = _acting(move, actor_roles, facts) if move else ()
    if move is None or not roles:
        raise NotAllowedError(f"{name}: no rule")
    if state not in move.sources:
        raise NotNowError(STATE, MOVED_ON)
    lacks = {role: tuple(_failing(move, role, facts)) for role in roles}
    role = next((role for role in roles if not lacks[role]), None)
    if role is None:
        guard = lacks[roles[0]][0]
        raise NotNowError(guard, GUARDS[guard].sentence)
    return Move(name, role, state, move.to, move.effects, move.undo_s)


def offered(table: Table, state: str, roles: AbstractSet[str], facts: Facts) -> tuple[Offer, ...]:
    """Return every move that somebody with these roles could make from here, in the table's order.

    A role in which only something is missing that the form asks for makes the button work.
    """
    return tuple(
        _offer(move, acting, facts)
        for move in table.transitions.values()
        if state in move.sources and (acting := _acting(move, roles, facts))
    )


def undo(done: Done, present: Present) -> Move:
    """Return the move that takes another back: its effects are to be undone, last one first.

    Raises NotNowError when it is too late, somebody touched the case since, or a message was read.
    """
    may_still = (
        present.actor == done.by
        and timedelta(0) <= present.now - done.at < timedelta(seconds=done.move.undo_s)
        and present.rev == done.rev
        and not present.message_was_opened
    )
    if not may_still:
        raise NotNowError(UNDO, NO_UNDO)
    made = done.move
    return Move(
        name=f"{made.name}.undone",
        role=made.role,
        source=made.to,
        to=made.source,
        effects=tuple(reversed(made.effects)),
        undo_s=0,
    )


def _acting(move: Transition, roles: AbstractSet[str], facts: Facts) -> tuple[str, ...]:
    """Return the roles in which somebody could make a move, in the order of the table.

    To own a case is no role that could be handed in: only the facts make an owner.
    """
    owns = facts.is_owner and not _MAY_OWN.isdisjoint(roles)
    acting = (roles - {OWNER}) | ({OWNER} if owns else set())
    return tuple(role for role in move.who if role in acting)


def _failing(move: Transition, role: str, facts: Facts) -> Iterator[str]:
    asked = replace(facts, name=move.name, role=role)
    return (code for code in move.guards_of(role) if failing(code, asked))


def _offer(move: Transition, roles: tuple[str, ...], facts: Facts) -> Offer:
    lacks = [tuple(_failing(move, role, facts)) for role in roles]
    open_to = [codes for codes in lacks if all(GUARDS[code].is_given for code in codes)]
    if open_to:
        asks = min(open_to, key=len)
        return Offer(move.name, move.label, move.key, is_allowed=True, asks=asks)
    held_back_by = next(code for code in lacks[0] if not GUARDS[code].is_given)
    why = GUARDS[held_back_by].sentence
    return Offer(move.name, move.label, move.key, is_allowed=False, why_not=why)
