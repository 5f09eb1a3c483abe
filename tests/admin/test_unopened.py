"""One report that was altered keeps nobody from their first page, their lists or any other one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Column, RowMapping, Table, delete, select, update
from sqlalchemy.orm import Session

from admin import cases, indexing, pull, queue, unopened
from admin.alerts import Kind
from admin.errors import AlteredError
from admin.keyring import open_ring
from admin.next_case import NothingNextError
from crypto.custody import LiveKeys
from reporting import listing
from reporting.audit_rows import AuditRow
from reporting.case_rows import HeaderRow
from reporting.database import Base
from reporting.ids import CaseId
from reporting.models import Case, CasePart, CaseWrap, Part, State, Wrapped
from tests.admin.test_moves_casework import write
from tests.builders_cases import TOLD, URGENT, Office
from tests.builders_ended import held
from tests.builders_staff import flipped, the_staff
from tests.builders_unopened import fold, left_out, pages, spoil, warned

TABLES = [table for table in Base.metadata.sorted_tables if {"case_id"} & set(table.c.keys())]
TABLES.append(Base.metadata.tables["cases"])


def watched(office: Office) -> CaseId:
    """Return a report about which something is due: its reporter wrote while it was watched."""
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    day = (office.clock() + timedelta(days=30)).date()
    office.make("mei", case, "watch", message=TOLD, next_check=day)
    write(office, code)
    return case


def altered(name: str, value: object) -> object:
    match value:
        case bytes():
            return flipped(value)
        case int():
            # A level is one of four; a version below zero is no version at all.
            return (value + 1) % 4 if name == "level" else -value - 1
        case _:
            return "closed"


def put(session: Session, table: Table, row: RowMapping, name: str, to: object) -> None:
    where = [part == row[part.name] for part in table.primary_key]
    session.execute(update(table).where(*where).values({name: to}))


@contextmanager
def altering(
    office: Office, of: list[CaseId], table: Table, column: Column[object]
) -> Iterator[None]:
    """Alter a column in all rows of some reports, and put it back afterwards."""
    key = table.c.id if table.name == "cases" else table.c.case_id
    service = the_staff(office.app).service
    with service.begin() as session:
        rows = session.execute(select(table).where(key.in_(of))).mappings().all()
        changed = [row for row in rows if row[column.name] not in {None, b""}]
        for row in changed:
            put(session, table, row, column.name, altered(column.name, row[column.name]))
    yield
    with service.begin() as session:
        for row in changed:
            put(session, table, row, column.name, row[column.name])


def queued(office: Office, by: str) -> set[CaseId]:
    with office.desk(by) as at:
        page = queue.view(at.session, at.ring, at.journal, None, at.now)
        return {one.case for one in page.waiting if one.opens}


def pulled(office: Office, by: str) -> CaseId:
    with office.desk(by) as at:
        return pull.next_for(at)


def rows_of_log(office: Office) -> int:
    with the_staff(office.app).service.read() as session:
        return len(session.scalars(select(AuditRow.n)).all())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_whatever_is_altered_every_other_report_stays_where_it_was(
    office: Office, table: Table, subtests: pytest.Subtests
) -> None:
    fresh, owned, free = office.report(URGENT), office.assigned("mei"), office.accepted()
    held(office, (kept := office.assigned("mei")), 5)
    victims = [office.report(URGENT), office.accepted(), kept, watched(office)]
    office.claim("rei", victims[0])
    office.later(days=40)
    for column in table.c:
        if column.primary_key or column.foreign_keys:
            continue
        with subtests.test(column=column.name), altering(office, victims, table, column):
            theirs = {name: pages(office, name) for name in ("susan", "mei", "rei")}
            assert fresh in theirs["susan"]["now"] & theirs["rei"]["received"]
            assert fresh in theirs["rei"]["late"] & theirs["rei"]["search"] & theirs["rei"]["words"]
            assert fresh in queued(office, "rei") & queued(office, "susan")
            assert owned in theirs["mei"]["mine"] & theirs["mei"]["words"]
            assert free in theirs["mei"]["triaged"] & theirs["mei"]["search"]


def test_what_is_due_about_an_altered_report_keeps_nobody_from_their_first_page(
    office: Office,
) -> None:
    case, other = watched(office), watched(office)
    spoil(office, case)
    shown = office.today("mei")
    assert (shown.counts["replies"], shown.unopened) == ("1", 1)
    assert case not in pages(office, "mei")["mine"]
    assert other in pages(office, "mei")["mine"]
    assert warned(office, "susan") == warned(office, "simon") == [Kind.REPORT]


def test_supervisors_are_told_once_and_not_at_every_look(office: Office) -> None:
    spoil(office, watched(office))
    for name in ("mei", "max", "susan", "mei"):
        assert office.today(name).unopened == 1
    assert warned(office) == [Kind.REPORT]
    assert left_out(office, "rei") == 0  # its key is casework's


@pytest.mark.parametrize("part", [Part.FACETS, Part.STORY])
def test_next_passes_an_altered_report_by(office: Office, part: Part) -> None:
    spoiled, other = office.report(URGENT), office.report()
    fold(office, "rei")
    spoil(office, spoiled, part)
    assert pulled(office, "rei") == other
    assert left_out(office, "rei") == 1
    assert warned(office) == [Kind.REPORT]


def test_ten_altered_reports_do_not_fill_anybodys_hands(office: Office) -> None:
    for _ in range(11):
        spoil(office, office.report(URGENT), Part.STORY)
    other = office.report()
    assert pulled(office, "rei") == other


def test_where_nothing_else_waits_next_says_that_one_was_altered(office: Office) -> None:
    case = office.report()
    spoil(office, case, Part.STORY)
    with pytest.raises(AlteredError) as refused:
        pulled(office, "rei")
    assert refused.value.case == case
    unopened.tell(partial(office.desk, "rei"), [case])
    with pytest.raises(NothingNextError):
        pulled(office, "rei")


def test_one_that_a_backup_brought_back_is_in_the_lists_again(office: Office) -> None:
    case = office.assigned("mei")
    spoil(office, case)
    unopened.tell(partial(office.desk, "mei"), [case])
    fold(office, "mei")
    assert left_out(office, "mei") == 1
    spoil(office, case)
    fold(office, "mei")
    assert left_out(office, "mei") == 0
    assert case in pages(office, "mei")["mine"]


def test_a_new_report_that_no_list_knew_is_told_of_too(office: Office) -> None:
    spoil(office, office.report())
    assert office.today("rei").unopened == 1
    assert warned(office) == [Kind.REPORT]


def test_one_whose_row_in_clear_was_altered_is_told_of_as_well(office: Office) -> None:
    case = office.report()
    fold(office, "rei")
    with the_staff(office.app).service.begin() as session:
        session.get_one(Case, case).level = 3
    assert office.today("rei").unopened == 1
    assert warned(office) == [Kind.REPORT]


def test_very_many_altered_reports_do_not_bury_what_else_supervisors_are_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unopened, "MOST_ALERTS", 2)
    spoiled = [office.report() for _ in range(3)]
    for case in spoiled:
        spoil(office, case)
    office.come_in("rei", "susan")
    before = rows_of_log(office)
    unopened.tell(partial(office.desk, "rei"), spoiled)
    assert warned(office) == [Kind.REPORT] * 2
    assert rows_of_log(office) == before + 3


@pytest.mark.parametrize("lost", ["wrap", "contact key", "part", "story"])
def test_a_report_that_lost_a_row_does_not_open(office: Office, lost: str) -> None:
    case = office.report()
    fold(office, "rei")
    rows = {
        "wrap": delete(CaseWrap).where(CaseWrap.wrapped == Wrapped.CASE),
        "contact key": delete(CaseWrap).where(CaseWrap.wrapped == Wrapped.CONTACT),
        "part": delete(CasePart).where(CasePart.part == Part.CONTACT),
        "story": delete(CasePart).where(CasePart.part == Part.STORY),
    }
    with the_staff(office.app).service.begin() as session:
        session.execute(rows[lost])
    with office.desk("rei") as at:
        assert not unopened.opens(at, at.session.get_one(Case, case))


def test_of_what_is_whole_gone_or_for_others_nobody_is_told(office: Office) -> None:
    whole, of_others = office.report(), office.assigned("mei")
    gone, code = office.filed()
    spoil(office, of_others)
    with the_staff(office.app).service.begin() as session:
        session.get_one(Case, gone).state = State.WITHDRAWN
    assert code
    unopened.tell(partial(office.desk, "rei"), [whole, of_others, gone, CaseId(bytes(16))])
    assert warned(office) == []
    with the_staff(office.app).service.read() as session:
        assert (
            session.scalars(select(HeaderRow).where(HeaderRow.rev == listing.ALTERED)).all() == []
        )


def test_to_whoever_is_kept_back_nothing_is_left_out(office: Office) -> None:
    case = office.report()
    spoil(office, case)
    unopened.tell(partial(office.desk, "rei"), [case])
    assert left_out(office, "rei") == 1
    ring = office.rings["rei"]
    office.rings["rei"] = replace(ring, person=ring.person.kept_back())
    assert left_out(office, "rei") == 0


def test_what_opens_once_its_key_is_handed_on_was_not_altered(office: Office) -> None:
    case = office.report()
    with office.desk("rei") as at:
        without = open_ring(at.ring.person, LiveKeys(at.ring.kept().keyring, {}), at.verified)
        found = at.session.get_one(Case, case)
        assert indexing.remake(at.session, without, found)
        assert unopened.opens(replace(at, ring=without), found)


@pytest.mark.parametrize("rev", [-7, cases.LAST_REV])
def test_an_impossible_version_of_a_report_stops_nobodys_first_page(
    office: Office, rev: int
) -> None:
    case, other = office.assigned("mei"), office.assigned("mei")
    held(office, case, 5)
    office.later(days=40)
    with the_staff(office.app).service.begin() as session:
        session.get_one(Case, case).rev = rev
        listing.forget(session, case)
    assert office.today("mei").unopened == 1
    assert other in pages(office, "mei")["mine"]
    assert warned(office) == [Kind.REPORT]
