"""Second people: what time decides about those who had to agree and did not; shown to nobody."""

from dataclasses import replace
from typing import Final

from admin import acts, alerts, cases, indexing, names
from admin.alerts import Happened, Kind
from admin.case_table import SYSTEM
from admin.contact_asks import Ask
from admin.desk import Desk
from admin.emergencies import Emergency
from reporting.audit import Event, append
from reporting.ids import CaseId

UNANSWERED: Final = "contact.unanswered"
LAPSED: Final = "emergency.lapsed"


def settle(desk: Desk, case: CaseId) -> None:
    """Tell supervisors of contact that no second person agreed to, and note what has lapsed.

    Raises HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin_due(desk, case)
    work = replace(
        there.work,
        contact_asks=tuple(_told(desk, case, ask) for ask in there.work.contact_asks),
        emergencies=tuple(_lapsed(desk, case, one) for one in there.work.emergencies),
    )
    if work != there.work:
        cases.save(desk.session, there, work)
        indexing.keep(desk.session, desk.ring, there, work)


def tell(desk: Desk, ask: Ask) -> None:
    """Tell every supervisor that somebody opened ways of contact and nobody agreed."""
    name = names.called(desk, ask.by)
    alerts.raise_(desk.session, desk.verified, Happened(Kind.CONTACT, ask.by, name, ask.at))


def _told(desk: Desk, case: CaseId, ask: Ask) -> Ask:
    if ask.told or not ask.is_missing(desk.now):
        return ask
    append(desk.session, desk.journal, Event(SYSTEM, SYSTEM, UNANSWERED, case), desk.now)
    tell(desk, ask)
    return replace(ask, told=True)


def _lapsed(desk: Desk, case: CaseId, one: Emergency) -> Emergency:
    if not one.is_due_to_lapse(desk.now):
        return one
    append(desk.session, desk.journal, Event(SYSTEM, SYSTEM, LAPSED, case), desk.now)
    return replace(one, has_lapsed=True)
