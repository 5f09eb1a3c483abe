"""Builders of reports on which work has ended, and what becomes of them."""

import hashlib
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from admin import agreements, case_due, legal_holds
from admin.facts import Closing
from admin.hold_asks import HoldAsked
from forms.answers import GivenConsent
from reporting import mailbox, terms_shown
from reporting.ids import CaseId
from reporting.mailbox import Chosen
from reporting.models import Case, CaseWrap, State, Wrapped
from tests.builders_cases import HELPED, TOLD, Office
from tests.builders_staff import the_staff

DAY = timedelta(days=1)


def closed(office: Office, closing: Closing = HELPED) -> tuple[CaseId, str]:
    """Return a report that two people closed, and its code."""
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    office.make("mei", case, "propose_close", closing=closing, message=TOLD)
    office.make("susan", case, "approve_close")
    return case, code


def declined(office: Office, *, is_seen: bool) -> tuple[CaseId, str]:
    """Return a report that one person declined, and a second one looked at or not."""
    case, code = office.filed()
    office.triage("rei", case)
    office.make("rei", case, "decline", reason="scam", message=TOLD)
    if is_seen:
        look_again(office, case)
    return case, code


def set_aside(office: Office, *, is_seen: bool) -> tuple[CaseId, str]:
    """Return a report that one person set aside, and a second one looked at or not."""
    case, code = office.filed()
    office.triage("rei", case)
    office.make("rei", case, "quarantine", reason="flood")
    if is_seen:
        look_again(office, case)
    return case, code


def look_again(office: Office, case: CaseId) -> None:
    with office.desk("robin") as desk:
        agreements.second_look(desk, case, agrees=True)


def held(office: Office, case: CaseId, days: int = 90, *, tells: bool = True) -> None:
    """Hold a report back, by two supervisors."""
    until = office.clock().date() + days * DAY
    with office.desk("susan") as desk:
        asked = HoldAsked(office.id("susan"), "A court asks for it.", until, tells)
        legal_holds.ask(desk, case, asked, office.rev(case))
    with office.desk("simon") as desk:
        legal_holds.agree(desk, case, office.rev(case))


def keep(office: Office, code: str, years: str) -> None:
    """Let a reporter choose how long to keep the report."""
    service = the_staff(office.app).service
    given = GivenConsent(years, hashlib.sha256(b"Keep it").hexdigest(), "en")
    with service.begin() as session:
        until = office.clock() + timedelta(minutes=5)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        chosen = Chosen("c_keep", given)
        mailbox.choose(session, opened, service.journal, chosen, office.clock())


def run_due(office: Office, name: str = "susan") -> None:
    case_due.run(partial(office.desk, name))


def pass_days(office: Office, days: int, *, at_once: int = 1) -> None:
    """Let days pass, with somebody coming in again and again."""
    for _ in range(0, days, at_once):
        office.later(days=at_once)
        run_due(office)


def is_there(office: Office, case: CaseId) -> bool:
    with the_staff(office.app).service.read() as session:
        found = session.get(Case, case)
        return found is not None and found.state != State.ERASED


def has_contact_key(office: Office, case: CaseId) -> bool:
    with the_staff(office.app).service.read() as session:
        kept = select(CaseWrap).where(CaseWrap.case_id == case)
        wraps = session.scalars(kept.where(CaseWrap.wrapped == Wrapped.CONTACT)).all()
        return bool(wraps)


def shown(office: Office, case: CaseId, name: str = "susan") -> date | None:
    """Return the day that the reporter reads, which is the team's."""
    there = office.look(name, case)
    with the_staff(office.app).service.read() as session:
        day = terms_shown.read(session, case, there.thread)
    assert day == (there.work.term and there.work.term.until)
    return day


def told(office: Office, code: str) -> list[str]:
    """Return what the reporter reads from the team, the first word of each message."""
    service = the_staff(office.app).service
    with service.read() as session:
        until = office.clock() + timedelta(minutes=5)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        return [one.text for one in mailbox.read_thread(session, opened, office.clock()).messages]
