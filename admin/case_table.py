"""The table of a case's life, as `data/transitions.toml` says it: states, moves, who, guards.

Codes are the words of that file. That it keeps its own rules is checked in `table_rules`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

Data = Mapping[str, Any]  # a file of ours, which a test holds against what it has to be

# The roles that no roster grants. The others are called as in `permissions`.
REPORTER: Final = "reporter"
OWNER: Final = "owner"
SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class Standing:
    """A state: what it is called, whether it counts as work, and what the reporter sees of it.

    `wrap` says in words which group can open the case key.
    """

    code: str
    label: str
    is_live: bool
    wrap: str
    reporter: str


@dataclass(frozen=True, slots=True)
class Coarse:
    """What a reporter reads; `override` says which fact of the open mailbox comes first."""

    code: str
    text: str
    override: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A move from some states to one, by some roles, while all its guards hold.

    `key` is the key on the page of a report, if any. Within `undo_s` seconds whoever decided may
    take it back; 0 is never.
    """

    name: str
    label: str
    key: str
    sources: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    guards: tuple[str, ...]
    guards_for: Mapping[str, tuple[str, ...]]
    effects: tuple[str, ...]
    undo_s: int

    def guards_of(self, role: str) -> tuple[str, ...]:
        """Return all guards that hold somebody back who moves in this role."""
        return (*self.guards, *self.guards_for.get(role, ()))


@dataclass(frozen=True, slots=True)
class NotAlone:
    """No person alone brings a case from a state to one of others; these guards see to it."""

    source: str
    to: AbstractSet[str]
    because_of: AbstractSet[str]


@dataclass(frozen=True, slots=True)
class TwoBefore:
    """Nothing goes from these states to another before a second person; these guards see to it."""

    sources: AbstractSet[str]
    to: str
    because_of: AbstractSet[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the table must keep; the names are those of the file."""

    every_state_reachable_from: str
    every_state_reaches: str
    only_system_enters: AbstractSet[str]
    never_in_who: AbstractSet[str]
    reporter_can_leave_from_all_but: AbstractSet[str]
    not_by_one_person: NotAlone
    two_people_before: TwoBefore


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table. `guards` and `effects` say each code in words, `roles` each role."""

    initial: str
    terminal: str
    expanded: int
    rules: Rules
    roles: Mapping[str, str]
    states: Mapping[str, Standing]
    coarse: Mapping[str, Coarse]
    transitions: Mapping[str, Transition]
    guards: Mapping[str, str]
    effects: Mapping[str, str]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every move from every state it is made from: (state, name)."""
        return tuple(
            (source, move.name) for move in self.transitions.values() for source in move.sources
        )

    @property
    def triples(self) -> frozenset[tuple[str, str, str]]:
        """Every (state, name, role) that may be; whatever is not here is refused."""
        return frozenset(
            (source, move.name, role)
            for move in self.transitions.values()
            for source in move.sources
            for role in move.who
        )


def read_file() -> Data:
    """Return the file as it stands."""
    text = files("admin").joinpath("data/transitions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def table_of(data: Data) -> Table:
    """Return the table that a file holds. Raises KeyError where it leaves something out."""
    meta = data["meta"]
    return Table(
        initial=meta["initial"],
        terminal=meta["terminal"],
        expanded=meta["expanded"],
        rules=_rules(data["rules"]),
        roles=MappingProxyType(data["role"]),
        states=MappingProxyType({entry["code"]: _standing(entry) for entry in data["state"]}),
        coarse=MappingProxyType({entry["code"]: _coarse(entry) for entry in data["coarse"]}),
        transitions=MappingProxyType(
            {entry["name"]: _transition(entry) for entry in data["transition"]}
        ),
        guards=MappingProxyType(data["guard"]),
        effects=MappingProxyType(data["effect"]),
    )


def _standing(entry: Data) -> Standing:
    return Standing(
        code=entry["code"],
        label=entry["label"],
        is_live=entry["live"],
        wrap=entry["wrap"],
        reporter=entry["reporter"],
    )


def _coarse(entry: Data) -> Coarse:
    return Coarse(entry["code"], entry["text"], entry.get("override", ""))


def _transition(entry: Data) -> Transition:
    further = entry.get("guards_for", {})
    return Transition(
        name=entry["name"],
        label=entry["label"],
        key=entry.get("key", ""),
        sources=tuple(entry["from"]),
        to=entry["to"],
        who=tuple(entry["who"]),
        guards=tuple(entry["guards"]),
        guards_for=MappingProxyType({role: tuple(codes) for role, codes in further.items()}),
        effects=tuple(entry["effects"]),
        undo_s=entry["undo_s"],
    )


def _rules(entry: Data) -> Rules:
    alone, two = entry["not_by_one_person"], entry["two_people_before"]
    return Rules(
        every_state_reachable_from=entry["every_state_reachable_from"],
        every_state_reaches=entry["every_state_reaches"],
        only_system_enters=_set(entry["only_system_enters"]),
        never_in_who=_set(entry["never_in_who"]),
        reporter_can_leave_from_all_but=_set(entry["reporter_can_leave_from_all_but"]),
        not_by_one_person=NotAlone(alone["from"], _set(alone["to"]), _set(alone["because_of"])),
        two_people_before=TwoBefore(_set(two["from"]), two["to"], _set(two["because_of"])),
    )


def _set(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(codes)
