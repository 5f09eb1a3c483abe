"""Reading: count what somebody reads before they are shown it, and stop who reads too much.

The count is changed in the unit of work that shows the content, behind the one lock of the log, so
that no two openings pass at once. What a person is given, works on or was asked about is theirs to
read, and counts by itself; everything else counts once a day, and so does taking it in hand instead
of opening it. What was given and passed on again after it was read counts as if nobody had given
it: Next hands out one after another, and is no way to read them all.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from admin import (
    case_words,
    cases,
    digest,
    headers,
    leases,
    openings,
    reading_counts,
    reading_days,
    waits,
)
from admin.authority import Person, authorize
from admin.cases import Opened
from admin.desk import Desk
from admin.digest import Line, What
from admin.errors import HiddenError, OverLimitError
from admin.keyring import Ring
from admin.meter import Meter
from admin.openings import Openings
from admin.permissions import REVIEWER, Action, is_allowed
from admin.tripwires import ALL_REACHED, LIMITS, NOTHING, Counts, Kind, Verdict
from admin.work import Work
from reporting import audit, traces
from reporting.ids import FileId
from reporting.traces import Deed
from reporting.triage import Level

_TELLS: Final = {Verdict.CONFIRM: What.LIMIT, Verdict.STOP: What.STOPPED}
_VERBS: Final = {Verdict.CONFIRM: "reading.limit", Verdict.STOP: "reading.stopped"}


def note(desk: Desk, kind: Kind) -> None:
    """Count one more of a kind, before it is shown. Raises OverLimitError, and AlarmError."""
    _count(desk.session, desk.ring, kind, desk.now)


def open_story(session: Session, ring: Ring, there: Opened, now: datetime) -> None:
    """Count that a report is opened, before it is shown or becomes this person's to read.

    Raises EnoughForTodayError on probation, OverLimitError, and AlarmError.
    """
    audit.hold(session)
    opened = openings.of(session, ring, now)
    if there.id in opened:
        return
    openings.require_room(ring, opened, there.id)
    counts = _counts(session, ring, opened, now)
    is_theirs = _is_theirs(ring, there, now)
    is_handed_out = not is_theirs and _is_in_hand(session, ring, there, now)
    is_given = is_theirs or is_handed_out
    if is_given:
        _require(ring, counts, Kind.GIVEN, counts.verdict(Kind.GIVEN))
    # What they work on themselves is never behind what they passed on.
    if not is_given or (is_handed_out and counts.passed_on):
        _require_story(ring, counts, there)
    counted = counts.with_one(Kind.GIVEN) if is_given else counts.with_story(_states(there))
    _keep(session, ring, counted, now)
    has_files = bool(case_words.with_files(session, (there.id,)))
    is_heavy = has_files or there.work.triage.weight >= Level.HIGH
    opened = opened.with_case(there.id, now, is_heavy=is_heavy)
    openings.keep(session, ring, opened.with_given(there.id) if is_handed_out else opened)


def pass_on(session: Session, ring: Ring, there: Opened, now: datetime) -> None:
    """Count a report that is passed on, if it was shown because it was given to this person.

    Who decided about it has done what it was given for. Nobody is kept from passing on: where it
    was one too many, it is the next that is not shown. Raises AlarmError.
    """
    audit.hold(session)
    opened = openings.of(session, ring, now)
    has_decided = any(deed.by == ring.person.id for deed in there.work.deeds)
    if opened.was_given(there.id) and not has_decided:
        counts = _counts(session, ring, opened, now)
        _keep(session, ring, counts.with_passed_on(_states(there)), now)
        openings.keep(session, ring, opened.with_passed_on(there.id))


def look(desk: Desk, there: Opened) -> None:
    """Count that something of a report is shown beside its own page, and tell its writer.

    Raises as `open_story` does, and AlarmError for an altered line of what its writer was told.
    """
    open_story(desk.session, desk.ring, there, desk.now)
    with cases.sounding_alarm():
        traces.note(desk.session, there.id, there.thread, Deed.REPORT_READ, desk.now)


def take_file(session: Session, ring: Ring, file: FileId, now: datetime) -> None:
    """Count that a file is taken out or shown, once a day. Raises as `note` does."""
    audit.hold(session)
    opened = openings.of(session, ring, now)
    if file not in opened:
        _count(session, ring, Kind.FILES, now)
        openings.keep(session, ring, opened.with_file(file, now))


def unmask(desk: Desk, reason: str) -> None:
    """Count that names are uncovered, and tell supervisors why. Raises as `note` does."""
    note(desk, Kind.UNMASKED)
    digest.add(desk, Line(What.UNMASKED, desk.now, desk.ring.person.id, reason))


def tell(desk: Desk, kind: Kind) -> None:
    """Note that somebody came to a limit, and tell supervisors once; in a unit of work of its own.

    What was refused was rolled back. Raises AlarmError for a count that was altered.
    """
    audit.hold(desk.session)
    session, ring, me = desk.session, desk.ring, desk.ring.person.id
    counts = _counts(session, ring, openings.of(session, ring, desk.now), desk.now)
    verdict = counts.verdict(kind)
    if verdict is Verdict.GO_ON:
        return  # a supervisor was quicker, or a new day has begun
    desk.note(_VERBS[verdict], me, fields=(kind,))
    if not counts.is_told(kind):
        what = What.MORE if counts.is_own(kind) else _TELLS[verdict]
        digest.add(desk, Line(what, desk.now, me, kind))
        _keep(session, ring, counts.with_told(kind), desk.now)


def stopped(desk: Desk) -> Mapping[bytes, tuple[Kind, ...]]:
    """Return which others read nothing more of what until this supervisor, or another, answers."""
    me = desk.ring.person
    if me.is_kept_back or not is_allowed(Action.ANSWER_READING, me.marks):
        return {}
    others = desk.verified.people.keys() - {me.id}
    found = reading_counts.of_all(desk.session, meter_of(desk.ring), others, desk.now)
    return {member: counts.stopped for member, counts in found.items() if counts.stopped}


def allow(desk: Desk, member: bytes, sentence: str) -> None:
    """Let somebody else who was stopped go on, as far again as the limit; a sentence says why.

    Where nothing is stopped any more, nothing is done. Raises HiddenError for oneself and for
    somebody who is not on the team, and AlarmError for a count that was altered.
    """
    me = desk.ring.person.id
    rule = authorize(desk.ring.person, Action.ANSWER_READING, member)
    if member == me or member not in desk.verified.people:
        raise HiddenError(Action.ANSWER_READING, member, f"{Action.ANSWER_READING}: not theirs")
    audit.hold(desk.session)
    meter = meter_of(desk.ring)
    counts = reading_counts.of(desk.session, meter, member, desk.now) or NOTHING
    if not counts.stopped:
        return
    desk.note("reading.allowed", member, rule, fields=counts.stopped)
    reading_counts.keep(desk.session, meter, member, desk.now, counts.allowing())
    for kind in counts.stopped:
        digest.add(desk, Line(What.ALLOWED, desk.now, member, kind, me, sentence))


def meter_of(ring: Ring) -> Meter:
    """Return what counts somebody's reading. Raises HiddenError where nothing does."""
    if ring.meter is None:
        raise HiddenError(Action.OPEN_CASE, ring.person.id, "nothing counts what is read here")
    return ring.meter


def _is_theirs(ring: Ring, there: Opened, now: datetime) -> bool:
    """Say whether somebody works on a report, keeps it, or was asked to be the second."""
    holders = {there.work.owner, there.work.keeper(now)}
    return ring.person.id in holders or _is_second(ring.person, there.work, now)


def _is_in_hand(session: Session, ring: Ring, there: Opened, now: datetime) -> bool:
    lease = leases.holder(session, ring, there.id, now)
    return lease is not None and lease.holder == ring.person.id


def _states(there: Opened) -> frozenset[str]:
    return there.matter.named_states


def _require_story(ring: Ring, counts: Counts, there: Opened) -> None:
    _require(ring, counts, Kind.STORIES, counts.verdict(Kind.STORIES))
    _require(ring, counts, Kind.STATE, counts.verdict_on(_states(there)))


def _is_second(me: Person, work: Work, now: datetime) -> bool:
    """Say whether a report is in the lists of what waits for a second person, for this one."""
    if headers.MARKS["unread_again"](work):
        return all(deed.by != me.id for deed in work.deeds[-1:])
    if headers.MARKS["agreement"](work) and me.id not in {work.owner, *work.earlier_owners}:
        return True
    together = work.proposed_together
    is_asked = any(one.is_for(me, now) for one in waits.waiting(work))
    return is_asked or (together is not None and together.by != me.id and REVIEWER in me.roles)


def _count(session: Session, ring: Ring, kind: Kind, now: datetime) -> None:
    audit.hold(session)
    counts = _counts(session, ring, openings.of(session, ring, now), now)
    _require(ring, counts, kind, counts.verdict(kind))
    _keep(session, ring, counts.with_one(kind), now)


def _counts(session: Session, ring: Ring, opened: Openings, now: datetime) -> Counts:
    counts = reading_counts.of(session, meter_of(ring), ring.person.id, now)
    if counts is not None:
        return counts
    # Both are written together: whoever took this one away wanted to begin anew.
    if not opened.is_empty:
        return ALL_REACHED
    usual = reading_days.usual(session, meter_of(ring), ring.person.id, now)
    return replace(NOTHING, own=usual.limits)


def _keep(session: Session, ring: Ring, counts: Counts, now: datetime) -> None:
    reading_counts.keep(session, meter_of(ring), ring.person.id, now, counts)
    reading_days.keep(session, meter_of(ring), ring.person.id, now, counts.read)


def _require(ring: Ring, counts: Counts, kind: Kind, verdict: Verdict) -> None:
    """Raise OverLimitError unless one more may be read."""
    is_confirmed = meter_of(ring).is_confirmed and counts.is_told(kind)
    if verdict is Verdict.GO_ON or (verdict is Verdict.CONFIRM and is_confirmed):
        return
    is_own = counts.is_own(kind)
    limit = counts.limit(kind) if is_own else LIMITS[kind]
    raise OverLimitError(kind, verdict, limit, is_own=is_own)
