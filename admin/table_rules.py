"""Table rules: what the table of a case's life must keep. One that breaks a rule is not used.

Guards are looked at by name here; that each does what its name says is for its own tests.
"""

from collections.abc import Callable, Iterator
from typing import Final

from admin.case_table import REPORTER, SYSTEM, Table, Transition


class TableError(ValueError):
    """The table breaks one of its rules; the text says which, and where."""


def checked(table: Table) -> Table:
    """Return the table as it is. Raises TableError, with a sentence, when it breaks a rule."""
    for rule in RULES:
        for sentence in rule(table):
            raise TableError(sentence)
    return table


def _codes_are_known(table: Table) -> Iterator[str]:
    """Ask first: the other rules look up what is named here."""
    for move in table.transitions.values():
        named = (
            ({*move.sources, move.to} - table.states.keys(), "state"),
            ({*move.who, *move.guards_for} - table.roles.keys(), "role"),
            (_all_guards(move) - table.guards.keys(), "guard"),
            (set(move.effects) - table.effects.keys(), "effect"),
        )
        for unknown, kind in named:
            for code in sorted(unknown):
                yield f"{move.name} names the {kind} {code}, which is none"


def _every_code_is_used(table: Table) -> Iterator[str]:
    moves = table.transitions.values()
    guards = {code for move in moves for code in _all_guards(move)}
    effects = {code for move in moves for code in move.effects}
    for code in sorted(table.guards.keys() - guards):
        yield f"the guard {code} holds nobody back"
    for code in sorted(table.effects.keys() - effects):
        yield f"the effect {code} never happens"


def _reporters_words_exist(table: Table) -> Iterator[str]:
    for state in table.states.values():
        if state.reporter not in table.coarse:
            yield f"no words tell a reporter about {state.code}"


def _states_are_reachable(table: Table) -> Iterator[str]:
    start = table.rules.every_state_reachable_from
    for code in sorted(table.states.keys() - _reachable(table, start)):
        yield f"no case ever gets from {start} to {code}"


def _states_end(table: Table) -> Iterator[str]:
    end = table.rules.every_state_reaches
    for code in table.states:
        if end not in _reachable(table, code):
            yield f"a case in {code} never gets to {end}"


def _nothing_leaves_the_end(table: Table) -> Iterator[str]:
    for move in table.transitions.values():
        if table.terminal in move.sources:
            yield f"{move.name} brings back what is {table.terminal}"
        if move.to == table.terminal and move.undo_s:
            yield f"{move.name} could be taken back, and leaves nothing to bring back"


def _only_the_system_enters(table: Table) -> Iterator[str]:
    for move in table.transitions.values():
        if move.to in table.rules.only_system_enters and set(move.who) != {SYSTEM}:
            yield f"{move.name} lets a person bring a case to {move.to}"


def _nobody_from_outside_moves(table: Table) -> Iterator[str]:
    for move in table.transitions.values():
        for role in sorted(table.rules.never_in_who & set(move.who)):
            yield f"{move.name} lets the {role} move a case"


def _further_guards_hold_somebody(table: Table) -> Iterator[str]:
    for move in table.transitions.values():
        for role in sorted(move.guards_for.keys() - set(move.who)):
            yield f"{move.name} has guards for the {role}, who cannot make it"


def _the_reporter_can_leave(table: Table) -> Iterator[str]:
    leaves = {
        source
        for move in table.transitions.values()
        if REPORTER in move.who
        for source in move.sources
    }
    staying = table.rules.reporter_can_leave_from_all_but
    for code in sorted(table.states.keys() - staying - leaves):
        yield f"the reporter cannot leave from {code}"


def _ends_take_other_eyes(table: Table) -> Iterator[str]:
    """Every last move to such an end is guarded, however the case came to where it starts."""
    rule = table.rules.not_by_one_person
    near = _reachable(table, rule.source)
    for move in table.transitions.values():
        if move.to in rule.to and not near.isdisjoint(move.sources):
            for role in sorted(set(move.who) - {REPORTER}):
                if rule.because_of.isdisjoint(move.guards_of(role)):
                    yield f"{move.name} lets one {role} alone bring a case to {move.to}"


def _erasing_takes_two(table: Table) -> Iterator[str]:
    rule = table.rules.two_people_before
    for move in table.transitions.values():
        if move.to == rule.to and not rule.sources.isdisjoint(move.sources):
            for role in move.who:
                if rule.because_of.isdisjoint(move.guards_of(role)):
                    yield f"{move.name} asks for no second person before a case is {move.to}"


def _every_pair_is_counted(table: Table) -> Iterator[str]:
    if len(table.pairs) != table.expanded:
        yield f"`expanded` in the file says {table.expanded} and it has {len(table.pairs)} moves"


def _one_key_makes_one_move(table: Table) -> Iterator[str]:
    keys = [(source, move.key) for move in table.transitions.values() for source in move.sources]
    for source, key in sorted({pair for pair in keys if pair[1] and keys.count(pair) > 1}):
        yield f"in {source} the key {key} makes two moves"


def _all_guards(move: Transition) -> set[str]:
    return {*move.guards, *(code for codes in move.guards_for.values() for code in codes)}


def _reachable(table: Table, start: str) -> frozenset[str]:
    """Return where a case can get to from a state, itself included."""
    reached = {start}
    for _ in table.states:
        for move in table.transitions.values():
            if not reached.isdisjoint(move.sources):
                reached.add(move.to)
    return frozenset(reached)


RULES: Final[tuple[Callable[[Table], Iterator[str]], ...]] = (
    _codes_are_known,
    _reporters_words_exist,
    _states_are_reachable,
    _states_end,
    _nothing_leaves_the_end,
    _only_the_system_enters,
    _nobody_from_outside_moves,
    _further_guards_hold_somebody,
    _the_reporter_can_leave,
    _ends_take_other_eyes,
    _erasing_takes_two,
    _every_pair_is_counted,
    _one_key_makes_one_move,
    _every_code_is_used,
)
