"""Builders of reports that do not open, and what each of the team sees of them."""

from functools import partial

from admin import alerts, indexing, lists, searching, unopened
from admin.alerts import Kind
from admin.list_rules import LISTS, Look
from admin.sought import Sought
from reporting import listing
from reporting.case_rows import HeaderRow
from reporting.ids import CaseId
from reporting.models import CasePart, Part
from tests.builders_cases import Office
from tests.builders_staff import flipped, the_staff


def pages(office: Office, by: str) -> dict[str, set[CaseId]]:
    """Look at everything that somebody begins with; return the reports that each page shows."""
    begin, found = partial(office.desk, by), {}
    found["late"] = {row.case for row in office.today(by).late}
    for name in LISTS:
        with begin() as at:
            found[name] = {row.case for row in lists.rows(at, name)}
    for sought in (Sought(), Sought(words="called")):
        with begin() as at:
            rows = searching.search(Look(at), sought, None).rows
            found["words" if sought.words else "search"] = {row.case for row in rows}
    return found


def warned(office: Office, name: str = "susan") -> list[Kind]:
    with office.desk(name) as at:
        return [one.kind for one in alerts.mine(at.session, at.ring, at.verified)]


def left_out(office: Office, name: str) -> int:
    with office.desk(name) as at:
        return unopened.count(at.session, at.ring)


def fold(office: Office, name: str) -> None:
    indexing.fold(partial(office.desk, name))


def spoil(office: Office, case: CaseId, part: Part = Part.FACETS) -> None:
    """Alter a part of a report; done again it is as it was."""
    with the_staff(office.app).service.begin() as session:
        row = session.get_one(CasePart, (case, part))
        row.content_sealed = flipped(row.content_sealed)


def marked(office: Office, case: CaseId, epoch: bytes | None = None) -> None:
    """Write into the database, as nobody of the team does, that a report was altered."""
    with the_staff(office.app).service.begin() as session:
        row = session.get_one(HeaderRow, case)
        row.rev = listing.ALTERED
        row.epoch_id = epoch or row.epoch_id
