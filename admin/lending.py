"""Lending: how one text is locked for one person, and what that person answers.

With the text goes a rule: for whom it does not exist. It is what its reader's own session needs to
refuse them, and more than they may know; so it is locked once more, under the staff pepper. Their
keys and a copy of the database open the text, and do not say what the report is about.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from admin import fact_records as facts
from admin.authority import Person
from admin.errors import AlarmError
from admin.interpreters import ANSWER_KEPT_FOR, CANNOT, End, Lent
from admin.keyring import Ring
from admin.visibility import Exclusions, Matter, Reader, visible
from crypto import acts
from crypto.envelope import Label, OpenError, Pepper, Secret, expand, opening
from crypto.roster import Roster
from crypto.sealing import kid, seal
from reporting import lent, places, records
from reporting.clock import day_of, hour_after
from reporting.database import shred, shred_soon
from reporting.lent_rows import LentRow
from reporting.records import Record

FLOOR_BYTES: Final = 8192
RULE_FLOOR: Final = 1024
_KID: Final = slice(2, 18)  # where a sealed box names the key it is sealed to (FORMAT.md 3)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as whoever translates it reads it, and until when."""

    id: bytes
    words: str = field(repr=False)
    language: str
    until: datetime
    rule: Matter = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a translation, or why there is none."""

    end: End
    words: str = field(default="", repr=False)
    language: str = ""
    by: str = field(default="", repr=False)


def rule_of(matter: Matter, *, may_be_near: bool) -> Matter:
    """Return for whom a text of a report does not exist; only who asked for it has it near them.

    Whatever hides the report hides the text too. Without the reporter's word that an interpreter
    may be of their community, nobody of it is.
    """
    if may_be_near:
        return matter
    return replace(matter, exclusions=replace(matter.exclusions, no_community=True))


def admits(rule: Matter, person: Person, now: datetime) -> bool:
    """Say whether a text exists for somebody: never without a card that is in force."""
    if person.card is None or person.card.until < day_of(now):
        return False
    return visible(Reader(person.card.of_helper, (person.name, *person.names)), rule)


def may_admit(rule: Matter, person: Person, now: datetime) -> bool:
    """Say whether a text may exist for somebody in whose card ties to states stand.

    Of which kind those are, their own session knows alone.
    """
    card = person.card
    if card is None:
        return True
    return admits(rule, replace(person, card=replace(card, by_family=card.states)), now)


def lend(
    session: Session, thread: Secret, pepper: Pepper, reader: acts.Person, one: tuple[Lent, Text]
) -> None:
    """Lock a text for one person."""
    (said, text), hour = one, hour_after(one[0].until)
    rule = records.close(
        _rule_key(pepper), _rule(text.rule), places.lent_rule(said.row), RULE_FLOOR
    )
    record: Record = {
        "words": text.words,
        "language": text.language,
        "rule": rule.hex(),
    }
    session.add(
        LentRow(
            id=said.row,
            reader_id=reader.id,
            expires_hour=hour,
            mark_sealed=lent.mark(thread, said.row),
            key_sealed=seal(reader.sealing_key, said.secret, places.lent_key(said.row)),
            content_sealed=records.close(
                said.secret, record, places.lent(said.row, hour), FLOOR_BYTES
            ),
        )
    )
    session.flush()


def held_by(session: Session, member: bytes, now: datetime) -> int:
    """Return how many texts somebody has to translate."""
    theirs = LentRow.reader_id == member, LentRow.expires_hour > hour_after(now) - 1
    return session.scalars(select(func.count()).select_from(LentRow).where(*theirs)).one()


def out(session: Session, now: datetime) -> frozenset[bytes]:
    """Return the numbers of all texts that somebody has to translate now."""
    waiting = LentRow.reader_id.is_not(None), LentRow.expires_hour > hour_after(now) - 1
    return frozenset(session.scalars(select(LentRow.id).where(*waiting)))


def found(session: Session, row: bytes) -> LentRow | None:
    """Return a row, held against others."""
    return session.get(LentRow, row, with_for_update=True, populate_existing=True)


def rows_of(session: Session, member: bytes) -> list[LentRow]:
    """Return what is lent to somebody."""
    theirs = select(LentRow).where(LentRow.reader_id == member)
    return list(session.scalars(theirs.order_by(LentRow.expires_hour, LentRow.id)))


def is_to(row: LentRow, ring: Ring) -> bool:
    """Say whether a text is lent to this person, and to the keys that they have today."""
    box = row.key_sealed or b""
    return row.reader_id == ring.person.id and box[_KID] == kid(ring.sealing_key)


def opened(row: LentRow, ring: Ring, pepper: Pepper) -> tuple[Secret, Text]:
    """Return a text that is lent to this person, and its key. Raises AlarmError."""
    try:
        key = ring.own_key(row.key_sealed or b"", places.lent_key(row.id))
        record = records.reopen(key, row.content_sealed, places.lent(row.id, row.expires_hour))
        box = bytes.fromhex(records.text(record, "rule"))
        rule = records.reopen(_rule_key(pepper), box, places.lent_rule(row.id))
        words, language = records.text(record, "words"), records.text(record, "language")
        return key, Text(
            row.id, words, language, facts.moment(row.expires_hour * 3600), _read_rule(rule)
        )
    except (OpenError, ValueError):
        raise AlarmError("a lent text was altered in the database") from None


def answer(session: Session, row: LentRow, key: Secret, said: Answer, now: datetime) -> None:
    """Put what was answered in the place of a text; whoever has the report open finds it."""
    record: Record = {
        "end": said.end,
        "words": said.words,
        "language": said.language,
        "by": said.by,
    }
    row.reader_id = row.key_sealed = None
    row.expires_hour = hour_after(now + ANSWER_KEPT_FOR)
    row.content_sealed = records.close(key, record, places.lent_answer(row.id), FLOOR_BYTES)
    session.flush()
    shred_soon(session)


def answered(row: LentRow, key: Secret) -> Answer:
    """Return what was answered. Raises OpenError."""
    record = records.reopen(key, row.content_sealed, places.lent_answer(row.id))
    with opening():
        end = End(records.text(record, "end"))
        if end not in {End.ANSWERED, *CANNOT}:
            raise OpenError
    return Answer(
        end=end,
        words=records.text(record, "words"),
        language=records.text(record, "language"),
        by=records.text(record, "by"),
    )


def take_away(session: Session, row: bytes) -> None:
    """Delete what is lent, or what was answered."""
    session.execute(delete(LentRow).where(LentRow.id == row))
    shred(session)


def end_for_gone(session: Session, verified: Roster) -> None:
    """Delete what is lent to those who left, or to keys that somebody has no more.

    What somebody has open in this very moment waits for the next time, as in `lent.end_open`.
    """
    columns = LentRow.id, LentRow.reader_id, LentRow.key_sealed
    lent_out = select(*columns).where(LentRow.reader_id.is_not(None))
    found = session.execute(lent_out.with_for_update(skip_locked=True))
    for row in [row for row, reader, box in found if not _lives(verified, reader, box)]:
        take_away(session, row)


def _lives(verified: Roster, reader: bytes | None, box: bytes | None) -> bool:
    listed = verified.people.get(reader or b"")
    return listed is not None and (box or b"")[_KID] == kid(listed.sealing_key)


def _rule_key(pepper: Pepper) -> Secret:
    return expand(pepper.key, Label.INTERPRETER)


def _rule(matter: Matter) -> Record:
    wishes = matter.exclusions
    return {
        "states": sorted(matter.states),
        "organisations": sorted(matter.organisations),
        "people": list(matter.people),
        "no_community": wishes.no_community,
        "women_only": wishes.women_only,
        "no_government": wishes.no_government,
        "regions": sorted(wishes.regions),
        "names": list(wishes.people),
    }


def _read_rule(record: Record) -> Matter:
    return Matter(
        states=frozenset(records.texts(record, "states")),
        organisations=frozenset(records.texts(record, "organisations")),
        people=records.texts(record, "people"),
        exclusions=Exclusions(
            no_community=records.truth(record, "no_community"),
            women_only=records.truth(record, "women_only"),
            no_government=records.truth(record, "no_government"),
            regions=frozenset(records.texts(record, "regions")),
            people=records.texts(record, "names"),
        ),
    )
