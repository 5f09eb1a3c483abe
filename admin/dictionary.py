"""Dictionary: write the ledger's marks to the files that people read.

The public page "What a seizure would reveal" is made from `reporting/data/kept.toml`, because a
public process does not hold the staff side's tables. `docs/data-dictionary.md` is the same for
developers. Run `make ledger` after a change of tables; a test fails until both files are true.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Column, Table

import admin.budget_rows
import admin.circle_rows
import admin.models
import admin.reading_rows
import reporting.audit_rows
import reporting.case_rows
import reporting.file_rows
import reporting.lent_rows
import reporting.models
import reporting.office_rows
import reporting.stat_rows
import reporting.term_rows
from reporting.case_rows import LinkKeyRow, SavedSearchRow
from reporting.database import Base
from reporting.ledger import Archive, ColumnEntry, Mark, TableEntry

ROOT: Final = Path(__file__).parent.parent
KEPT: Final = Path("reporting/data/kept.toml")
DICTIONARY: Final = Path("docs/data-dictionary.md")
IN_ARCHIVES: Final = {
    Archive.VAULT: "Backup: in the vault archive.",
    Archive.KEYS: "Backup: in the keys archive.",
    Archive.BOTH: "Backup: in both archives.",
    Archive.NONE: "Backup: in no archive.",
}
# Beside the modules of the team's own tables: what it works with, and of no report.
TOOLS: Final = frozenset({LinkKeyRow.__tablename__, SavedSearchRow.__tablename__})
OF_TEAM: Final = frozenset(
    mapper.local_table
    for mapper in Base.registry.mappers
    if mapper.class_.__module__
    in {
        admin.models.__name__,
        admin.budget_rows.__name__,
        admin.circle_rows.__name__,
        admin.reading_rows.__name__,
        reporting.office_rows.__name__,
    }
    or mapper.class_.__tablename__ in TOOLS
)
PACKAGES: Final = (
    admin.models,
    admin.budget_rows,
    admin.circle_rows,
    admin.reading_rows,
    reporting.audit_rows,
    reporting.case_rows,
    reporting.file_rows,
    reporting.lent_rows,
    reporting.models,
    reporting.office_rows,
    reporting.stat_rows,
    reporting.term_rows,
)


def entries() -> tuple[TableEntry, ...]:
    """Return what every table of both packages declares; raise KeyError for an unmarked column."""
    tables = (Base.metadata.tables[name] for name in sorted(Base.metadata.tables))
    return tuple(entry(table) for table in tables)


def kept_toml() -> str:
    """Return the ledger as the public page reads it."""
    lines = ["# The metadata ledger, written by `make ledger` from the tables themselves."]
    for table in entries():
        lines += ["", "[[table]]", f'name = "{table.name}"', f'purpose = "{table.purpose}"']
        lines += [f'archive = "{table.archive}"']
        lines += ["team = true"] if table.is_of_team else []
        for column in table.columns:
            lines += ["[[table.column]]", f'name = "{column.name}"', f'mark = "{column.mark}"']
            lines += [f'reason = "{column.reason}"'] if column.reason else []
    return "\n".join(lines) + "\n"


def dictionary() -> str:
    """Return the ledger as developers read it."""
    lines = ["# Data dictionary", "", "Written by `make ledger` from the tables themselves."]
    for table in entries():
        lines += ["", f"## {table.name}", "", table.purpose, "", IN_ARCHIVES[table.archive], ""]
        lines += ["| column | mark | why readable |", "|---|---|---|"]
        lines += [f"| {row.name} | {row.mark} | {row.reason} |" for row in table.columns]
    return "\n".join(lines) + "\n"


def write(root: Path) -> None:
    """Write both files below a checkout's root."""
    (root / KEPT).write_text(kept_toml(), encoding="utf-8")
    (root / DICTIONARY).write_text(dictionary(), encoding="utf-8")


def entry(table: Table) -> TableEntry:
    """Return what one table declares; raise KeyError where it or a column does not say enough."""
    columns = tuple(_column(column) for column in table.columns)
    archive = Archive(table.info["archive"])
    return TableEntry(table.name, table.info["purpose"], columns, archive, table in OF_TEAM)


def _column(column: Column[object]) -> ColumnEntry:
    return ColumnEntry(column.name, Mark(column.info["mark"]), column.info["reason"])


if __name__ == "__main__":
    write(ROOT)
