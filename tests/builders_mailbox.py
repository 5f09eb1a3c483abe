"""Builders of mailboxes: a report that was sent, its code, and what the code opens."""

from datetime import timedelta

from sqlalchemy import select

from forms.choices import CHOICES
from reporting import intake, mailbox, terms_shown, threads, withdrawal
from reporting.mailbox import Chosen
from reporting.models import Case, State
from reporting.runtime import Runtime
from reporting.status import APPEAL_WITHIN
from reporting.threads import Message
from reporting.visits import OpenMailbox
from reporting.withdrawal import Registry
from tests.builders import a_report


def a_sent_report(runtime: Runtime) -> str:
    """Store a report and return its code."""
    sealed = intake.prepare(a_report(), runtime.desk, runtime.clock())
    with runtime.begin() as session:
        intake.store(session, sealed)
    return sealed.receipt.digits


def enter(runtime: Runtime, code: str) -> OpenMailbox:
    with runtime.read() as session:
        until = runtime.clock() + timedelta(hours=1)
        return mailbox.enter(session, code, runtime.desk.pepper, until)


def write(runtime: Runtime, opened: OpenMailbox, text: str) -> None:
    with runtime.begin() as session:
        mailbox.write(session, opened, text, "en", runtime.clock())


def read(runtime: Runtime, opened: OpenMailbox) -> mailbox.Thread:
    with runtime.read() as session:
        return mailbox.read_thread(session, opened, runtime.clock())


def decline(runtime: Runtime, code: str, text: str) -> None:
    """Leave a report as the team does that declines it, for ninety days."""
    now, opened = runtime.clock(), enter(runtime, code)
    with runtime.begin() as session:
        entered = mailbox.reenter(session, opened, now)
        message = Message(from_reporter=False, text=text, sent=now, language="en", closes=True)
        threads.add(session, entered.case.id, entered.thread, message)
        until = (now + APPEAL_WITHIN).date()
        terms_shown.write(session, entered.case.id, entered.thread, until)
        entered.case.state = State.DECLINED


def chosen(name: str, answer: str) -> Chosen:
    """Return an answer as the page hands it over."""
    return Chosen(name, CHOICES[name].given(answer, "en", str))


def choose(runtime: Runtime, opened: OpenMailbox, name: str, answer: str) -> None:
    with runtime.begin() as session:
        what = chosen(name, answer)
        mailbox.choose(session, opened, runtime.journal, what, runtime.clock())


def take_back(runtime: Runtime, opened: OpenMailbox) -> None:
    with runtime.begin() as session:
        registry = Registry(runtime.office, runtime.journal)
        withdrawal.take_back(session, opened, registry, runtime.clock())


def undo(runtime: Runtime, opened: OpenMailbox) -> None:
    with runtime.begin() as session:
        registry = Registry(runtime.office, runtime.journal)
        withdrawal.undo(session, opened, registry, runtime.clock())


def state_of(runtime: Runtime) -> str:
    """Return where the only report stands."""
    with runtime.read() as session:
        return session.scalars(select(Case)).one().state
