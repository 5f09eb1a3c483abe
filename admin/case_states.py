"""Case states: write the table of a case's life as a page that people read.

`docs/case-states.md` is made from `data/transitions.toml` alone. Run `make ledger` after a change
of the table; a test fails until the page is true.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from admin.case_table import Table, Transition, read_file, table_of

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = Path("docs/case-states.md")


def page(table: Table) -> str:
    """Return the page."""
    lines = [
        "# The life of a case",
        "",
        "Written by `make ledger` from `admin/data/transitions.toml`, which is the only source.",
        *_states(table),
        *_roles(table),
        *_moves(table),
        *_explained("What has to be so", table.guards),
        *_explained("What happens with it", table.effects),
    ]
    return "\n".join(lines) + "\n"


def write(root: Path) -> None:
    """Write the page below a checkout's root."""
    (root / PAGE).write_text(page(table_of(read_file())), encoding="utf-8")


def _states(table: Table) -> Iterator[str]:
    yield from ("", "## States", "", "A case begins as " + table.states[table.initial].label + ".")
    yield from ("", "| state | called | counts as work | key with | moves on by | reporter reads |")
    yield "|---|---|---|---|---|---|"
    for state in table.states.values():
        leaving = ", ".join(
            f"`{move.name}`" for move in table.transitions.values() if state.code in move.sources
        )
        work = "yes" if state.is_live else "no"
        seen = table.coarse[state.reporter].text
        yield f"| `{state.code}` | {state.label} | {work} | {state.wrap} | {leaving} | {seen} |"
    yield from ("", "Before that the reporter reads:", "")
    for coarse in table.coarse.values():
        if coarse.override:
            yield f"- “{coarse.text}”: when {coarse.override}."


def _roles(table: Table) -> Iterator[str]:
    yield from ("", "## Who", "", "| role | what it is | moves |", "|---|---|---|")
    for role, meaning in table.roles.items():
        moves = ", ".join(f"`{one.name}`" for one in table.transitions.values() if role in one.who)
        yield f"| {role} | {meaning} | {moves} |"


def _moves(table: Table) -> Iterator[str]:
    count = f"{len(table.transitions)} moves, from {len(table.pairs)} places."
    yield from ("", "## Moves", "", count)
    for move in table.transitions.values():
        yield from ("", f"### {move.label}: `{move.name}`", "", _way(move), "")
        yield f"- Who: {', '.join(move.who)}."
        yield from (f"- Needs `{code}`: {table.guards[code]}." for code in move.guards)
        for role, codes in move.guards_for.items():
            yield from (f"- As {role} needs `{code}`: {table.guards[code]}." for code in codes)
        yield from (f"- Then `{code}`: {table.effects[code]}." for code in move.effects)
        yield _taken_back(move)


def _way(move: Transition) -> str:
    sources = ", ".join(f"`{source}`" for source in move.sources)
    key = f" Key {move.key}." if move.key else ""
    return f"From {sources} to `{move.to}`.{key}"


def _taken_back(move: Transition) -> str:
    if not move.undo_s:
        return "- Cannot be taken back."
    return f"- Can be taken back for {move.undo_s} seconds, if nobody else touched the case."


def _explained(title: str, codes: Mapping[str, str]) -> Iterator[str]:
    yield from ("", f"## {title}", "", "| code | in words |", "|---|---|")
    yield from (f"| `{code}` | {words} |" for code, words in codes.items())


if __name__ == "__main__":
    write(ROOT)
