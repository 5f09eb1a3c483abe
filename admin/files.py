"""Files: take out one that a reporter sent, and send some to a reporter."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from admin import cases
from admin.authority import authorize, event
from admin.errors import HiddenError
from admin.keyring import Ring
from admin.permissions import Action
from crypto.envelope import make_key
from reporting import attachments, drafts, uploads
from reporting.attachments import File, Owner
from reporting.audit import append
from reporting.ids import CaseId, FileId
from reporting.runtime import Runtime
from reporting.uploads import Desk, Incoming, OwnerOf, Refusal


def take_out(service: Runtime, ring: Ring, case: CaseId, file: FileId, now: datetime) -> File:
    """Return a file of a report or its conversation, and note first that it was taken out.

    Raises HiddenError, and AlarmError when what is known of a file was altered.
    """
    with service.begin() as session:
        rule = authorize(ring.person, Action.OPEN_FILE, case)
        there = cases.opened(session, ring, case, Action.OPEN_FILE)
        append(session, service.journal, event(ring.person, "file.downloaded", case, rule), now)
        with cases.sounding_alarm():
            found = cases.files_of(session, case, there.key, there.thread)
        for one in found:
            if one.id == file:
                return one
        raise HiddenError(Action.OPEN_FILE, case, f"{Action.OPEN_FILE}: no such file")


def send(
    service: Runtime, ring: Ring, case: CaseId, incoming: Iterable[Incoming]
) -> frozenset[Refusal]:
    """Send files to the reporter, each one noted; return why some were not kept.

    Raises HiddenError and AlarmError, and what `incoming` raises.
    """
    authorize(ring.person, Action.SEND_FILE, case)
    # On their way they belong to a visit of nobody's, so that what breaks off is swept away.
    nobody = drafts.keys_from(make_key())
    desk = Desk(
        service.begin,
        nobody,
        service.settings.files,
        service.has_room,
        service.clock,
        from_reporter=False,
    )
    uploads.open_draft(desk)
    try:
        return uploads.take_in(desk, incoming, _to_conversation(service, ring, case))
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
