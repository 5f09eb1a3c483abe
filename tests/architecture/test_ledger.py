"""Every column says what it gives away, and the published page says the same."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

from admin import dictionary
from reporting.database import Base
from reporting.ledger import Archive, Mark, about, clear, declared, sealed

TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
COLUMNS = [column for table in TABLES for column in table.columns]
# Text that is no code of a closed list has no place in clear.
CODED_TEXT = {
    ("about", "circle"),
    ("budget_event", "reason"),
    ("budget_event", "release_id"),
    ("budget_event", "scope"),
    ("budget_event", "state"),
    ("budget_scope", "scope"),
    ("cases", "state"),
    ("letter", "kind"),
    ("case_wrap", "wrapped"),
    ("case_part", "part"),
    ("circle", "circle"),
    ("circle_key", "circle"),
    ("epoch", "group"),
    ("file", "opened_by"),
    ("parked", "wrapped"),
    ("stat_approval", "release_id"),
    ("stat_burn", "reason"),
    ("stat_burn", "release_id"),
    ("stat_measurement", "measured"),
    ("stat_measurement", "release_id"),
    ("stat_plan", "release_id"),
}
# Finer than a week: the hour in which a visit, a sign-in, a link to join or a used code ends.
HOURS = {
    (table, "expires_hour")
    for table in (
        *("digest_line", "invitation", "lent", "reading", "sign_in", "spent_code", "visit"),
    )
}
FORBIDDEN_WORDS = re.compile(
    r"name$|address|nation|visa|status|passport|birth|phone|mail_|gender|religion|agent|referr|ip$"
)


def where(column: Column[object]) -> tuple[str, str]:
    return column.table.name, column.name


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: ".".join(where(column)))
def test_every_column_is_declared(column: Column[object]) -> None:
    mark = Mark(column.info["mark"])
    assert bool(column.info["reason"]) is (mark is Mark.CLEAR)
    assert (mark is Mark.SEALED) is column.name.endswith("_sealed")


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: ".".join(where(column)))
def test_no_column_holds_text_or_time_that_could_tell_of_a_person(column: Column[object]) -> None:
    if isinstance(column.type, String):
        assert where(column) in CODED_TEXT
    if re.search("hour|day|minute|date|time|_at$", column.name):
        assert where(column) in HOURS
    assert isinstance(column.type, String | Integer | LargeBinary)
    assert not FORBIDDEN_WORDS.search(column.name)


def test_no_key_tells_the_order_of_arrival() -> None:
    # The log, the signed roster, each person's steps and the ledger of what figures cost are in
    # order, and no submission appends to any of them. Pieces are in the order of their file, from
    # a random number on, which is SQLite's row number too. A year of the figures is one number for
    # all that is counted in it.
    numbered = {
        "audit_event": ["n"],
        "budget_event": ["seq"],
        "file_piece": ["id"],
        "roster_entry": ["n"],
        "standing_step": ["n"],
        "stat_frame": ["period"],
        "stat_period": ["period", "n"],
    }
    for table in TABLES:
        hidden = table.dialect_options["sqlite"]["with_rowid"] is not False
        assert hidden is (table.name == "file_piece"), table.name
        counted = [column.name for column in table.primary_key if isinstance(column.type, Integer)]
        assert counted == numbered.get(table.name, []), table.name


def test_the_files_people_read_say_what_the_tables_say(tmp_path: Path) -> None:
    for file in (dictionary.KEPT, dictionary.DICTIONARY):
        (tmp_path / file).parent.mkdir(parents=True)
    dictionary.write(tmp_path)
    for file in (dictionary.KEPT, dictionary.DICTIONARY):
        assert (dictionary.ROOT / file).read_bytes() == (tmp_path / file).read_bytes()
    assert declared() == dictionary.entries()


def test_a_column_without_a_mark_is_refused() -> None:
    table = Table("new", MetaData(), Column("x", Integer), info=about("New.", Archive.NONE))
    with pytest.raises(KeyError):
        dictionary.entry(table)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_says_which_archive_has_its_rows(table: Table) -> None:
    assert table.info["archive"] in set(Archive)


def test_a_row_of_the_vault_says_which_report_or_file_it_belongs_to() -> None:
    # Or it could not be left out when its report was erased.
    for table in TABLES:
        if table.info["archive"] is Archive.VAULT and table.name != "file_piece":
            assert "case_id" in table.columns, table.name


def test_no_row_is_brought_back_before_what_it_refers_to() -> None:
    order = [Archive.BOTH, Archive.KEYS, Archive.VAULT]
    for table in TABLES:
        if table.info["archive"] is Archive.NONE:
            continue
        for key in table.foreign_keys:
            if key.parent.table.name != "file" or key.parent.name != "visit_id":
                referred = key.column.table.info["archive"]
                assert order.index(referred) <= order.index(table.info["archive"]), table.name


def test_a_table_that_says_nothing_of_archives_is_refused() -> None:
    table = Table("new", MetaData(), Column("x", Integer, info=clear("x")), info=about("New."))
    with pytest.raises(KeyError):
        dictionary.entry(table)


def test_marks_say_what_they_mean() -> None:
    table = Table(
        "new",
        MetaData(),
        Column("box_sealed", LargeBinary, info=sealed()),
        Column("week", Integer, info=clear("orders")),
        info=about("New.", Archive.NONE),
    )
    shown = dictionary.entry(table)
    assert [(row.name, row.mark, row.reason) for row in shown.columns] == [
        ("box_sealed", "sealed", ""),
        ("week", "clear", "orders"),
    ]
