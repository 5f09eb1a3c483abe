"""Evidence: what a reporter sent, what was done with it, and whether it is still the same.

The originals are only read here. Pictures are looked at by their clean copies: small, grey and
blurred until somebody asks to see one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from admin import (
    acts,
    case_words,
    cases,
    cleanings,
    custody,
    files,
    names,
    reading,
    working_copies,
)
from admin.cases import Opened
from admin.cleaning.frames import Made
from admin.cleanings import Tried
from admin.custody import Deed, Step
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError
from admin.permissions import Action
from crypto.envelope import OpenError
from reporting import attachments
from reporting.attachments import File
from reporting.database import Database
from reporting.ids import CaseId, FileId

LOOKING: Final = timedelta(minutes=10)  # so long a picture that was asked for can be looked at
SHOWN: Final = frozenset({Deed.SHOWN, Deed.SHOWN_IN_COLOUR})


@dataclass(frozen=True, slots=True)
class StepSeen:
    """What somebody did with a file, with their name as the team knows it."""

    deed: Deed
    who: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A file of the manifest; `made` is what the team made of it, `shown` how often it was seen.

    `may_allow` says that whoever looks may let a clean copy be tried again.
    """

    number: int
    file: File = field(repr=False)
    steps: tuple[StepSeen, ...] = field(repr=False)
    made: Mapping[Made, File] = field(repr=False)
    tried: Tried
    may_allow: bool

    @property
    def shown(self) -> int:
        """How often somebody looked at it."""
        return sum(step.deed in SHOWN for step in self.steps)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a reporter sent; `relation` is who they are to whom it happened to."""

    lines: tuple[Line, ...]
    relation: tuple[str, ...] = field(repr=False)
    received: datetime


@dataclass(frozen=True, slots=True)
class Showing:
    """A picture that somebody may look at now, and how many they looked at today here."""

    number: int
    in_colour: bool
    looked_at_today: int


def look(desk: Desk, case: CaseId) -> Manifest:
    """Return what the reporter sent and what was done with it; it counts as reading the report.

    Raises HiddenError, EnoughForTodayError, OverLimitError, and AlarmError.
    """
    there = acts.begin(desk, case, Action.VIEW_EVIDENCE)
    desk.note("evidence.viewed", case)
    reading.look(desk, there)
    with cases.sounding_alarm():
        steps = custody.read(desk.session, there)
        made = case_words.made_of(desk.session, case, there.key)
        sent = _sent(desk, there)
    called = names.all_called(desk, {step.by for step in steps})
    tried = {file.id: cleanings.tried(steps, file.id, desk.now) for file in sent}
    lines = (
        Line(
            number,
            file,
            tuple(_seen(step, called) for step in steps if step.file == file.id),
            working_copies.of(made, file.id),
            tried[file.id],
            tried[file.id].may_allow(desk.ring.person.id),
        )
        for number, file in enumerate(sent, start=1)
    )
    relation = there.facets.answers.get("relation", ())
    return Manifest(tuple(lines), relation, there.facets.received)


def begin_check(desk: Desk, case: CaseId, file: FileId) -> File:
    """Return a file that is to be compared with what was noted when it came.

    What comes of it says something of the report. Raises HiddenError, EnoughForTodayError,
    OverLimitError, and AlarmError.
    """
    there = acts.begin(desk, case, Action.VERIFY_FILE)
    reading.look(desk, there)
    return files.find(desk, there, file, Action.VERIFY_FILE)


def is_unchanged(database: Database, file: File) -> bool:
    """Read all of a file again, and say whether it is what came, locked and unlocked."""
    try:
        found = attachments.digests(database, file)
    except OpenError:
        return False
    return (found.sha256, found.box_sha256) == (file.facts.sha256, file.box_sha256)


def end_check(desk: Desk, case: CaseId, file: FileId, *, is_same: bool) -> None:
    """Note what came of it. Raises HiddenError, and AlarmError for an altered record."""
    there = acts.begin(desk, case, Action.VERIFY_FILE)
    custody.note(desk, there, file, Deed.VERIFIED if is_same else Deed.DIFFERS)


def require_unchanged(*, is_same: bool) -> None:
    """Raise AlarmError for a file that is not what came."""
    if not is_same:
        raise AlarmError("a file was altered in the database")


def show(desk: Desk, case: CaseId, file: FileId, *, in_colour: bool) -> None:
    """Note that somebody looks at a picture now, before they do.

    Raises HiddenError where there is no clean copy of it, OverLimitError for whoever looked at many
    today, EnoughForTodayError, and AlarmError.
    """
    there = acts.begin(desk, case, Action.SHOW_FILE)
    reading.look(desk, there)
    reading.take_file(desk.session, desk.ring, file, desk.now)
    custody.note(desk, there, file, Deed.SHOWN_IN_COLOUR if in_colour else Deed.SHOWN)
    _made(desk, there, file, Made.GREY)


def showing(desk: Desk, case: CaseId, file: FileId) -> Showing:
    """Return what somebody may look at now. Raises HiddenError for who did not ask a while ago."""
    there = acts.begin(desk, case, Action.SHOW_FILE)
    mine = _asked(desk, there, file)
    numbers = [one.id for one in _sent(desk, there)]
    today = [
        step
        for step in custody.read(desk.session, there)
        if step.by == desk.ring.person.id and step.deed in SHOWN and _is_today(desk, step)
    ]
    return Showing(
        number=numbers.index(file) + 1,
        in_colour=Deed.SHOWN_IN_COLOUR in mine,
        looked_at_today=len(today),
    )


def picture(desk: Desk, case: CaseId, file: FileId, made: Made) -> File:
    """Return a picture that may be shown: the blurred one always, others once they were asked for.

    Raises HiddenError, EnoughForTodayError, OverLimitError, and AlarmError.
    """
    there = acts.begin(desk, case, Action.SHOW_FILE)
    reading.look(desk, there)
    if made is Made.PREVIEW:
        desk.note("file.previewed", case)
    else:
        asked = _asked(desk, there, file)
        if made is Made.COPY and Deed.SHOWN_IN_COLOUR not in asked:
            raise HiddenError(Action.SHOW_FILE, case, f"{Action.SHOW_FILE}: only in grey")
    return _made(desk, there, file, made)


def take_copy(desk: Desk, case: CaseId, file: FileId) -> File:
    """Return the clean copy of a file, and note first that it was taken out.

    Raises HiddenError, EnoughForTodayError, OverLimitError, and AlarmError.
    """
    there = acts.begin(desk, case, Action.OPEN_FILE)
    reading.look(desk, there)
    reading.take_file(desk.session, desk.ring, file, desk.now)
    custody.note(desk, there, file, Deed.COPY_DOWNLOADED)
    return _made(desk, there, file, Made.COPY)


def _sent(desk: Desk, there: Opened) -> tuple[File, ...]:
    found = case_words.files_of(desk.session, there.id, there.key, there.thread)
    return tuple(one for one in found if one.facts.from_reporter)


def _seen(step: Step, called: Mapping[bytes, str]) -> StepSeen:
    return StepSeen(step.deed, called[step.by], step.at)


def _is_today(desk: Desk, step: Step) -> bool:
    return step.at.date() == desk.now.date()


def _asked(desk: Desk, there: Opened, file: FileId) -> frozenset[Deed]:
    """Return in what way this person asked to see a picture a moment ago. Raises HiddenError."""
    with cases.sounding_alarm():
        steps = custody.read(desk.session, there)
    asked = frozenset(
        step.deed
        for step in steps
        if (step.file, step.by) == (file, desk.ring.person.id)
        and step.deed in SHOWN
        and desk.now < step.at + LOOKING
    )
    if not asked:
        raise HiddenError(Action.SHOW_FILE, there.id, f"{Action.SHOW_FILE}: nobody asked")
    return asked


def _made(desk: Desk, there: Opened, file: FileId, made: Made) -> File:
    with cases.sounding_alarm():
        found = case_words.made_of(desk.session, there.id, there.key)
        there_are = working_copies.of(found, file)
    if made not in there_are:
        raise HiddenError(Action.SHOW_FILE, there.id, f"{Action.SHOW_FILE}: no clean copy")
    return there_are[made]
