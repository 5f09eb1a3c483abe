"""The metadata ledger: what each column of each table gives away, and why.

Every column is marked where it is declared. `admin.dictionary` writes the marks of both packages to
`data/kept.toml`, a test keeps that file true, and the public page "What a seizure would reveal" is
made from it, so the page cannot drift from the tables.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

ColumnInfo = dict[str, str]
OF_FIGURES = ("budget_", "stat_")


class Mark(StrEnum):
    """How much a column tells somebody who holds the whole database."""

    SEALED = "sealed"
    BLIND = "blind"
    CLEAR = "clear"


def sealed() -> ColumnInfo:
    """Mark a column that holds ciphertext only."""
    return {"mark": Mark.SEALED, "reason": ""}


def blind() -> ColumnInfo:
    """Mark a column that holds a keyed tag: equal or not equal, and nothing else."""
    return {"mark": Mark.BLIND, "reason": ""}


def clear(reason: str) -> ColumnInfo:
    """Mark a column that anybody with the database can read, with the reason for that."""
    return {"mark": Mark.CLEAR, "reason": reason}


class Archive(StrEnum):
    """In which of the two archives of a backup the rows of a table are (FORMAT.md 16)."""

    VAULT = "vault"  # what is locked: a year
    KEYS = "keys"  # what opens it, and who may: two weeks
    BOTH = "both"  # what proves that neither was rolled back
    NONE = "none"


def about(purpose: str, archive: Archive | None = None) -> ColumnInfo:
    """Say in one plain sentence what a table is for, and which archive has its rows.

    Without an archive the table is not declared: no backup is made until it says.
    """
    return {"purpose": purpose} | ({} if archive is None else {"archive": archive})


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """One column as the public page shows it; `reason` is empty unless the mark is clear."""

    name: str
    mark: Mark
    reason: str


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table as the public page shows it; purpose and reasons are message ids.

    `is_of_team` says that it is about the team itself, and about no report.
    """

    name: str
    purpose: str
    columns: tuple[ColumnEntry, ...]
    archive: Archive
    is_of_team: bool = False

    @property
    def is_of_figures(self) -> bool:
        """Whether it is about counting for published figures."""
        return self.name.startswith(OF_FIGURES)


@cache
def declared() -> tuple[TableEntry, ...]:
    """Return every table of the whole system, the staff side included, by name."""
    text = files("reporting").joinpath("data/kept.toml").read_text(encoding="utf-8")
    return tuple(
        TableEntry(
            name=table["name"],
            purpose=table["purpose"],
            columns=tuple(
                ColumnEntry(column["name"], Mark(column["mark"]), column.get("reason", ""))
                for column in table["column"]
            ),
            archive=Archive(table["archive"]),
            is_of_team=table.get("team", False),
        )
        for table in tomllib.loads(text)["table"]
    )
