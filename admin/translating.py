"""Translating: read the one text that was lent to oneself, and answer it.

Whatever else there is of a report, its translator never sees it. That somebody left, was recused or
did not declare in time decides at every opening anew, in their own session.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from admin import fact_records as facts
from admin import lending, translators
from admin.authority import Person, authorize
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError, RecusedError
from admin.interpreters import End
from admin.keyring import Ring
from admin.lending import Answer, Text
from admin.models import Lapse
from admin.permissions import Action
from crypto.envelope import Pepper, Secret
from reporting.lent_rows import LentRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """That a text waits for somebody, and until when."""

    id: bytes
    until: datetime


def mine(session: Session, ring: Ring, pepper: Pepper, now: datetime) -> tuple[Waiting, ...]:
    """Return the texts that wait for this person; nothing to whoever is kept back."""
    if ring.person.is_kept_back or not translators.may_help(ring.person):
        return ()
    rows = [row for row in lending.rows_of(session, ring.person.id) if lending.is_to(row, ring)]
    found = (_waiting(session, ring, row, (pepper, now)) for row in rows)
    return tuple(one for ones in found for one in ones)


def look(desk: Desk, pepper: Pepper, row: bytes) -> Text:
    """Return a text that was lent to this person, and note first that they read it.

    Raises HiddenError for every other, and AlarmError for one that was altered.
    """
    _row, _key, text = _begin(desk, pepper, row)
    desk.note("interpreter.opened", row)
    return text


def answer(desk: Desk, pepper: Pepper, row: bytes, words: tuple[str, str]) -> None:
    """Send a translation, in a language; the text is deleted. Raises as `look` does."""
    found, key, _text = _begin(desk, pepper, row)
    desk.note("interpreter.answered", row)
    said, language = words
    made = Answer(End.ANSWERED, said, language, desk.ring.person.name)
    lending.answer(desk.session, found, key, made, desk.now)


def decline(desk: Desk, pepper: Pepper, row: bytes, why: End) -> None:
    """Say that one cannot, and why; the text is deleted. Raises as `look` does."""
    found, key, _text = _begin(desk, pepper, row)
    desk.note("interpreter.declined", row)
    lending.answer(desk.session, found, key, Answer(why), desk.now)


def _begin(desk: Desk, pepper: Pepper, row: bytes) -> tuple[LentRow, Secret, Text]:
    """Take hold of a text that exists for this person."""
    action = Action.INTERPRET
    authorize(desk.ring.person, action, row)
    found = lending.found(desk.session, row)
    is_theirs = found is not None and lending.is_to(found, desk.ring)
    if found is None or not is_theirs or not translators.may_help(desk.ring.person):
        raise HiddenError(action, row, f"{action}: nothing is lent to them")
    key, text = lending.opened(found, desk.ring, pepper)
    if not _exists(desk.session, desk.ring.person, text, desk.now):
        raise RecusedError(action, row, f"{action}: not for this person any more")
    return found, key, text


def _waiting(
    session: Session, ring: Ring, row: LentRow, at: tuple[Pepper, datetime]
) -> tuple[Waiting, ...]:
    pepper, now = at
    until = facts.moment(row.expires_hour * 3600)
    try:
        _key, text = lending.opened(row, ring, pepper)
    except AlarmError:
        # Whoever altered it does not lock its reader out of their first page: opening it alarms.
        return (Waiting(row.id, until),)
    return (Waiting(row.id, until),) if _exists(session, ring.person, text, now) else ()


def _exists(session: Session, person: Person, text: Text, now: datetime) -> bool:
    is_in_time = now < text.until and session.get(Lapse, person.id) is None
    return is_in_time and lending.admits(text.rule, person, now)
