"""Intake: turn valid answers into a sealed case, once.

`prepare` does all the sealing, with public keys only and without the database, so that the store
is locked for the time of a few inserts. When it is done, the keys of the report are gone from this
process: nobody here can read what was sent a moment ago.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import insert

from crypto import receipt, signing
from crypto.envelope import Label, Pepper, Secret, expand, make_key
from crypto.roles import Group
from crypto.sealing import seal
from crypto.stream import lock
from forms.answers import Answers, GivenConsent, Report
from reporting import attachments, consent, drafts, listing, places, records
from reporting.attachments import File
from reporting.case_rows import HeaderRow
from reporting.clock import minute_text, week_of
from reporting.consent import Pen
from reporting.database import Base, Unit
from reporting.errors import DraftChangedError
from reporting.models import Case, CasePart, CaseWrap, ConsentRow, Mailbox, Part, State, Wrapped
from reporting.office import Office
from reporting.triage import level_of
from reporting.visit_keys import VisitKeys

FACETS_FLOOR: Final = 1024
STORY_FLOOR: Final = 2048
CONTACT_FLOOR: Final = 1024
NAMES: Final = "not_names"
WAY: Final = "contact"
NO_ANSWER: Final = "none"
EXCLUSIONS: Final = ("language", "interpreter", "contact_rule", NAMES, "not_regions")
LABELS: Final = {Part.FACETS: Label.FACETS, Part.STORY: Label.STORY, Part.CONTACT: Label.CONTACT}

Values = Mapping[str, bytes | int | str]

# Written once, over tables and not classes: building a statement costs more than running it.
_INSERT_CASE: Final = insert(Base.metadata.tables[Case.__tablename__])
_INSERT_WRAPS: Final = insert(Base.metadata.tables[CaseWrap.__tablename__])
_INSERT_PARTS: Final = insert(Base.metadata.tables[CasePart.__tablename__])
_INSERT_MAILBOX: Final = insert(Base.metadata.tables[Mailbox.__tablename__])
_INSERT_HEADER: Final = insert(Base.metadata.tables[HeaderRow.__tablename__])
_INSERT_CONSENT: Final = insert(Base.metadata.tables[ConsentRow.__tablename__])


@dataclass(frozen=True, slots=True)
class Desk:
    """What sealing a report needs: the office's public keys and the pepper of the codes."""

    office: Office
    pepper: Pepper


@dataclass(frozen=True, slots=True)
class SealedReport:
    """A report as it will be stored, and the code that only its writer gets to see.

    `draft_rev` is the version of the draft that was sealed.
    """

    receipt: receipt.Receipt
    case: Values = field(repr=False)
    wraps: tuple[Values, ...] = field(repr=False)
    parts: tuple[Values, ...] = field(repr=False)
    mailbox: Values = field(repr=False)
    consent: Values = field(repr=False)
    files: tuple[attachments.Values, ...] = field(repr=False)
    draft_rev: int


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of one report, alive only while it is sealed; but for `sign` all are random."""

    case: bytes
    report: Secret
    contact: Secret
    thread: Secret
    sign: Secret


def prepare(
    report: Report, desk: Desk, now: datetime, draft_rev: int = 0, files: tuple[File, ...] = ()
) -> SealedReport:
    """Seal a report and make its receipt code; nothing is stored yet.

    `draft_rev` says from which version of the visit the answers were read; its first is 0. `files`
    are all files of the draft.
    """
    code = receipt.make()
    by_code = receipt.derive(code, desk.pepper)
    keys = _Keys(secrets.token_bytes(16), make_key(), make_key(), make_key(), by_code.sign)
    case: Values = {
        "id": keys.case,
        "state": State.RECEIVED,
        "level": int(level_of(report.answers)),
        "received_week": week_of(now),
        "rev": 0,
    }
    return SealedReport(
        code,
        case,
        _wraps(keys, desk.office),
        _parts(keys, report, now),
        _mailbox(keys, by_code),
        consent.first(Pen(keys.case, keys.thread, keys.sign), report.consents, now),
        attachments.hand_over(files, attachments.of_case(keys.case, keys.report)),
        draft_rev,
    )


def submit(unit: Unit, keys: VisitKeys, sealed: SealedReport, now: datetime) -> None:
    """Store the report and put its code into the visit it came from, in one commit.

    Sending again finds the code and stores nothing: one draft gives one case and one receipt.
    What was typed leaves the visit with the same commit. Raises VisitGoneError, and
    DraftChangedError when somebody typed on, or added a file, since the draft was read: it would be
    lost.
    """
    visit = drafts.find_for_change(unit, keys, now)
    if visit.receipt:
        return
    if visit.rev != sealed.draft_rev:
        raise DraftChangedError
    store(unit, sealed)
    attachments.move(unit, keys.row, sealed.files)
    # Other pages may hold words half written to another report's mailbox.
    others = {page: fields for page, fields in visit.fields.items() if page != drafts.REPORT}
    sent = replace(visit, fields=others, receipt=sealed.receipt.digits, expires=now + drafts.LIFE)
    drafts.save(unit, keys, sent)


def store(unit: Unit, sealed: SealedReport) -> None:
    """Store a sealed report, of which no list of the team knows more than that."""
    unit.execute(_INSERT_CASE, sealed.case)
    unit.execute(_INSERT_WRAPS, sealed.wraps)
    wrap = sealed.wraps[0]
    unit.execute(_INSERT_HEADER, listing.unknown_row(wrap["case_id"], wrap["epoch_id"]))
    unit.execute(_INSERT_PARTS, sealed.parts)
    unit.execute(_INSERT_MAILBOX, sealed.mailbox)
    unit.execute(_INSERT_CONSENT, sealed.consent)


def _wraps(keys: _Keys, office: Office) -> tuple[Values, ...]:
    return (
        _wrap(keys.case, keys.report, Wrapped.CASE, office, Group.INTAKE),
        _wrap(keys.case, keys.contact, Wrapped.CONTACT, office, Group.CASEWORK),
    )


def _wrap(case: bytes, key: Secret, wrapped: Wrapped, office: Office, group: Group) -> Values:
    epoch = office.epoch(group)
    place = places.wrap(case, wrapped, group)
    return {
        "case_id": case,
        "wrapped": wrapped,
        "epoch_id": epoch.id,
        "key_sealed": seal(epoch.public_key, key, place),
    }


def _parts(keys: _Keys, report: Report, now: datetime) -> tuple[Values, ...]:
    return (
        _part(keys.case, Part.FACETS, keys.report, _facets(keys, report, now)),
        _part(keys.case, Part.STORY, keys.report, {"text": report.story}),
        # Always written, so that its absence never tells who gave no way of contact.
        _part(keys.case, Part.CONTACT, keys.contact, _contact(report)),
    )


_FLOORS: Final = {
    Part.FACETS: FACETS_FLOOR,
    Part.STORY: STORY_FLOOR,
    Part.CONTACT: CONTACT_FLOOR,
}


def _part(case: bytes, part: Part, key: Secret, record: records.Record) -> Values:
    place = places.part(case, part, 0)
    box = records.close(expand(key, LABELS[part]), record, place, _FLOORS[part])
    return {"case_id": case, "part": part, "rev": 0, "content_sealed": box}


def _facets(keys: _Keys, report: Report, now: datetime) -> records.Record:
    answers = report.answers
    return {
        "form": report.form,
        "kinds": list(answers["kinds"]),
        "answers": _codes({name: answers[name] for name in answers if name != "kinds"}),
        "danger_asked": "danger" in answers,  # if not, the reviewer clears danger first
        "language": report.language,
        # Who must not see it: reviewers, who cannot open the contact part, have to keep to it.
        "exclusions": _codes(_kept_to(report)),
        "received": minute_text(now),
        "consents": {code: _consent(given) for code, given in report.consents.items()},
        # The team checks by it what the code signs, and can sign nothing itself.
        "consent_key": signing.public_key(keys.sign).hex(),
    }


def _kept_to(report: Report) -> Answers:
    asked = {name: report.contact.get(name, ()) for name in EXCLUSIONS}
    # Whoever answers has to know this one, too; which other way they chose stays locked away.
    way = tuple(code for code in report.contact.get(WAY, ()) if code == NO_ANSWER)
    return {**asked, WAY: way} if way else asked


def _contact(report: Report) -> records.Record:
    # Whom by name a report is kept from is not for who reaches out to its writer.
    answers = {name: said for name, said in report.contact.items() if name != NAMES}
    return {"page_language": report.language, "answers": _codes(answers)}


def _codes(answers: Answers) -> records.Record:
    return {name: list(codes) for name, codes in answers.items()}


def _consent(given: GivenConsent) -> records.Record:
    return {
        "answer": given.answer,
        "wording": given.wording_sha256,
        "language": given.language,
    }


def _mailbox(keys: _Keys, code: receipt.ReceiptKeys) -> Values:
    for_team = expand(keys.report, Label.THREAD)
    thread = keys.thread.reveal()
    return {
        "case_id": keys.case,
        "lookup": code.lookup,
        "receipt_lock_sealed": lock(code.lock, thread, places.receipt_lock(keys.case)),
        "case_lock_sealed": lock(for_team, thread, places.case_lock(keys.case)),
    }
