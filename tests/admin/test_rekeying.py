from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from admin import epochs, rekeying
from admin.doctor import examine
from admin.rekeying import Renewed
from crypto.envelope import OpenError, make_key
from crypto.roles import Group, Role
from crypto.sealing import seal
from reporting import attachments, intake, lent, places, threads
from reporting.clock import hour_after
from reporting.ids import CaseId
from reporting.lent_rows import LentRow
from reporting.models import CaseWrap, Wrapped
from tests.arrivals import at_desk
from tests.builders import Seeds, a_report
from tests.builders_files import PHOTO
from tests.builders_staff import (
    a_member,
    an_auditor,
)
from tests.conftest import Clock
from tests.leavers_keys import ALL_OF_IT, STORY, Scene, a_case, a_scene, entries, write_on
from wsgi import Installation


@pytest.fixture
def scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
    return a_scene(app, seeds, clock)


@pytest.fixture
def case(scene: Scene) -> CaseId:
    return a_case(scene)


# What lies under another key than those of the report: of its code, its conversation, its files, or
# of the group that reads it.
UNDER_OTHER_KEYS = {
    ("lease", "box_sealed"),
    ("hold", "box_sealed"),
    ("term_shown", "content_sealed"),
    ("mailbox", "receipt_lock_sealed"),
    ("message", "content_sealed"),
    ("consent", "content_sealed"),
    ("trace", "content_sealed"),
    ("parked", "key_sealed"),
    ("file", "meta_sealed"),
}


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


def test_a_report_without_its_key_is_handed_to_no_other_group(scene: Scene, case: CaseId) -> None:
    with at_desk(scene.app, scene.stays, scene.clock) as desk:
        wrap = desk.session.get_one(CaseWrap, (case, Wrapped.CASE))
        desk.session.delete(wrap)
        desk.session.flush()
        with pytest.raises(OpenError):
            rekeying.hand_over(desk.session, desk.ring, case, desk.verified.epoch(Group.CASEWORK))


def test_what_is_lent_of_a_report_ends_with_its_old_key_but_not_what_was_answered(
    scene: Scene, case: CaseId
) -> None:
    thread, hour = scene.copied(case).thread, hour_after(scene.clock() + timedelta(days=2))
    lent_out, answered = bytes(16), bytes([1]) * 16
    with scene.service.begin() as session:
        for row, reader in ((lent_out, scene.stays.id), (answered, None)):
            box = lent.mark(thread, row)
            session.add(
                LentRow(
                    id=row, reader_id=reader, expires_hour=hour, mark_sealed=box, content_sealed=b""
                )
            )
    with scene.service.begin() as session:
        verified = scene.service.office.follow(session)
        kept = session.get_one(LentRow, lent_out)
        public = verified.people[scene.stays.id].sealing_key
        kept.key_sealed = seal(public, make_key(), places.lent_key(lent_out))
    scene.leave()
    scene.arrive()
    with scene.service.read() as session:
        assert session.scalars(select(LentRow.id)).all() == [answered]
