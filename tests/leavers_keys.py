"""Keys of leavers: a report, whoever can copy its keys and leaves, and what the keys open then."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import audit, cases, casework, custody, epochs, own_notes
from admin.casework import CaseView, Words
from admin.custody import Deed
from admin.desk import Desk
from admin.keyring import Ring
from admin.permissions import Action
from crypto.envelope import Label, OpenError, Secret, expand
from crypto.roster import Roster
from crypto.stream import unlock
from reporting import attachments, intake, places, records, threads
from reporting.case_rows import CustodyRow, OwnNoteRow, WorkRow
from reporting.database import Base
from reporting.file_rows import FileRow, OpenedBy
from reporting.ids import CaseId, FileId
from reporting.models import CasePart, CaseWrap, Mailbox, NoteRow, Part, Wrapped
from reporting.runtime import Runtime
from reporting.threads import Message
from tests.arrivals import arrive, let_go
from tests.builders import Seeds
from tests.builders_files import a_draft, a_file, move
from tests.builders_staff import (
    StaffMember,
    a_reviewer,
    a_stored_report,
    the_staff,
)
from tests.conftest import Clock

STORY = "A man at the station said my name and told me to stop."
ALL_OF_IT = ["custody", "facets", "file", "note", "own note", "story", "thread", "work"]


@dataclass(frozen=True)
class Keys:
    """Both keys of a report, and the key of its conversation."""

    case: Secret
    contact: Secret
    thread: Secret


@dataclass(frozen=True)
class Scene:
    """An office of two who read reports, one of whom leaves."""

    app: Flask
    seeds: Seeds
    clock: Clock
    stays: StaffMember
    leaves: StaffMember

    @property
    def service(self) -> Runtime:
        return the_staff(self.app).service

    def a_report(self) -> CaseId:
        return CaseId(bytes.fromhex(a_stored_report(self.app, self.clock)[0]))

    def arrive(self, person: StaffMember | None = None) -> Ring:
        return arrive(self.app, person or self.stays, self.clock).ring

    def leave(self) -> Roster:
        return let_go(self.app, self.seeds, self.leaves)

    def copied(self, case: CaseId) -> Keys:
        """Return the keys that the leaver can copy."""
        ring = self.arrive(self.leaves)
        with self.service.read() as session:
            own, contact = (
                ring.wrapped_key(session.get_one(CaseWrap, (case, kind))) for kind in Wrapped
            )
            return Keys(own, contact, cases.thread_key(session, case, own))

    def view(self, case: CaseId) -> CaseView:
        ring = self.arrive()
        with self.service.begin() as session:
            return casework.open_case(session, ring, self.service.journal, case, self.clock())

    def backlog(self) -> int:
        with self.service.read() as session:
            return epochs.backlog(session, self.service.office.follow(session))

    def opened_with(self, case: CaseId, key: Secret) -> list[str]:
        with self.service.read() as session:
            return opened_with(session, case, key)

    def boxes_of(self, case: CaseId) -> dict[tuple[str, str], set[bytes]]:
        with self.service.read() as session:
            return boxes_of(session, case)


def a_scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
    made = Scene(app, seeds, clock, a_reviewer(app, seeds), a_reviewer(app, seeds, "Jun Hara"))
    # The first who comes in takes over from the founders, who leave the groups with that.
    made.arrive()
    return made


def a_case(scene: Scene) -> CaseId:
    """A report with a note, somebody's own note, a file and a message."""
    service, case = scene.service, scene.a_report()
    ring = scene.arrive()
    with service.begin() as session:
        words = Words(case, "She is afraid of her landlord.", "en")
        casework.add_note(session, ring, service.journal, words, scene.clock())
        verified = service.office.follow(session)
        desk = Desk(session, ring, verified, service.journal, scene.clock())
        own_notes.add(desk, case, "I lived in that street.")
        there = cases.opened(session, ring, case, Action.OPEN_FILE)
        custody.note(desk, there, FileId(bytes(16)), Deed.DOWNLOADED)
        key = ring.case_key(session.get_one(CaseWrap, (case, Wrapped.CASE)))
        thread = cases.thread_key(session, case, key)
        message = Message(from_reporter=True, text="Hello?", sent=scene.clock(), language="en")
        threads.add(session, case, thread, message)
    give_file(service, case, key)
    return case


def give_file(service: Runtime, case: CaseId, key: Secret) -> None:
    draft = a_draft(service)
    a_file(service, draft)
    move(service, draft, attachments.of_case(case, key))


def write_on(scene: Scene, case: CaseId) -> None:
    """Add a note, a file of the team, and other words of the story."""
    service, ring = scene.service, scene.arrive()
    with service.begin() as session:
        words = Words(case, "He has moved since.", "en")
        casework.add_note(session, ring, service.journal, words, scene.clock())
        key = ring.case_key(session.get_one(CaseWrap, (case, Wrapped.CASE)))
        story = session.get_one(CasePart, (case, Part.STORY))
        story.rev += 1
        place = places.part(case, Part.STORY, story.rev)
        said = {"text": "Somebody at the station said my name."}
        story.content_sealed = records.close(expand(key, Label.STORY), said, place, 2048)
    give_file(service, case, key)


def opened_with(session: Session, case: CaseId, key: Secret) -> list[str]:
    """Try a key of a report on all that is locked under one; return what opened."""
    parts = session.scalars(select(CasePart).where(CasePart.case_id == case)).all()
    notes = session.scalars(select(NoteRow).where(NoteRow.case_id == case)).all()
    files = session.scalars(select(FileRow).where(FileRow.case_id == case)).all()
    boxes = session.scalars(select(Mailbox).where(Mailbox.case_id == case)).all()
    owns = session.scalars(select(OwnNoteRow).where(OwnNoteRow.case_id == case)).all()
    works = session.scalars(select(WorkRow).where(WorkRow.case_id == case)).all()
    steps = session.scalars(select(CustodyRow).where(CustodyRow.case_id == case)).all()
    tried = [
        *(
            ("custody", Label.CUSTODY, row.content_sealed, places.custody(case, row.rev))
            for row in steps
        ),
        *(("work", Label.WORK, row.content_sealed, places.work(case, row.rev)) for row in works),
        *(
            (row.part, intake.LABELS[Part(row.part)], row.content_sealed, place)
            for row in parts
            for place in [places.part(case, Part(row.part), row.rev)]
        ),
        *(
            ("own note", Label.OWN_NOTE, row.content_sealed, places.own_note(row.id))
            for row in owns
        ),
        *(("note", Label.NOTE, row.content_sealed, places.note(row.id)) for row in notes),
        *(
            ("file", Label.FILES, row.key_sealed, places.file_key(row.id, OpenedBy.CASE, row.rev))
            for row in files
        ),
        *(("thread", Label.THREAD, row.case_lock_sealed, places.case_lock(case)) for row in boxes),
    ]
    found = []
    for name, label, sealed, place in tried:
        try:
            unlock(expand(key, label), sealed, place)
        except OpenError:
            continue
        found.append(name)
    return sorted(found)


# What lies under another key than those of the report: of its code, its conversation, its files.
def boxes_of(session: Session, case: CaseId) -> dict[tuple[str, str], set[bytes]]:
    """Return every box of a report, by table and column."""
    return {
        (table.name, column.name): set(
            session.scalars(select(column).where(table.c.case_id == case)).all()
        )
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if "case_id" in table.columns and column.name.endswith("_sealed")
    }


def entries(scene: Scene, auditor: StaffMember) -> list[tuple[str, str]]:
    """Return what the log says was done, and to what."""
    ring = scene.arrive(auditor)
    with scene.service.read() as session:
        found = audit.read(session, ring.segment_key, None)
    return [(entry.verb, entry.subject) for entry in found]
