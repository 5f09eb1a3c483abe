"""Working copies: have a clean copy of a file made, and keep it beside its original.

A copy is a file of the report with a key of its own, under the report's key and no other: the
reporter's code does not open it, and it goes where the report goes. The original is only read.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from admin import acts, case_words, cases, cleanings, custody, files
from admin.authority import authorize
from admin.cases import Opened
from admin.cleaning import parent, turns
from admin.cleaning.frames import Made, Outcome, Part
from admin.cleanings import FAILED_AS
from admin.custody import Deed
from admin.desk import Desk
from admin.errors import HiddenError
from admin.keyring import Ring
from admin.permissions import Action
from admin.transitions import NotNowError
from forms.wording import msgid
from reporting import attachments
from reporting.attachments import File, Owner
from reporting.ids import CaseId, FileId
from reporting.runtime import Runtime
from reporting.settings import FileLimits
from reporting.uploads import Incoming

CLEAN: Final = "clean"
WHY_NOT: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.OTHER_KIND: msgid(
            "No clean copy can be made of this kind of file. Only PDF and these pictures can be"
            " cleaned: JPEG, PNG, WebP, GIF, BMP and TIFF. Of a photo in HEIC the reporter can send"
            " you a JPEG; else open the original on a machine kept for that, without network."
        ),
        Outcome.TOO_LARGE: msgid("This file is too large to be cleaned here."),
        Outcome.LOCKED: msgid("This PDF opens only with a passphrase, so it cannot be cleaned."),
        Outcome.FAILED: msgid(
            "No clean copy could be made: the file is damaged, or it asks for too much. It may be"
            " meant to do harm. The original is unchanged."
        ),
        Outcome.LATE: msgid(
            "No clean copy could be made: the file kept the cleaner busy until it was stopped. It"
            " may be meant to do harm. The original is unchanged."
        ),
        Outcome.KILLED: msgid(
            "No clean copy could be made: the file brought the cleaner down. It may be meant to do"
            " harm. The original is unchanged."
        ),
        Outcome.NONSENSE: msgid(
            "No clean copy could be made: what came back from the cleaner was not to be believed."
            " The file may be meant to do harm. The original is unchanged."
        ),
    }
)
TRIED_ENOUGH: Final = msgid(
    "A clean copy of this file was tried in vain more than once. Somebody who did not try it has"
    " to look at what happened first."
)
NOT_YOU: Final = msgid("You tried it yourself. Somebody else has to look first.")
NO_ROOM: Final = msgid("There is no room to keep a copy. Tell the operator.")
# Copies are made one by one by the team: no limit that reporters have is meant for them.
NO_LIMITS: Final = FileLimits(1 << 30, 1 << 40, 1 << 60)


class ThereAlreadyError(Exception):
    """Somebody had the same made in this very moment."""


def make(service: Runtime, ring: Ring, case: CaseId, file: FileId) -> None:
    """Have a clean copy made of a file that a reporter sent, unless there is one.

    Raises HiddenError, AlarmError, NotNowError with a sentence where none can be made, and
    BusyError while others are at it.
    """
    original = _original(service, ring, case, file)
    with turns.taken(service.settings.instance), cases.sounding_alarm():
        # Written before the file is read: whatever it does, somebody is seen to have tried.
        _begin(service, ring, case, original.id)
        # No unit of work is open meanwhile: nobody is kept waiting by a stranger's file.
        answer = parent.clean(attachments.source(service.database, original))
    if answer.outcome is not Outcome.CLEAN:
        _note(service, ring, case, (original.id, FAILED_AS[answer.outcome]))
        raise NotNowError(CLEAN, WHY_NOT[answer.outcome])
    # The copy comes last: whoever finds it finds all of it.
    for part in sorted(answer.parts, key=lambda part: part.made is Made.COPY):
        with suppress(ThereAlreadyError):
            _keep(service, ring, case, original.id, part)


def allow(desk: Desk, case: CaseId, file: FileId) -> None:
    """Let it be tried once more, by somebody who did not try it and looked at what happened.

    Raises HiddenError, NotNowError for whoever tried it, and AlarmError.
    """
    there = acts.begin(desk, case, Action.CLEAN_FILE)
    files.find(desk, there, file, Action.CLEAN_FILE)
    tried = cleanings.of(desk, there, file)
    if tried.is_offered:
        return
    if not tried.may_allow(desk.ring.person.id):
        raise NotNowError(CLEAN, NOT_YOU)
    custody.note(desk, there, file, Deed.TRY_AGAIN)


def of(made: Iterable[File], original: FileId) -> Mapping[Made, File]:
    """Return what was made of a file; nothing before its copy is whole."""
    found = _all_of(made, original)
    return found if Made.COPY in found else {}


def _all_of(made: Iterable[File], original: FileId) -> Mapping[Made, File]:
    return {Made(one.facts.name): one for one in made if one.facts.original == original}


def _original(service: Runtime, ring: Ring, case: CaseId, file: FileId) -> File:
    with service.begin() as session:
        there = _opened(session, ring, case)
        with cases.sounding_alarm():
            found = case_words.files_of(session, case, there.key, there.thread)
        for one in found:
            if one.id == file and one.facts.from_reporter:
                return one
        raise HiddenError(Action.CLEAN_FILE, case, f"{Action.CLEAN_FILE}: no such file")


def _opened(session: Session, ring: Ring, case: CaseId) -> Opened:
    authorize(ring.person, Action.CLEAN_FILE, case)
    return cases.opened(session, ring, case, Action.CLEAN_FILE)


def _begin(service: Runtime, ring: Ring, case: CaseId, file: FileId) -> None:
    with service.begin() as session:
        there, desk = _opened(session, ring, case), _desk(service, ring, session)
        if not cleanings.of(desk, there, file).is_offered:
            raise NotNowError(CLEAN, TRIED_ENOUGH)
        custody.note(desk, there, file, Deed.CLEANING)


def _note(service: Runtime, ring: Ring, case: CaseId, what: tuple[FileId, Deed]) -> None:
    with service.begin() as session:
        there = _opened(session, ring, case)
        custody.note(_desk(service, ring, session), there, *what)


def _desk(service: Runtime, ring: Ring, session: Session) -> Desk:
    now = service.clock()
    return Desk(session, ring, service.office.follow(session), service.journal, now)


def _keep(service: Runtime, ring: Ring, case: CaseId, original: FileId, part: Part) -> None:
    """Keep one thing that was made; raise ThereAlreadyError where it is there."""

    def owner(session: Session, now: datetime) -> Owner:
        there = _opened(session, ring, case)
        with cases.sounding_alarm():
            made = case_words.made_of(session, case, there.key)
            if part.made in _all_of(made, original):
                raise ThereAlreadyError
        if part.made is Made.COPY:
            desk = Desk(session, ring, service.office.follow(session), service.journal, now)
            custody.note(desk, there, original, Deed.CLEANED)
        return attachments.of_case(case, there.key)

    incoming = Incoming(part.made, part.kind, iter([part.data]), original)
    if files.take_in(service, NO_LIMITS, [incoming], owner):
        _note(service, ring, case, (original, Deed.NOT_KEPT))
        raise NotNowError(CLEAN, NO_ROOM)
