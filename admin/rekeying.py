"""Re-keying: give reports new keys where somebody who left may know the old ones.

Whoever left keeps what they have read or copied, for ever. What comes after them they never read:
the report's parts, the team's notes and the keys of its files are locked under a key they do not
have, though none of it is written anew.

What cannot be changed here is the key of the conversation: it is locked under the reporter's code
as well, and only the reporter has that. A report that was taken back lies under the code alone,
and gets its new key once the code has brought it back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.keyring import Ring
from crypto.acts import Epoch
from crypto.envelope import Ctx, Label, OpenError, Secret, expand, make_key
from crypto.sealing import seal
from crypto.stream import lock, unlock
from reporting import attachments, lent, listing, places
from reporting.case_rows import CustodyRow, OwnNoteRow, WorkRow
from reporting.database import shred
from reporting.models import Case, CasePart, CaseWrap, Mailbox, NoteRow, Part, Wrapped

AT_A_TIME: Final = 50


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many keys were changed, and the reports of which something did not open."""

    count: int = 0
    altered: tuple[bytes, ...] = ()

    def __add__(self, other: "Renewed") -> "Renewed":
        """Return both together."""
        return Renewed(self.count + other.count, self.altered + other.altered)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A report, the key of it that somebody may know, and the one that takes its place."""

    case: bytes
    old: Secret
    new: Secret

    def lock_anew(self, label: Label, box: bytes, place: Ctx, to: Ctx) -> bytes:
        """Return what is in a box at a place, locked for another one. Raises OpenError."""
        return lock(expand(self.new, label), unlock(expand(self.old, label), box, place), to)


def renew(
    session: Session, ring: Ring, newest: Epoch, exposed: frozenset[bytes], at_a_time: int
) -> Renewed:
    """Change the keys of reports that wait under exposed epochs, so many at a time.

    Whatever does not open stays as it is, for whoever opens the report to be told.
    """
    count, altered = 0, []
    for wrap in take_hold(session, exposed, at_a_time):
        try:
            # All of a report or nothing: with half of its boxes under each key it would be lost.
            with session.begin_nested():
                _end_lent(session, ring, wrap)
                _rekey(session, ring, wrap, newest)
        except OpenError:
            altered.append(wrap.case_id)
            continue
        count += 1
    if count:
        # What the old key opens must not stay in the database's files.
        shred(session)
    return Renewed(count, tuple(altered))


def hand_over(session: Session, ring: Ring, case: bytes, to: Epoch) -> None:
    """Give a report a new key, sealed to another group: who had the old one opens nothing of it.

    The caller holds the report. Raises OpenError.
    """
    wrap = session.get(CaseWrap, (case, Wrapped.CASE), populate_existing=True)
    if wrap is None:
        raise OpenError
    _rekey(session, ring, wrap, to)
    session.flush()
    shred(session)


def take_hold(session: Session, epochs: frozenset[bytes], at_a_time: int) -> Sequence[CaseWrap]:
    """Return keys that are sealed to these epochs, of reports that nobody else holds just now."""
    # The caller holds the end of the log, and writers take hold of a report before the log: whoever
    # waited for one of them here would wait in a ring. In no order, so that none is always last.
    sealed = CaseWrap.epoch_id.in_(epochs)
    meant = (
        select(Case.id)
        .where(Case.id.in_(select(CaseWrap.case_id).where(sealed)))
        .order_by(func.random())
        .limit(at_a_time)
        .with_for_update(skip_locked=True)
    )
    held = session.scalars(meant).all()
    # Only now: whoever held a report until a moment ago may have changed it.
    found = select(CaseWrap).where(CaseWrap.case_id.in_(held), sealed)
    return session.scalars(found.execution_options(populate_existing=True)).all()


def waiting(session: Session, exposed: frozenset[bytes]) -> int:
    """Return how many reports have a key that somebody who left may know."""
    keys = select(func.count(CaseWrap.case_id.distinct())).where(CaseWrap.epoch_id.in_(exposed))
    return session.scalars(keys).one()


def _rekey(session: Session, ring: Ring, wrap: CaseWrap, newest: Epoch) -> None:
    wrapped = Wrapped(wrap.wrapped)
    renewal = Renewal(wrap.case_id, ring.wrapped_key(wrap), make_key())
    for lock_anew in LOCKED_UNDER[wrapped]:
        lock_anew(session, renewal)
    place = places.wrap(wrap.case_id, wrapped, newest.group)
    wrap.epoch_id, wrap.key_sealed = newest.id, seal(newest.public_key, renewal.new, place)
    if wrapped is Wrapped.CASE:
        # What lists know of it stands under a key of those who had the report before.
        listing.forget(session, wrap.case_id)


def _end_lent(session: Session, ring: Ring, wrap: CaseWrap) -> None:
    """Delete what is lent of a report: its key stands in a record that somebody may have read."""
    row = session.get(Mailbox, wrap.case_id, populate_existing=True)
    # Where there is no mailbox, the key cannot be changed either.
    if row is not None and wrap.wrapped == Wrapped.CASE:
        for_team = expand(ring.wrapped_key(wrap), Label.THREAD)
        box, place = row.case_lock_sealed, places.case_lock(wrap.case_id)
        lent.end_open(session, Secret(unlock(for_team, box, place)))


def _part(part: Part, label: Label) -> Callable[[Session, Renewal], None]:
    def lock_anew(session: Session, renewal: Renewal) -> None:
        row = session.get(CasePart, (renewal.case, part), populate_existing=True)
        if row is None:
            raise OpenError
        old = places.part(renewal.case, part, row.rev)
        new = places.part(renewal.case, part, row.rev + 1)
        row.content_sealed = renewal.lock_anew(label, row.content_sealed, old, new)
        row.rev += 1

    return lock_anew


def _notes(session: Session, renewal: Renewal) -> None:
    rows = select(NoteRow).where(NoteRow.case_id == renewal.case)
    for row in session.scalars(rows.execution_options(populate_existing=True)):
        # No version in the place: a note from before is under another key and does not open.
        place = places.note(row.id)
        row.content_sealed = renewal.lock_anew(Label.NOTE, row.content_sealed, place, place)


def _own_notes(session: Session, renewal: Renewal) -> None:
    """Lock the outside anew: the inside opens for its writer alone, and stays as it is."""
    rows = select(OwnNoteRow).where(OwnNoteRow.case_id == renewal.case)
    for row in session.scalars(rows.execution_options(populate_existing=True)):
        place = places.own_note(row.id)
        row.content_sealed = renewal.lock_anew(Label.OWN_NOTE, row.content_sealed, place, place)


def _work(session: Session, renewal: Renewal) -> None:
    row = session.get(WorkRow, renewal.case, populate_existing=True)
    if row is None:
        return
    old, new = places.work(renewal.case, row.rev), places.work(renewal.case, row.rev + 1)
    row.content_sealed = renewal.lock_anew(Label.WORK, row.content_sealed, old, new)
    row.rev += 1


def _custody(session: Session, renewal: Renewal) -> None:
    row = session.get(CustodyRow, renewal.case, populate_existing=True)
    if row is None:
        return
    old, new = places.custody(renewal.case, row.rev), places.custody(renewal.case, row.rev + 1)
    row.content_sealed = renewal.lock_anew(Label.CUSTODY, row.content_sealed, old, new)
    row.rev += 1


def _files(session: Session, renewal: Renewal) -> None:
    before = attachments.of_case(renewal.case, renewal.old)
    after = attachments.of_case(renewal.case, renewal.new)
    for head in attachments.hand_over(attachments.read(session, before), after):
        attachments.give(session, head)


def _thread(session: Session, renewal: Renewal) -> None:
    row = session.get(Mailbox, renewal.case, populate_existing=True)
    if row is None:
        raise OpenError
    place = places.case_lock(renewal.case)
    row.case_lock_sealed = renewal.lock_anew(Label.THREAD, row.case_lock_sealed, place, place)


# Whoever locks something more under a key of a report adds it here.
LOCKED_UNDER: Final[Mapping[Wrapped, tuple[Callable[[Session, Renewal], None], ...]]] = {
    Wrapped.CASE: (
        _part(Part.FACETS, Label.FACETS),
        _part(Part.STORY, Label.STORY),
        _notes,
        _own_notes,
        _work,
        _custody,
        _files,
        _thread,
    ),
    Wrapped.CONTACT: (_part(Part.CONTACT, Label.CONTACT),),
}
