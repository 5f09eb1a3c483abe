"""Bulk: one small thing done with many reports at once: an owner, a flag, a task or a link.

Never with urgent or high ones, and nothing that ends, shares or opens a report. What would come of
it is seen beforehand by doing it and taking it back at once, so what is shown is what is done. Each
report changes in a unit of work of its own, if nobody touched it since it was shown. What was done
last is sealed to whoever did it, so that they can take it back in one step.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from admin import acts, bulk_records, cases, flagging, gathering, linking, moves, names, tasks
from admin.authority import authorize, event
from admin.bulk_records import Batch, Changed, Left
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import (
    AlarmError,
    EnoughForTodayError,
    HiddenError,
    MovedOnError,
    NotHandedOnError,
    OverLimitError,
)
from admin.facts import NOBODY
from admin.gathering import Decision
from admin.links import Verdict
from admin.permissions import Action
from admin.scans import Scan
from admin.tasks import NewTask
from admin.transitions import STATE, UNDO, NotNowError
from forms.wording import msgid
from reporting.audit import append
from reporting.ids import CaseId
from reporting.models import Case
from reporting.triage import Level

MOST: Final = 100
UNDO_FOR: Final = timedelta(minutes=10)
BULK: Final = "bulk"
ONE_BY_ONE: Final = msgid("Urgent and high reports are dealt with one by one.")
IS_SET: Final = msgid("It has this flag already.")
SAME: Final = msgid("This is the report itself.")
MOVED: Final = msgid("Somebody did something with it in the meantime.")
NOT_HERE: Final = msgid("Where it stands now this cannot be done with it.")
NOT_YOURS: Final = msgid("You cannot do this with it.")
OPEN_IT: Final = msgid("Please open this one by itself.")
JUDGED: Final = msgid("You have said already how these two belong together.")
TOO_LATE: Final = msgid("It is too late to take this back in one step.")

# What somebody has to see by themself: it was altered, waits for a key, or they read enough today.
BY_ITSELF: Final = (AlarmError, NotHandedOnError, EnoughForTodayError, OverLimitError)

Begin = Callable[[], AbstractContextManager[Desk]]


@unique
class What(StrEnum):
    """What is done; the words stand in sealed records and never change."""

    ASSIGN = "assign"
    FLAG = "flag"
    TASK = "task"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Act:
    """What is done with each report.

    `who` is the owner or whoever has the task. `other` is the report that each is linked with.
    """

    what: What
    who: bytes = NOBODY
    flag: str = ""
    task: str = ""
    due: date = date.min
    text: str = field(default="", repr=False)
    other: bytes = b""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A report that was chosen, as it stands, and why nothing is done with it, as a message id."""

    case: CaseId
    level: Level
    rev: int
    why_not: str = ""


def assignees(desk: Desk) -> dict[str, str]:
    """Return who may own a report: their numbers in hex and their names."""
    fit = [one for one in sorted(desk.verified.people) if gathering.may_own(desk, one)]
    called = names.all_called(desk, fit)
    return {member.hex(): called[member] for member in fit}


def preview(desk: Desk, chosen: Sequence[CaseId], act: Act) -> tuple[Line, ...]:
    """Return what would come of it, report by report; nothing of one that does not exist for them.

    Raises HiddenError, and AlarmError for what was altered.
    """
    rule = authorize(desk.ring.person, Action.BULK)
    wanted = tuple(dict.fromkeys(chosen))[:MOST]
    lines = tuple(line for case in wanted for line in _tried(desk, case, act))
    noted = replace(event(desk.ring.person, "bulk.shown", rule=rule), count=len(lines))
    append(desk.session, desk.journal, replace(noted, fields=(act.what,)), desk.now)
    return lines


def carry_out(begin: Begin, chosen: Iterable[tuple[CaseId, int]], act: Act) -> None:
    """Do it with every report that stands as it was shown, and keep what can be taken back.

    Raises HiddenError, and AlarmError for what was altered.
    """
    done: list[Changed] = []
    left: list[Left] = []
    try:
        for case, rev in tuple(chosen)[:MOST]:
            _one(begin, (case, rev), act, done, left)
    finally:
        # Also where something went wrong half-way: what was done can be taken back.
        with begin() as desk:
            _keep(desk, Batch(desk.now, act.what, act.flag, act.other, tuple(done), tuple(left)))
            _note(desk, "bulk.done", act.what, len(done))


def _one(
    begin: Begin, seen: tuple[CaseId, int], act: Act, done: list[Changed], left: list[Left]
) -> None:
    """Do it with one report, and write down what came of it; nothing of one that is not there."""
    case, rev = seen
    try:
        with begin() as desk:
            authorize(desk.ring.person, Action.BULK)
            done.append(Changed(case, _done(desk, case, rev, act)))
    except HiddenError:
        return
    except NotNowError as refused:
        left.append(Left(case, _why_not(refused)))
    except MovedOnError:
        left.append(Left(case, MOVED))
    except BY_ITSELF:
        left.append(Left(case, OPEN_IT))


def last(desk: Desk) -> Batch | None:
    """Return what this person did last with many reports, of those that exist for them.

    Raises HiddenError.
    """
    authorize(desk.ring.person, Action.BULK)
    batch = bulk_records.read_last(desk)
    if batch is None:
        return None
    touched = {one.case for one in batch.done} | {one.case for one in batch.left}
    there = {one.id for one in Scan(desk).these(touched)}
    return replace(
        batch,
        done=tuple(one for one in batch.done if one.case in there),
        left=tuple(one for one in batch.left if one.case in there),
    )


def can_take_back(batch: Batch, now: datetime) -> bool:
    """Say whether some of it may still be taken back in one step."""
    return bool(batch.done) and now < batch.at + UNDO_FOR


def take_back(begin: Begin) -> None:
    """Take back what this person did last, wherever nobody did anything since.

    Raises HiddenError, and NotNowError once it is too late.
    """
    with begin() as desk:
        batch = last(desk)
        if batch is None or not can_take_back(batch, desk.now):
            raise NotNowError(UNDO, TOO_LATE)
    left: list[Left] = []
    for changed in batch.done:
        try:
            with begin() as desk:
                _undone(desk, changed, batch)
        except NotNowError as refused:
            left.append(Left(changed.case, refused.sentence))
        except MovedOnError:
            left.append(Left(changed.case, MOVED))
    with begin() as desk:
        _keep(desk, replace(batch, done=(), left=tuple(left), is_undone=True))
        _note(desk, "bulk.undone", batch.what, len(batch.done) - len(left))


def _tried(desk: Desk, case: CaseId, act: Act) -> tuple[Line, ...]:
    with desk.session.begin_nested() as point:
        try:
            there = acts.begin(desk, case, Action.BULK)
            line = Line(case, there.work.triage.weight, there.case.rev)
            try:
                _do(desk, case, line.rev, act)
            except NotNowError as refused:
                return (replace(line, why_not=_why_not(refused)),)
            except HiddenError:
                return (replace(line, why_not=NOT_YOURS),)
            except BY_ITSELF:
                return (replace(line, why_not=OPEN_IT),)
        except (HiddenError, AlarmError, NotHandedOnError):
            return ()
        finally:
            point.rollback()
    return (line,)


def _why_not(refused: NotNowError) -> str:
    # Of one that stands as it was shown nobody can say that it was moved on meanwhile.
    return NOT_HERE if refused.guard == STATE else refused.sentence


def _done(desk: Desk, case: CaseId, rev: int, act: Act) -> int:
    """Do it with one report; return the revision that it has afterwards."""
    _hold(desk, case, act.other)
    acts.require_unmoved(acts.begin(desk, case, Action.BULK), rev)
    _do(desk, case, rev, act)
    desk.session.flush()
    return desk.session.get_one(Case, case).rev


def _hold(desk: Desk, *several: bytes) -> None:
    """Take hold of the reports that change together, in the order in which everybody does."""
    cases.hold(desk.session, {one for one in several if one})


def _do(desk: Desk, case: CaseId, rev: int, act: Act) -> None:
    there = acts.begin(desk, case, Action.BULK)
    if there.work.triage.weight >= Level.HIGH:
        raise NotNowError(BULK, ONE_BY_ONE)
    match act.what:
        case What.ASSIGN:
            moves.make(desk, there.id, Decision("assign", rev, assignee=act.who))
        case What.FLAG:
            _flag(desk, there, act.flag)
        case What.TASK:
            tasks.make(desk, there.id, NewTask(act.task, act.who, act.due, act.text))
        case _:
            _link(desk, there, act)


def _flag(desk: Desk, there: Opened, flag: str) -> None:
    if flag in there.work.flags:
        raise NotNowError(BULK, IS_SET)
    flagging.raise_flag(desk, there.id, flag)


def _link(desk: Desk, there: Opened, act: Act) -> None:
    if act.other == there.id:
        raise NotNowError(BULK, SAME)
    standing = there.work.links.standing_on(act.other)
    if any(one.by == desk.ring.person.id for one in standing):
        raise NotNowError(BULK, JUDGED)
    other = acts.begin(desk, CaseId(act.other), Action.BULK)
    if other.work.triage.weight >= Level.HIGH:
        raise NotNowError(BULK, ONE_BY_ONE)
    linking.judge(desk, there.id, CaseId(act.other), Verdict(act.verdict))


def _undone(desk: Desk, changed: Changed, batch: Batch) -> None:
    case = changed.case
    _hold(desk, case, batch.other)
    there = acts.begin(desk, case, Action.BULK)
    acts.require_unmoved(there, changed.rev)
    match What(batch.what):
        case What.ASSIGN:
            moves.undo(desk, case)
        case What.FLAG:
            flagging.clear_flag(desk, case, batch.flag)
        case What.TASK:
            tasks.end(desk, case, len(there.work.tasks), is_done=False)
        case _:
            linking.take_back(desk, case, CaseId(batch.other))


def _keep(desk: Desk, batch: Batch) -> None:
    bulk_records.keep_last(desk, batch)


def _note(desk: Desk, verb: str, what: str, count: int) -> None:
    noted = replace(event(desk.ring.person, verb), count=count, fields=(what,))
    append(desk.session, desk.journal, noted, desk.now)
