from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import audit, cases, casework, epochs
from admin.casework import CaseView, Words
from admin.doctor import examine
from admin.keyring import Ring
from admin.permissions import Action
from admin.rekeying import Renewed
from crypto.envelope import Label, OpenError, Secret, expand
from crypto.roles import Role
from crypto.roster import Roster
from crypto.stream import unlock
from reporting import attachments, intake, places, records, threads
from reporting.database import Base
from reporting.file_rows import FileRow, OpenedBy
from reporting.ids import CaseId
from reporting.models import CasePart, CaseWrap, Mailbox, NoteRow, Part, Wrapped
from reporting.runtime import Runtime
from reporting.threads import Message
from tests.arrivals import arrive, let_go
from tests.builders import Seeds, a_report
from tests.builders_files import PHOTO, a_draft, a_file, move
from tests.builders_staff import (
    StaffMember,
    a_member,
    a_reviewer,
    a_stored_report,
    an_auditor,
    flipped,
    the_staff,
)
from tests.conftest import Clock
from wsgi import Installation

STORY = "A man at the station said my name and told me to stop."
ALL_OF_IT = ["facets", "file", "note", "story", "thread"]


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
            key, contact = (
                ring.wrapped_key(session.get_one(CaseWrap, (case, kind))) for kind in Wrapped
            )
            return Keys(key, contact, cases.thread_key(session, case, key))

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


@pytest.fixture
def scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
    made = Scene(app, seeds, clock, a_reviewer(app, seeds), a_reviewer(app, seeds, "Jun Hara"))
    # The first who comes in takes over from the founders, who leave the groups with that.
    made.arrive()
    return made


@pytest.fixture
def case(scene: Scene) -> CaseId:
    """A report with a note, a file and a message."""
    service, case = scene.service, scene.a_report()
    ring = scene.arrive()
    with service.begin() as session:
        words = Words(case, "She is afraid of her landlord.", "en")
        casework.add_note(session, ring, service.journal, words, scene.clock())
        key = cases.case_key(session, ring, case)
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
        key = cases.case_key(session, ring, case)
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
    tried = [
        *(
            (row.part, intake.LABELS[Part(row.part)], row.content_sealed, place)
            for row in parts
            for place in [places.part(case, Part(row.part), row.rev)]
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
UNDER_OTHER_KEYS = {
    ("mailbox", "receipt_lock_sealed"),
    ("message", "content_sealed"),
    ("consent", "content_sealed"),
    ("trace", "content_sealed"),
    ("parked", "key_sealed"),
    ("file", "meta_sealed"),
}


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


def test_whoever_left_opens_nothing_written_after_them(scene: Scene, case: CaseId) -> None:
    copied, old = scene.copied(case), scene.arrive(scene.leaves)
    assert scene.opened_with(case, copied.case) == ALL_OF_IT
    assert scene.opened_with(case, copied.contact) == ["contact"]
    scene.leave()
    scene.arrive()
    write_on(scene, case)
    with scene.service.read() as session:
        for kind in Wrapped:
            with pytest.raises(OpenError):
                old.wrapped_key(session.get_one(CaseWrap, (case, kind)))
    for key in (copied.case, copied.contact, copied.thread):
        assert scene.opened_with(case, key) == []


def test_whoever_stays_reads_all_of_it_as_before(scene: Scene, case: CaseId) -> None:
    before = scene.view(case)
    scene.leave()
    after = scene.view(case)
    assert (after.story, after.notes, after.answers) == (STORY, before.notes, before.answers)
    assert after.messages == before.messages
    assert after.notes
    (file,) = after.files
    assert b"".join(attachments.source(scene.service.database, file)) == PHOTO
    with scene.service.read() as session:
        key = scene.arrive().contact_key(session.get_one(CaseWrap, (case, Wrapped.CONTACT)))
    assert scene.opened_with(case, key) == ["contact"]


def test_the_key_of_the_conversation_stays_for_only_the_reporter_could_change_it(
    scene: Scene, case: CaseId
) -> None:
    copied = scene.copied(case)
    scene.leave()
    scene.arrive()
    with scene.service.read() as session:
        assert [said.text for said in threads.read(session, case, copied.thread)] == ["Hello?"]


def test_every_box_that_a_key_of_the_report_opens_is_locked_anew(
    scene: Scene, case: CaseId
) -> None:
    before = scene.boxes_of(case)
    scene.leave()
    scene.arrive()
    after = scene.boxes_of(case)
    same = {place for place, boxes in before.items() if boxes & after[place]}
    empty = {place for place, boxes in before.items() if not boxes}
    assert same | empty == UNDER_OTHER_KEYS
    assert all(len(boxes) == len(after[place]) for place, boxes in before.items())


def test_a_key_that_nobody_left_with_is_only_sealed_anew(scene: Scene, case: CaseId) -> None:
    copied, before = scene.copied(case), scene.boxes_of(case)
    scene.clock.advance(timedelta(days=7))
    scene.arrive()
    wraps = ("case_wrap", "key_sealed")
    assert len(before[wraps] & scene.boxes_of(case)[wraps]) == 1
    assert scene.opened_with(case, copied.case) == ALL_OF_IT


def test_ways_of_contact_get_a_new_key_from_somebody_of_casework(scene: Scene) -> None:
    second = a_member(scene.app, scene.seeds, "Mei", Role.REVIEWER)
    third = a_member(scene.app, scene.seeds, "Sora", Role.SUPERVISOR)
    scene.arrive()
    case = scene.a_report()
    copied = scene.copied(case)
    scene.leave()
    scene.arrive(second)
    assert scene.opened_with(case, copied.case) == []
    assert scene.opened_with(case, copied.contact) == ["contact"]
    assert scene.backlog() == 1
    scene.arrive(third)
    assert scene.opened_with(case, copied.contact) == []
    assert scene.backlog() == 0


def store_reports(scene: Scene, count: int) -> None:
    with scene.service.begin() as session:
        for _ in range(count):
            sealed = intake.prepare(a_report(), scene.service.desk, scene.clock())
            intake.store(session, sealed)


def test_a_few_change_at_each_sign_in_and_doctor_counts_the_rest(scene: Scene) -> None:
    store_reports(scene, 70)
    scene.leave()

    def advice() -> str:
        installation = Installation(scene.service.settings, scene.clock)
        return {each.name: each.advice for each in examine(installation)}["keys of reports"]

    assert "70 reports still have keys" in advice()
    for left in ("70", "40"):
        scene.arrive()
        assert f"{left} reports still have keys" in advice()
    scene.arrive()
    assert advice() == ""


def test_a_change_of_keys_stands_in_the_log(scene: Scene) -> None:
    store_reports(scene, 1)
    scene.leave()
    scene.arrive()
    auditor = an_auditor(scene.app, scene.seeds)
    assert ("key.replaced", "") in entries(scene, auditor)


def test_nothing_changes_before_there_is_a_key_that_nobody_left_with(
    scene: Scene, case: CaseId
) -> None:
    ring, before = scene.arrive(), scene.boxes_of(case)
    grown = scene.leave()
    with scene.service.begin() as session:
        assert epochs.renew(session, ring, grown) == Renewed()
    assert scene.boxes_of(case) == before
    assert scene.backlog() == 1


def facets_altered(session: Session, case: CaseId) -> None:
    row = session.get_one(CasePart, (case, Part.FACETS))
    row.content_sealed = flipped(row.content_sealed)


def story_lost(session: Session, case: CaseId) -> None:
    session.delete(session.get_one(CasePart, (case, Part.STORY)))


def note_altered(session: Session, case: CaseId) -> None:
    row = session.scalars(select(NoteRow).where(NoteRow.case_id == case)).one()
    row.content_sealed = flipped(row.content_sealed)


def mailbox_altered(session: Session, case: CaseId) -> None:
    row = session.get_one(Mailbox, case)
    row.case_lock_sealed = flipped(row.case_lock_sealed)


def mailbox_lost(session: Session, case: CaseId) -> None:
    session.delete(session.get_one(Mailbox, case))


def key_altered(session: Session, case: CaseId) -> None:
    row = session.get_one(CaseWrap, (case, Wrapped.CASE))
    row.key_sealed = flipped(row.key_sealed)


@pytest.mark.parametrize(
    "alter",
    [facets_altered, story_lost, note_altered, mailbox_altered, mailbox_lost, key_altered],
)
def test_a_report_that_was_altered_keeps_its_key_and_nobody_out(
    scene: Scene, case: CaseId, alter: Callable[[Session, CaseId], None]
) -> None:
    other = scene.a_report()
    key, others = scene.copied(case).case, scene.copied(other).case
    with scene.service.begin() as session:
        alter(session, case)
    before = scene.opened_with(case, key)
    scene.leave()
    scene.arrive()
    assert scene.opened_with(case, key) == before
    assert scene.opened_with(other, others) == []
    assert scene.backlog() == 1
    auditor = an_auditor(scene.app, scene.seeds)
    assert ("alarm.raised", case.hex()) in entries(scene, auditor)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nobody_waits_for_a_report_that_somebody_else_holds(scene: Scene, case: CaseId) -> None:
    scene.leave()
    with scene.service.begin() as writing:
        cases.find(writing, case, Action.ADD_NOTE)
        scene.arrive()
        assert scene.backlog() == 1
    scene.arrive()
    assert scene.backlog() == 0
