"""Timeline: everything about a report that has a date, in one list, the oldest first.

Pure: it follows from an opened report and from what of other reports exists for whoever looks. What
the reporter wrote is not in it, only that they did.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum, auto
from typing import Final, TypeVar

from admin import recodings
from admin.casework import CaseView
from admin.cast import Entry, Version
from admin.contact_asks import Ask
from admin.custody import Step
from admin.facts import NOBODY, Handover
from admin.grades import Grades
from admin.timeline_lines import Line, What
from admin.transitions import TABLE
from admin.work import Work
from forms import days
from reporting.traces import Deed
from reporting.traces import Line as Trace

T = TypeVar("T")
FIRST_LINE: Final = 160
FILE_KINDS: Final = frozenset({"image", "audio", "video", "text"})
OTHER_FILE: Final = "file"
LEAVES_NOTE: Final = "clear_owner"
_CONTACT: Final = "contact."
_HANDED: Final = frozenset({Deed.HANDED_LANGUAGE, Deed.HANDED_NOBODY_FREE})


class _Change(Enum):
    ADDED = auto()
    CHANGED = auto()
    REMOVED = auto()


_OF_FIGURE: Final[Mapping[_Change, What]] = {
    _Change.ADDED: What.FIGURE_ADDED,
    _Change.CHANGED: What.FIGURE_CHANGED,
    _Change.REMOVED: What.FIGURE_REMOVED,
}
_OF_ACT: Final[Mapping[_Change, What]] = {
    _Change.ADDED: What.ACT_ADDED,
    _Change.CHANGED: What.ACT_CHANGED,
    _Change.REMOVED: What.ACT_REMOVED,
}


@dataclass(frozen=True, slots=True)
class Around:
    """What is not in the report itself: traces, and the reports that follow this one.

    `in_vain` are the times at which no clean copy of a file could be made.
    `others` are the reports that exist for whoever looks, of those that something was said of.
    `followers` are those that exist for whoever looks. `shows_handing` says whether it is for them
    to know to whom it was handed.
    """

    traces: tuple[Trace, ...]
    in_vain: tuple[Step, ...]
    others: frozenset[bytes]
    followers: frozenset[bytes]
    shows_handing: bool


def of(view: CaseView, around: Around) -> tuple[Line, ...]:
    """Return all lines; an act of which nobody knows when it was comes before everything."""
    work = view.opened.work
    found = (
        *_of_reporter(view, work),
        *_of_work(work),
        *_of_tasks(work),
        *_of_notes_and_files(view),
        *_of_cleanings(view, around),
        *_of_emergencies(work),
        *_of_contact(work, around),
        *_of_handing(work, around),
        *_of_grades(work.grades),
        *_of_links(work, around),
        *_of_cast(work),
        *_of_unknowns(work),
        *_of_recodings(work),
    )
    return tuple(sorted(found, key=lambda line: line.at))


def is_new(line: Line, since: datetime | None, me: bytes, name: str) -> bool:
    """Say whether somebody else did something after a moment. Before a first look nothing is new.

    Some times are kept to the minute only: what stands in the minute of the last look counts as
    new, for it is better to see something twice than never.
    """
    if since is None or line.what is What.HAPPENED or line.by == me:
        return False
    is_mine = bool(line.by_name) and line.by_name == name
    return not is_mine and line.at >= since.replace(second=0, microsecond=0)


def first_line(text: str) -> str:
    """Return the first line of a text in which anything stands, cut where it is long."""
    found = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return found if len(found) <= FIRST_LINE else f"{found[:FIRST_LINE].rstrip()}…"


def _of_reporter(view: CaseView, work: Work) -> Iterator[Line]:
    yield Line(What.RECEIVED, view.received)
    answers = {asked.answered for asked in work.questions if asked.answered is not None}
    yield from (Line(What.ASKED, asked.at, asked.by) for asked in work.questions)
    yield from (Line(What.ANSWERED, at) for at in answers)
    minutes = {at.replace(second=0, microsecond=0) for at in answers}
    for message in view.messages:
        if message.appeals:
            yield Line(What.APPEALED, message.sent)
        elif message.from_reporter and message.sent not in minutes:
            yield Line(What.WROTE, message.sent)
        elif not message.from_reporter and not message.asks:
            yield Line(What.SENT, message.sent)


def _of_work(work: Work) -> Iterator[Line]:
    for deed in work.deeds:
        yield Line(What.MOVED, deed.at, deed.by, code=deed.name)
    if work.second_look is not None:
        yield Line(What.LOOKED_AGAIN, work.second_look.at, work.second_look.by)
    gave_back = [deed for deed in work.deeds if _leaves_note(deed.name)]
    if gave_back and work.handover != Handover():
        note, last = work.handover, gave_back[-1]
        parts = (part for part in (note.done, note.promised, note.next) if part)
        yield Line(What.HANDOVER, last.at, last.by, text="\n".join(map(first_line, parts)))


def _of_tasks(work: Work) -> Iterator[Line]:
    for task in work.tasks:
        made = Line(What.TASK_MADE, task.at, task.by, to=task.who, code=task.kind, text=task.text)
        yield made
        if task.ended is not None:
            end = task.ended
            what = What.TASK_DONE if end.is_done else What.TASK_DROPPED
            yield replace(made, what=what, at=end.at, by=end.by, to=NOBODY)


def _of_notes_and_files(view: CaseView) -> Iterator[Line]:
    for note in view.notes:
        what = What.TRANSLATED if note.language else What.NOTE
        # A translation is the story in other words, and the story is not for this list.
        text = "" if note.language else first_line(note.text)
        yield Line(what, note.written, by_name=note.by, code=note.language, text=text)
    for file in view.files:
        facts = file.facts
        what = What.FILE_CAME if facts.from_reporter else What.FILE_SENT
        yield Line(what, facts.added, code=_kind(facts.media_type), size_bytes=facts.size_bytes)


def _of_cleanings(view: CaseView, around: Around) -> Iterator[Line]:
    sent = (file.id for file in view.files if file.facts.from_reporter)
    numbers = {file: number for number, file in enumerate(sent, start=1)}
    for step in around.in_vain:
        number = numbers[step.file]
        yield Line(What.FILE_NOT_CLEANED, step.at, step.by, code=step.deed, number=number)


def _of_emergencies(work: Work) -> Iterator[Line]:
    for one in work.emergencies:
        yield Line(What.EMERGENCY_PROPOSED, one.at, one.by, code=one.plan.to)
        if one.signed_at is not None:
            yield Line(What.EMERGENCY_SIGNED, one.signed_at, one.signed_by, code=one.plan.to)


def _of_contact(work: Work, around: Around) -> Iterator[Line]:
    for ask in work.contact_asks:
        yield Line(What.CONTACT_ASKED, ask.at, ask.by, code=ask.reason)
        if ask.answered_at is not None:
            what = What.CONTACT_AGREED if ask.agrees else What.CONTACT_REFUSED
            yield Line(what, ask.answered_at, ask.by_second, code=ask.reason)
    # Of the opening itself only the reporter's trace is kept, which names nobody.
    for trace in around.traces:
        if trace.deed.startswith(_CONTACT):
            reason = trace.deed.removeprefix(_CONTACT)
            by = _opener(work.contact_asks, reason, trace.at)
            yield Line(What.CONTACT_OPENED, trace.at, by, code=reason)


def _of_handing(work: Work, around: Around) -> Iterator[Line]:
    one = work.handed if around.shows_handing else None
    if one is None:
        return
    yield Line(What.HAND_PROPOSED, one.at, one.by, to=one.to, code=one.reason)
    agreed = [trace.at for trace in around.traces if trace.deed in _HANDED]
    if not one.is_waiting and agreed:
        yield Line(What.HAND_AGREED, max(agreed), one.outside, to=one.to, code=one.reason)


def _of_grades(grades: Grades) -> Iterator[Line]:
    for version in grades.versions:
        yield Line(What.GRADED, version.at, version.by, code=version.grade.verification)
    for answer in grades.answers:
        what = What.GRADE_AGREED if answer.agrees else What.GRADE_REFUSED
        code = grades.at(answer.version).grade.verification
        yield Line(what, answer.at, answer.by, code=code)


def _of_links(work: Work, around: Around) -> Iterator[Line]:
    for said in work.links.judged:
        if said.other in around.others:
            what = What.UNJUDGED if said.is_back else What.JUDGED
            yield Line(what, said.at, said.by, code=said.verdict)
    if work.links.joined is not None:
        yield Line(What.JOINED, work.links.joined.at)
    for one in work.links.followers:
        if one.case in around.followers:
            yield Line(What.LED, one.at)


def _of_cast(work: Work) -> Iterator[Line]:
    for number, entry in enumerate(work.cast.figures, 1):
        for change, version, figure in _changes(entry):
            what = _OF_FIGURE[change]
            yield Line(what, version.at, version.by, number=number, figure=figure)
    for number, act in enumerate(work.cast.happened, 1):
        for change, said, happened in _changes(act):
            yield Line(_OF_ACT[change], said.at, said.by, number=number, happened=happened)
        if act.now is not None:
            yield Line(What.HAPPENED, _begin(act.now.when), number=number, happened=act.now)


def _changes(entry: Entry[T]) -> Iterator[tuple[_Change, Version[T], T]]:
    """Yield how an entry was changed, and what stood there then, or before it was taken off."""
    known = entry.last
    for place, version in enumerate(entry.versions):
        if version.said is None:
            yield _Change.REMOVED, version, known
            continue
        known = version.said
        yield _Change.CHANGED if place else _Change.ADDED, version, known


def _of_unknowns(work: Work) -> Iterator[Line]:
    for number, one in enumerate(work.unknowns, 1):
        yield Line(What.UNKNOWN_ASKED, one.at, one.by, text=one.text, number=number)
        if one.settled is not None:
            end = one.settled
            what = What.UNKNOWN_ANSWERED if end.sentence else What.UNKNOWN_DROPPED
            yield Line(what, end.at, end.by, text=end.sentence or one.text, number=number)


def _of_recodings(work: Work) -> Iterator[Line]:
    for one, found in recodings.history(work.recodings, work.triage):
        changed = tuple(change.name for change in found)
        yield Line(What.RECODED, one.at, one.by, text=first_line(one.why), changed=changed)


def _kind(media_type: str) -> str:
    """Return what kind of file it is; what whoever sent it made up themselves is just a file."""
    kind = media_type.partition("/")[0]
    return kind if kind in FILE_KINDS else OTHER_FILE


def _leaves_note(move: str) -> bool:
    rule = TABLE.transitions.get(move)
    return rule is not None and LEAVES_NOTE in rule.effects


def _opener(asks: Iterable[Ask], reason: str, at: datetime) -> bytes:
    """Return who opened the ways of contact at a minute, for a reason; nobody where none fits."""
    after = at + timedelta(minutes=1)
    fit = [ask for ask in asks if ask.reason == reason and _may_open_from(ask, after)]
    return fit[-1].by if fit else NOBODY


def _may_open_from(ask: Ask, after: datetime) -> bool:
    agreed = ask.answered_at if ask.agrees else None
    begins = ask.at if ask.on_credit else agreed
    return begins is not None and begins < after


def _begin(when: str) -> datetime:
    if not when:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.combine(days.first(when), time.min, UTC)
