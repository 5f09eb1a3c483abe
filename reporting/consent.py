"""Consent: what a reporter allows, in documents that only their code can sign.

Each document states every answer in force and holds the hash of the one before (FORMAT.md 11).
The team checks them with a public key from inside the report and has nothing to write one with.
Where anything about them does not fit, nothing is allowed: a damaged answer never counts as yes.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crypto import signing
from crypto.envelope import Label, OpenError, Secret, expand, opening
from crypto.padding import pad, unpad
from crypto.signing import Prefix
from crypto.stream import lock, unlock
from forms.answers import GivenConsent
from forms.choices import CHOICES
from forms.codebook import VERSION
from reporting import places, records
from reporting.clock import minute_text, read_minute
from reporting.errors import ChoicesAlteredError, MailboxFullError
from reporting.models import ConsentRow

FLOOR_BYTES: Final = 4096
# One code cannot fill the store; to allow less is possible beyond, and comes to an end by itself.
MOST_DOCUMENTS: Final = 200

Row = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in force: its code, and which words of which version it was given to."""

    code: str
    wording_sha256: str
    language: str
    version: str


@dataclass(frozen=True, slots=True)
class Document:
    """One signed document, as it was read."""

    n: int
    prev: str
    case: str
    at: datetime
    answers: Mapping[str, Answer] = field(repr=False)
    hash: str


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that took the place of another; an empty one means skipped."""

    name: str
    before: str
    after: str
    at: datetime

    @property
    def is_one(self) -> bool:
        """Whether anything is different now."""
        return self.before != self.after

    @property
    def allows_less(self) -> bool:
        """Whether less is given away than before."""
        codes = CHOICES[self.name].codes
        return codes.index(self.after) < codes.index(self.before or codes[0])

    @property
    def verb(self) -> str:
        """What the log calls it."""
        if not self.before:
            return "consent.given"
        return "consent.revoked" if self.allows_less else "consent.changed"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reporter allows, and how it came about, the first document first.

    When it `is_genuine` no more, there is nothing in it.
    """

    is_genuine: bool
    documents: tuple[Document, ...] = field(default=(), repr=False)

    def answer(self, name: str) -> str:
        """Return the code of the answer in force; of a skipped question, nothing."""
        return _answer(self.documents[-1], name) if self.documents else ""

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change since the report was sent, the newest first."""
        found = [
            Change(name, _answer(before, name), _answer(after, name), after.at)
            for before, after in pairwise(self.documents)
            for name in CHOICES
        ]
        return tuple(change for change in reversed(found) if change.is_one)


NOT_GENUINE: Final = Choices(is_genuine=False)


@dataclass(frozen=True, slots=True)
class Pen:
    """What writing a document takes: a report's id, its thread's key, the seed from its code."""

    case: bytes
    thread: Secret
    seed: Secret


def first(pen: Pen, given: Mapping[str, GivenConsent], now: datetime) -> Row:
    """Return the row of a report's first document."""
    answers = {name: _answered(consent) for name, consent in given.items()}
    return _row(pen, _signed(pen, None, answers, now))


def change(session: Session, pen: Pen, name: str, given: GivenConsent, now: datetime) -> Change:
    """Sign that one answer takes the place of another; nothing is stored when it is the same.

    The caller holds the case. Raises ChoicesAlteredError when the documents so far cannot be
    trusted, and MailboxFullError when there are too many, unless the new one allows less.
    """
    choices = read(session, pen.case, pen.thread, signing.public_key(pen.seed))
    if not choices.is_genuine:
        raise ChoicesAlteredError
    made = Change(name, choices.answer(name), given.answer, now)
    if not made.is_one:
        return made
    if len(choices.documents) >= MOST_DOCUMENTS and not made.allows_less:
        raise MailboxFullError
    newest = choices.documents[-1]
    signed = _signed(pen, newest, {**newest.answers, name: _answered(given)}, now)
    session.execute(insert(ConsentRow).values(_row(pen, signed)))
    return made


def read(session: Session, case: bytes, thread: Secret, public_key: bytes) -> Choices:
    """Return what the holder of this key allows for a report."""
    rows = session.scalars(select(ConsentRow).where(ConsentRow.case_id == case)).all()
    try:
        signed = [_unlocked(thread, row) for row in rows]
    except OpenError:
        return NOT_GENUINE
    return judge(signed, case, public_key)


def judge(signed: Iterable[bytes], case: bytes, public_key: bytes) -> Choices:
    """Return what these documents allow, in whatever order they come.

    Not guaranteed: that the newest are among them. That they were taken away is seen in the log.
    """
    try:
        documents = sorted((_read(each, public_key) for each in signed), key=lambda each: each.n)
        _require_chain(documents, case)
    except OpenError:
        return NOT_GENUINE
    return Choices(is_genuine=True, documents=tuple(documents))


def _require_chain(documents: list[Document], case: bytes) -> None:
    if not documents:
        raise OpenError
    prev = ""
    for n, document in enumerate(documents):
        if (document.n, document.prev, document.case) != (n, prev, case.hex()):
            raise OpenError
        prev = document.hash


def _answer(document: Document, name: str) -> str:
    stated = document.answers.get(name)
    # What a later version may offer is not understood here, and so not granted.
    return stated.code if stated and stated.code in CHOICES[name].codes else ""


def _answered(given: GivenConsent) -> Answer:
    return Answer(given.answer, given.wording_sha256, given.language, VERSION)


def _signed(
    pen: Pen, before: Document | None, answers: Mapping[str, Answer], now: datetime
) -> bytes:
    document: signing.Document = {
        "n": 0 if before is None else before.n + 1,
        "prev": "" if before is None else before.hash,
        "case": pen.case.hex(),
        "at": minute_text(now),
        "answers": {
            name: {
                "answer": answer.code,
                "wording": answer.wording_sha256,
                "language": answer.language,
                "version": answer.version,
            }
            for name, answer in answers.items()
        },
    }
    return signing.sign(pen.seed, Prefix.CONSENT, document)


def _row(pen: Pen, signed: bytes) -> Row:
    row = secrets.token_bytes(16)
    key = expand(pen.thread, Label.MESSAGE)
    box = lock(key, pad(signed, FLOOR_BYTES), places.consent(row))
    return {"id": row, "case_id": pen.case, "content_sealed": box}


def _unlocked(thread: Secret, row: ConsentRow) -> bytes:
    key = expand(thread, Label.MESSAGE)
    return unpad(unlock(key, row.content_sealed, places.consent(row.id)))


def _read(signed: bytes, public_key: bytes) -> Document:
    record = signing.read(public_key, Prefix.CONSENT, signed)
    with opening():
        at = read_minute(records.text(record, "at"))
    return Document(
        n=records.number(record, "n"),
        prev=records.text(record, "prev"),
        case=records.text(record, "case"),
        at=at,
        answers=dict(_answers(records.child(record, "answers"))),
        hash=signing.digest(Prefix.CONSENT, signed).hex(),
    )


def _answers(record: records.Record) -> Iterator[tuple[str, Answer]]:
    for name in record:
        stated = records.child(record, name)
        yield (
            name,
            Answer(
                code=records.text(stated, "answer"),
                wording_sha256=records.text(stated, "wording"),
                language=records.text(stated, "language"),
                version=records.text(stated, "version"),
            ),
        )
