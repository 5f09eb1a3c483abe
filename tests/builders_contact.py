"""Builders of reports whose senders said how to reach them, and whom to tell in an emergency."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from flask import Flask

from admin import audit
from crypto.custody import open_sealed
from crypto.envelope import Secret
from crypto.roles import Group
from forms.answers import Answers, GivenConsent
from reporting import intake, mailbox, places
from reporting.audit_rows import AuditSegment
from reporting.web.mailbox import DEED_WORDS
from tests.builders import Seeds, a_report
from tests.builders_staff import the_staff
from tests.conftest import Clock

REACH = "canary-reach-51c7.88"
CONTACT: Answers = {
    "contact": ("signal",),
    "reach": (REACH,),
    "contact_rule": ("no_calls", "neutral_text"),
}


def a_reachable_report(
    app: Flask,
    clock: Clock,
    answers: Answers | None = None,
    life: str = "",
    more: Answers | None = None,
    **said: object,
) -> tuple[str, str]:
    """Store a report with a way of contact; return its number in hex and its code."""
    report = replace(a_report(**said), contact={**CONTACT, **(more or {})})  # type: ignore[arg-type]
    if answers:
        report = replace(report, answers={**report.answers, **answers})
    if life:
        wording = hashlib.sha256(b"whom to tell").hexdigest()
        given = {"c_life": GivenConsent(life, wording, "en")}
        report = replace(report, consents={**report.consents, **given})
    service = the_staff(app).service
    sealed = intake.prepare(report, service.desk, clock())
    with service.begin() as session:
        intake.store(session, sealed)
    case = sealed.case["id"]
    assert isinstance(case, bytes)
    return case.hex(), sealed.receipt.digits


def told(app: Flask, code: str, clock: Clock) -> list[str]:
    """Return the lines of what was done that the reporter reads; in one minute in any order."""
    return [DEED_WORDS[line.deed] for line in _thread(app, code, clock).lines]


def messages(app: Flask, code: str, clock: Clock) -> list[str]:
    """Return the messages that the reporter reads."""
    return [message.text for message in _thread(app, code, clock).messages]


def _thread(app: Flask, code: str, clock: Clock) -> mailbox.Thread:
    service = the_staff(app).service
    with service.read() as session:
        opened = mailbox.enter(session, code, service.desk.pepper, clock() + timedelta(hours=1))
        return mailbox.read_thread(session, opened, clock())


def logged(app: Flask, seeds: Seeds) -> str:
    """Return everything that the log says, in a team without an auditor."""
    held = {seeds.epochs[Group.AUDIT]: seeds.by_group[Group.AUDIT]}

    def key_of(segment: AuditSegment) -> Secret:
        return open_sealed(held[segment.epoch_id], segment.key_sealed, places.segment(segment.id))

    with the_staff(app).service.read() as session:
        entries = audit.read(session, key_of, None)
    assert entries
    return "\n".join(map(str, entries))
