"""Legal holds: a report that may not be erased for now, because the law asks for it.

Two supervisors set one and renew it, one of them lifts it, and it ends by itself. It stops the
erasure of that one report, whoever asks for that, and nothing else. Why it is held is locked under
the index key of casework, so that it can be lifted even while the report lies under its code alone.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, select

from admin import acts, cases, indexing, last_days, reading, telling
from admin.case_table import SYSTEM
from admin.cases import GONE, Opened
from admin.desk import Desk
from admin.errors import HiddenError, NotHandedOnError
from admin.hold_asks import HoldAsked
from admin.keyring import Ring
from admin.permissions import Action
from admin.transitions import NotNowError
from admin.work import Work
from crypto.envelope import OpenError
from crypto.roles import Group
from forms.wording import msgid
from reporting import places, records
from reporting.audit import Event, append
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.models import Case
from reporting.term_rows import HoldRow

LONGEST: Final = timedelta(days=90)
FLOOR_BYTES: Final = 4096
UNTIL: Final = "until"
STANDS: Final = "stands"
TOO_FAR: Final = msgid("Please choose a day from tomorrow on, at most 90 days from today.")
NOBODY_ASKS: Final = msgid("Nobody asks for this any more. Please look at the report again.")
NOT_ALONE: Final = msgid("You asked for this yourself. A second supervisor has to agree.")
IS_TOLD: Final = msgid("The reporter was told already.")


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a report is held back, until when, by which two, and whether its reporter knows."""

    reason: str = field(repr=False)
    until: date
    by: bytes
    agreed_by: bytes
    is_told: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody sees who looks at what holds a report back: what stands, what is asked."""

    rev: int
    hold: Hold | None
    asked: HoldAsked | None
    asked_by_me: bool


def look(desk: Desk, case: CaseId) -> Held:
    """Return what holds a report back. Raises as `reading.look` does, and HiddenError."""
    there = acts.begin(desk, case, Action.HOLD_CASE)
    reading.look(desk, there)
    asked = there.work.hold_asked
    is_mine = asked is not None and asked.by == desk.ring.person.id
    with cases.sounding_alarm():
        return Held(there.case.rev, of(desk, case), asked, is_mine)


def ask(desk: Desk, case: CaseId, asked: HoldAsked, rev: int) -> None:
    """Ask a second supervisor to hold a report back, or to hold it back for longer.

    Raises HiddenError, NotNowError, MovedOnError, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.HOLD_CASE)
    acts.require_unmoved(there, rev)
    today = day_of(desk.now)
    if not today < asked.until <= today + LONGEST:
        raise NotNowError(UNTIL, TOO_FAR)
    desk.note("hold.asked", case)
    acts.keep(desk, there, replace(there.work, hold_asked=asked), "hold.asked")


def call_off(desk: Desk, case: CaseId, rev: int) -> None:
    """Let go of what somebody asks for: it is not wanted any more, or not agreed to."""
    there = acts.begin(desk, case, Action.HOLD_CASE)
    acts.require_unmoved(there, rev)
    _require_asked(there)
    desk.note("hold.refused", case)
    acts.keep(desk, there, replace(there.work, hold_asked=None), "hold.refused")


def agree(desk: Desk, case: CaseId, rev: int) -> None:
    """Hold a report back as a second supervisor, exactly as the first one asks for it.

    Its reporter is told, unless that is forbidden for now. Raises HiddenError, NotNowError for
    whoever asked, MovedOnError, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.HOLD_CASE)
    acts.require_unmoved(there, rev)
    asked, me = _require_asked(there), desk.ring.person.id
    if asked.by == me:
        raise NotNowError(STANDS, NOT_ALONE)
    with cases.sounding_alarm():
        before = of(desk, case)
    tells = asked.tells or (before is not None and before.is_told)
    desk.note("hold.set" if before is None else "hold.renewed", case)
    _write(desk, case, Hold(asked.reason, asked.until, asked.by, me, tells))
    if tells:
        telling.post(desk, there, "hold_set", asked.until)
    acts.keep(desk, there, replace(there.work, hold_asked=None), "hold.set")


def tell(desk: Desk, case: CaseId, rev: int) -> None:
    """Tell the reporter now that it is allowed. Raises as `agree` does."""
    there = acts.begin(desk, case, Action.HOLD_CASE)
    acts.require_unmoved(there, rev)
    hold = _require_held(desk, case)
    if hold.is_told:
        raise NotNowError(STANDS, IS_TOLD)
    desk.note("hold.told", case)
    _write(desk, case, replace(hold, is_told=True))
    telling.post(desk, there, "hold_set", hold.until)
    acts.keep(desk, there, there.work, "hold.told")


def lift(desk: Desk, case: CaseId, rev: int) -> None:
    """Let a report be erased again as its term says; its reporter is told. Raises as `agree`."""
    there = acts.begin(desk, case, Action.HOLD_CASE)
    acts.require_unmoved(there, rev)
    hold = _require_held(desk, case)
    desk.note("hold.lifted", case)
    acts.keep(desk, there, _ended(desk, there, hold, day_of(desk.now)), "hold.lifted")


def over(desk: Desk) -> tuple[CaseId, ...]:
    """Return the reports whose hold has ended, as far as this person can read it.

    One that does not open holds on: whoever looks at the report is told.
    """
    return tuple(
        CaseId(case)
        for case in desk.session.scalars(select(HoldRow.case_id).order_by(HoldRow.case_id))
        if _is_over(desk, case)
    )


def end(desk: Desk, case: CaseId) -> None:
    """End a hold whose last day has passed, as nobody's act; its reporter is told.

    Nobody can be told of a report that lies under its code alone. Raises HiddenError.
    """
    found = desk.session.get(Case, case, with_for_update=True, populate_existing=True)
    if found is None or not _is_over(desk, case):
        return
    append(desk.session, desk.journal, Event(SYSTEM, SYSTEM, "hold.lifted", case), desk.now)
    if found.state in GONE:
        _delete(desk, case)
        return
    there = acts.begin_due(desk, case)
    hold = _require_held(desk, case)
    work = _ended(desk, there, hold, hold.until + timedelta(days=1))
    cases.save(desk.session, there, work)
    indexing.keep(desk.session, desk.ring, there, work)


def of(desk: Desk, case: CaseId) -> Hold | None:
    """Return what holds a report back. Raises OpenError, and NotHandedOnError."""
    row = desk.session.get(HoldRow, case, populate_existing=True)
    return None if row is None else _read(desk.ring, row)


def _is_over(desk: Desk, case: bytes) -> bool:
    try:
        hold = of(desk, CaseId(case))
    except (OpenError, NotHandedOnError):
        return False
    return hold is not None and hold.until < day_of(desk.now)


def _require_asked(there: Opened) -> HoldAsked:
    if there.work.hold_asked is None:
        raise NotNowError(STANDS, NOBODY_ASKS)
    return there.work.hold_asked


def _require_held(desk: Desk, case: CaseId) -> Hold:
    with cases.sounding_alarm():
        hold = of(desk, case)
    if hold is None:
        raise HiddenError(Action.HOLD_CASE, case, f"{Action.HOLD_CASE}: not held back")
    return hold


def _ended(desk: Desk, there: Opened, hold: Hold, day: date) -> Work:
    """Let go of a report, tell its reporter, and return the work on it."""
    _delete(desk, there.id)
    telling.post(desk, there, "hold_ended" if hold.is_told else "hold_was", day)
    term = there.work.term
    if term is None:
        return there.work
    return replace(there.work, term=last_days.after_hold(term, day_of(desk.now)))


def _delete(desk: Desk, case: CaseId) -> None:
    desk.session.execute(delete(HoldRow).where(HoldRow.case_id == case))


def _write(desk: Desk, case: CaseId, hold: Hold) -> None:
    row = desk.session.get(HoldRow, case)
    rev = 0 if row is None else row.rev + 1
    record: records.Record = {
        "reason": hold.reason,
        "until": hold.until.isoformat(),
        "by": hold.by.hex(),
        "agreed_by": hold.agreed_by.hex(),
        "told": hold.is_told,
    }
    epoch = desk.verified.epoch(Group.CASEWORK).id
    key, place = desk.ring.index_key(epoch), places.hold(case, rev)
    box = records.close(key, record, place, FLOOR_BYTES)
    desk.session.merge(HoldRow(case_id=case, rev=rev, epoch_id=epoch, box_sealed=box))
    desk.session.flush()


def _read(ring: Ring, row: HoldRow) -> Hold:
    key, place = ring.index_key(row.epoch_id), places.hold(row.case_id, row.rev)
    record = records.reopen(key, row.box_sealed, place)
    return Hold(
        reason=records.text(record, "reason"),
        until=records.day(record, "until"),
        by=records.row(record, "by"),
        agreed_by=records.row(record, "agreed_by"),
        is_told=records.truth(record, "told"),
    )
