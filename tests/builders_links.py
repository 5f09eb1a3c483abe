"""Builders of links: reports in work whose reporters agreed, and identifiers marked in them."""

import hashlib
from datetime import timedelta

from sqlalchemy import select

from admin import identified, identifying
from admin.desk import Desk
from admin.identifying import Typed
from admin.links import Kind
from crypto.passphrase import Parameters
from forms.answers import Answers, GivenConsent, Report
from forms.choices import CHOICES, LINK
from reporting import intake, mailbox
from reporting.case_rows import LinkTokenRow
from reporting.ids import CaseId
from reporting.mailbox import Chosen
from tests.builders_cases import CALM, Office, all_coded
from tests.builders_staff import the_staff

CHEAP = Parameters.cheap_for_tests()
PHONE = "090-1234-5678"


def sent(office: Office, answers: Answers = CALM) -> tuple[CaseId, str]:
    """Send a report; return its number and its code."""
    service = the_staff(office.app).service
    wording = hashlib.sha256(b"Keep my report").hexdigest()
    consents = {"c_store": GivenConsent("yes", wording, "en")}
    report = Report("short", answers, "They came.", {}, "en", consents)
    sealed = intake.prepare(report, service.desk, office.clock())
    with service.begin() as session:
        intake.store(session, sealed)
    return CaseId(bytes(sealed.case["id"])), sealed.receipt.digits  # type: ignore[arg-type]


def choose(office: Office, code: str, answer: str, name: str = LINK) -> None:
    """Let a reporter answer whether the team may compare."""
    service = the_staff(office.app).service
    with service.begin() as session:
        until = office.clock() + timedelta(minutes=5)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        chosen = Chosen(name, CHOICES[name].given(answer, "en", str))
        mailbox.choose(session, opened, service.journal, chosen, office.clock())


def in_work(office: Office, answers: Answers = CALM, *, agrees: bool = True) -> tuple[CaseId, str]:
    """Return a report that mei works on, and its code; its reporter agreed to linking or not."""
    case, code = sent(office, answers)
    states = frozenset(answers.get("state", ("unknown",)))
    office.claim("both", case)
    office.code("both", case, all_coded(answers, states=states))
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    if agrees:
        choose(office, code, "yes")
    return case, code


def mark(
    office: Office, case: CaseId, value: str = PHONE, kind: Kind = Kind.PHONE, by: str = "mei"
) -> bytes:
    """Mark an identifier in a report as the page does; return its token."""
    with office.desk(by) as desk:
        key = identifying.key_for(desk, case)
    token = identified.token_of(key, kind, value, CHEAP)
    with office.desk(by) as desk:
        identifying.mark(desk, case, Typed(kind, value, token))
    return token


def beside(office: Office, case: CaseId, by: str = "mei") -> set[CaseId]:
    """Return the other reports in which an identifier of this one stands."""
    there = office.look(by, case)
    with office.desk(by) as desk:
        return set(identified.beside(desk, there))


def searched(
    office: Office, value: str = PHONE, kind: Kind = Kind.PHONE, by: str = "mei"
) -> set[CaseId]:
    """Return the reports in which somebody finds an identifier."""
    with office.desk(by) as desk:
        return set(by_identifier(desk, kind, value))


def rows(office: Office) -> list[LinkTokenRow]:
    """Return every row of tokens."""
    with the_staff(office.app).service.read() as session:
        return list(session.scalars(select(LinkTokenRow).order_by(LinkTokenRow.id)))


def by_identifier(desk: Desk, kind: Kind, value: str) -> tuple[CaseId, ...]:
    """Return the reports in which somebody finds an identifier."""
    key = identified.key_to_look(desk)
    if key is None:
        return ()
    return identified.by_token(desk, kind, identified.token_of(key, kind, value, CHEAP))
