"""Each rule of the table is broken once, in a copy, and is the one that says so."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from admin.case_table import read_file, table_of
from admin.table_rules import RULES, TableError, checked

File = dict[str, Any]


def move(data: File, name: str) -> File:
    """Return a transition of a file that may be spoiled."""
    return next(entry for entry in data["transition"] if entry["name"] == name)


def state(data: File, code: str) -> File:
    """Return a state of a file that may be spoiled."""
    return next(entry for entry in data["state"] if entry["code"] == code)


def unguarded(name: str, *guards: str) -> Callable[[File], None]:
    """Take guards away from a transition."""

    def spoil(data: File) -> None:
        entry = move(data, name)
        entry["guards"] = [code for code in entry["guards"] if code not in guards]

    return spoil


def changed(name: str, **fields: object) -> Callable[[File], None]:
    """Change what a transition says."""
    return lambda data: move(data, name).update(fields)


def also_from(name: str, *sources: str) -> Callable[[File], None]:
    """Let a transition start from further states, and count it."""

    def spoil(data: File) -> None:
        move(data, name)["from"] += sources
        data["meta"]["expanded"] += len(sources)

    return spoil


def stays_in_review(data: File) -> None:
    """Keep the reporter from leaving."""
    move(data, "withdraw")["from"].remove("review")
    data["meta"]["expanded"] -= 1


def nobody_watches(data: File) -> None:
    """Let no move lead to the state of a case that is watched."""
    for entry in data["transition"]:
        if entry["to"] == "monitoring":
            entry["to"] = "active"


TABLE = table_of(read_file())
SPOILT: list[tuple[Callable[[File], None], str]] = [
    (changed("accept", to="accepted"), "accept names the state accepted, which is none"),
    (changed("watch", who=["boss"]), "watch names the role boss, which is none"),
    (changed("return", guards=["mood"]), "return names the guard mood, which is none"),
    (changed("return", effects=["boom"]), "return names the effect boom, which is none"),
    (changed("appeal", guards_for={"boss": []}), "appeal names the role boss, which is none"),
    (lambda data: data["guard"].update(mood="x"), "the guard mood holds nobody back"),
    (lambda data: data["effect"].update(boom="x"), "the effect boom never happens"),
    (
        lambda data: state(data, "active").update(reporter="busy"),
        "no words tell a reporter about active",
    ),
    (nobody_watches, "no case ever gets from received to monitoring"),
    (
        lambda data: data["rules"].update(every_state_reaches="received"),
        "a case in erased never gets to received",
    ),
    (also_from("reopen", "erased"), "reopen brings back what is erased"),
    (
        changed("retain_end", undo_s=30),
        "retain_end could be taken back, and leaves nothing to bring back",
    ),
    (
        changed("retain_end", who=["system", "supervisor"]),
        "retain_end lets a person bring a case to erased",
    ),
    (changed("purge_quarantine", who=[]), "purge_quarantine lets a person bring a case to erased"),
    (
        lambda data: data["rules"]["never_in_who"].append("caseworker"),
        "assign lets the caseworker move a case",
    ),
    (
        changed("accept", guards_for={"caseworker": []}),
        "accept has guards for the caseworker, who cannot make it",
    ),
    (stays_in_review, "the reporter cannot leave from review"),
    (
        unguarded("approve_close", "not_proposer_nor_owner"),
        "approve_close lets one supervisor alone bring a case to closed",
    ),
    *(
        (
            unguarded(name, "fresh_eyes"),
            f"{name} lets one {role} alone bring a case to {to}",
        )
        for name, role, to in (
            ("quarantine", "reviewer", "quarantined"),
            ("decline", "reviewer", "declined"),
            ("decline_t", "supervisor", "declined"),
            ("merge", "reviewer", "merged"),
            ("merge_t", "caseworker", "merged"),
            ("merge_a", "supervisor", "merged"),
        )
    ),
    (
        unguarded("purge_quarantine", "second_confirmed"),
        "purge_quarantine asks for no second person before a case is erased",
    ),
    (
        unguarded("retain_end_d", "second_seen"),
        "retain_end_d asks for no second person before a case is erased",
    ),
    (
        lambda data: data["meta"].update(expanded=1),
        f"`expanded` in the file says 1 and it has {len(TABLE.pairs)} moves",
    ),
    (changed("quarantine", key="D"), "in received the key D makes two moves"),
]


def test_the_table_keeps_its_rules() -> None:
    table = table_of(read_file())

    assert checked(table) is table


@pytest.mark.parametrize(("spoil", "sentence"), SPOILT, ids=[sentence for _, sentence in SPOILT])
def test_a_table_that_breaks_a_rule_is_not_used(
    spoil: Callable[[File], None], sentence: str
) -> None:
    data = deepcopy(dict(read_file()))
    spoil(data)

    with pytest.raises(TableError) as refused:
        checked(table_of(data))

    assert str(refused.value) == sentence


def test_every_rule_has_been_broken() -> None:
    broken = set()
    for spoil, _ in SPOILT:
        data = deepcopy(dict(read_file()))
        spoil(data)
        broken.add(next(rule for rule in RULES if any(True for _ in rule(table_of(data)))))

    assert broken == set(RULES)
