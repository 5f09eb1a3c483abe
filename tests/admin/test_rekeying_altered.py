from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import cases
from admin.permissions import Action
from reporting.ids import CaseId
from reporting.models import CasePart, CaseWrap, Mailbox, NoteRow, Part, Wrapped
from tests.builders import Seeds
from tests.builders_staff import (
    an_auditor,
    flipped,
)
from tests.conftest import Clock
from tests.leavers_keys import Scene, a_case, a_scene, entries


@pytest.fixture
def scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
    return a_scene(app, seeds, clock)


@pytest.fixture
def case(scene: Scene) -> CaseId:
    return a_case(scene)


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
