"""Files: look at what one is, take one out as it was sent, and send some to a reporter."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from admin import acts, case_words, cases, cleanings, custody, reading
from admin.authority import authorize, event
from admin.cases import Opened
from admin.cleaning import kinds
from admin.cleaning.kinds import HEAD_BYTES, Kind
from admin.cleanings import Tried
from admin.custody import Deed
from admin.desk import Desk
from admin.errors import HiddenError
from admin.keyring import Ring
from admin.permissions import Action
from crypto.envelope import make_key
from reporting import attachments, drafts, uploads
from reporting.attachments import File, Owner
from reporting.audit import append
from reporting.database import Database
from reporting.ids import CaseId, FileId
from reporting.runtime import Runtime
from reporting.settings import FileLimits
from reporting.uploads import Incoming, OwnerOf, Refusal
from reporting.visit_keys import keys_from


def look_at(desk: Desk, case: CaseId, file: FileId) -> File:
    """Return a file of a report or its conversation, to tell what it is.

    Its name and its kind count as reading the report. Raises HiddenError, EnoughForTodayError,
    OverLimitError, and AlarmError when what is known of a file was altered.
    """
    there = acts.begin(desk, case, Action.OPEN_FILE)
    desk.note("evidence.viewed", case)
    reading.look(desk, there)
    return find(desk, there, file, Action.OPEN_FILE)


def take_out(desk: Desk, case: CaseId, file: FileId) -> File:
    """Return a file of a report or its conversation, and note first that it was taken out.

    Raises HiddenError, EnoughForTodayError, OverLimitError for whoever took many out today, and
    AlarmError when what is known of a file was altered.
    """
    there = acts.begin(desk, case, Action.OPEN_FILE)
    custody.note(desk, there, file, Deed.DOWNLOADED)
    reading.look(desk, there)
    reading.take_file(desk.session, desk.ring, file, desk.now)
    return find(desk, there, file, Action.OPEN_FILE)


def tried(desk: Desk, case: CaseId, file: FileId) -> Tried:
    """Return what became of making a clean copy. Raises HiddenError, and AlarmError."""
    return cleanings.of(desk, acts.begin(desk, case, Action.OPEN_FILE), file)


def find(desk: Desk, there: Opened, file: FileId, action: Action) -> File:
    """Return one file of an opened report. Raises HiddenError, and AlarmError."""
    with cases.sounding_alarm():
        found = case_words.files_of(desk.session, there.id, there.key, there.thread)
    for one in found:
        if one.id == file:
            return one
    raise HiddenError(action, there.id, f"{action}: no such file")


def kind_of(database: Database, file: File) -> Kind:
    """Return what a file is by its first bytes, once all of it was verified. Raises OpenError."""
    head = bytearray()
    for data in attachments.source(database, file):
        head += data[: HEAD_BYTES - len(head)]
        if len(head) == HEAD_BYTES:
            break
    return kinds.of(bytes(head))


def send(
    service: Runtime, ring: Ring, case: CaseId, incoming: Iterable[Incoming]
) -> frozenset[Refusal]:
    """Send files to the reporter, each one noted; return why some were not kept.

    Raises HiddenError and AlarmError, and what `incoming` raises.
    """
    authorize(ring.person, Action.SEND_FILE, case)
    owner_of = _to_conversation(service, ring, case)
    return take_in(service, service.settings.files, incoming, owner_of)


def take_in(
    service: Runtime, limits: FileLimits, incoming: Iterable[Incoming], owner_of: OwnerOf
) -> frozenset[Refusal]:
    """Take in files of the team; return why some were not kept.

    Raises what `incoming` and `owner_of` raise.
    """
    # On their way they belong to a visit of nobody's, so that what breaks off is swept away.
    nobody = keys_from(make_key())
    counter = uploads.Desk(
        service.begin, nobody, limits, service.has_room, service.clock, from_reporter=False
    )
    uploads.open_draft(counter)
    try:
        return uploads.take_in(counter, incoming, owner_of)
    finally:
        with service.begin() as session:
            drafts.erase(session, nobody)


def _to_conversation(service: Runtime, ring: Ring, case: CaseId) -> OwnerOf:
    def owner(session: Session, now: datetime) -> Owner:
        rule = authorize(ring.person, Action.SEND_FILE, case)
        there = cases.opened(session, ring, case, Action.SEND_FILE)
        append(session, service.journal, event(ring.person, "file.sent", case, rule), now)
        return attachments.of_thread(case, there.thread)

    return owner
