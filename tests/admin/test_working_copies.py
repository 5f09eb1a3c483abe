"""Whatever is done with a report, its originals stay as they came, and copies go where it goes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from admin import case_words, cases, custody, evidence, files, rekeying, working_copies
from admin.cleaning import parent
from admin.cleaning.frames import Made
from admin.custody import Deed
from admin.errors import AlarmError, HiddenError
from admin.permissions import Action
from crypto.envelope import Label, OpenError, expand
from crypto.roles import Group
from crypto.stream import unlock
from reporting import attachments, places, withdrawal
from reporting.attachments import File
from reporting.case_rows import CustodyRow
from reporting.file_rows import FileRow, OpenedBy, Piece
from reporting.ids import CaseId, FileId
from reporting.models import State
from reporting.runtime import Runtime
from tests import hidden_words
from tests.admin.test_joins import join
from tests.admin.test_moves_casework import by_code
from tests.builders import Seeds
from tests.builders_cases import Office
from tests.builders_files import a_draft, a_file, move, pieces_of
from tests.builders_staff import flipped, the_staff
from tests.conftest import Clock
from tests.hidden_words import Canaries
from tests.leavers_keys import a_case, a_scene

PHOTO = hidden_words.a_jpeg(Canaries())
FEW = settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Told:
    """A report with a photo in an office, and what its original hashed to when it came."""

    office: Office
    case: CaseId
    code: str
    file: FileId = field(init=False)
    before: str = field(init=False)

    def __post_init__(self) -> None:
        draft = a_draft(self.service)
        sent = a_file(self.service, draft, PHOTO)
        there = self.office.look("both", self.case)
        move(self.service, draft, attachments.of_case(self.case, there.key))
        self.file, self.before = sent.id, hashed(self.service, sent)

    @property
    def service(self) -> Runtime:
        return the_staff(self.office.app).service

    @property
    def original(self) -> File:
        there = self.office.look("both", self.case)
        with self.service.read() as session:
            return attachments.find(session, attachments.of_case(self.case, there.key), self.file)

    @property
    def made(self) -> dict[Made, File]:
        there = self.office.look("both", self.case)
        with self.service.read() as session:
            found = case_words.made_of(session, self.case, there.key)
        return dict(working_copies.of(found, self.file))

    @property
    def state(self) -> State:
        return self.office.look("both", self.case).work.state

    def clean(self) -> None:
        working_copies.make(self.service, self.office.rings["both"], self.case, self.file)

    def show(self) -> None:
        self._if_made(lambda desk: evidence.show(desk, self.case, self.file, in_colour=True))

    def take_copy(self) -> None:
        self._if_made(lambda desk: evidence.take_copy(desk, self.case, self.file))

    def take(self) -> None:
        with self.office.desk("both") as desk:
            found = files.take_out(desk, self.case, self.file)
        assert b"".join(attachments.source(self.service.database, found)) == PHOTO

    def check(self) -> None:
        with self.office.desk("both") as desk:
            found = evidence.begin_check(desk, self.case, self.file)
        assert evidence.is_unchanged(self.service.database, found)
        with self.office.desk("both") as desk:
            evidence.end_check(desk, self.case, self.file, is_same=True)

    @property
    def is_new(self) -> bool:
        """Whether nobody has decided about it yet: whoever did has no fresh eyes any more."""
        work = self.office.look("both", self.case).work
        return work.state is State.RECEIVED and not work.deeds

    def accept(self) -> None:
        if self.is_new:
            self.office.triage("both", self.case)
            self.office.make("both", self.case, "accept")

    def merge(self) -> None:
        if self.is_new:
            join(self.office, "both", self.case, self.office.accepted())

    def new_key(self) -> None:
        with self.office.desk("both") as desk:
            there = cases.opened(desk.session, desk.ring, self.case, Action.OPEN_CASE)
            group = Group.INTAKE if there.work.state is State.RECEIVED else Group.CASEWORK
            epoch = desk.verified.epoch(group)
            rekeying.hand_over(desk.session, desk.ring, self.case, epoch)

    def withdraw(self) -> None:
        by_code(self.office, self.code, withdrawal.take_back)
        by_code(self.office, self.code, withdrawal.undo)

    def _if_made(self, act: Callable[..., object]) -> None:
        if self.made:
            with self.office.desk("both") as desk:
                act(desk)


def told(office: Office) -> Told:
    case, code = office.filed()
    return Told(office, case, code)


def hashed(service: Runtime, file: File) -> str:
    """Return what an original hashes to as it lies in the database."""
    digest = hashlib.sha256()
    for piece in pieces_of(service, file):
        digest.update(piece)
    return digest.hexdigest()


ACTS = ("clean", "show", "take_copy", "take", "check", "accept", "merge", "new_key", "withdraw")


@FEW
@given(order=st.permutations(ACTS), more=st.lists(st.sampled_from(ACTS), max_size=3))
def test_nothing_ever_writes_to_an_original_and_its_copy_follows_it(
    office: Office, order: list[str], more: list[str]
) -> None:
    one, copied = told(office), ""
    for act in (*order, *more):
        getattr(one, act)()
        assert hashed(one.service, one.original) == one.before, act
        found = attachments.digests(one.service.database, one.original)
        assert found.sha256 == hashlib.sha256(PHOTO).hexdigest(), act
        assert found.box_sha256.hex() == one.before, act
        if one.made:
            digests = attachments.digests(one.service.database, one.made[Made.COPY])
            assert digests.sha256 == one.made[Made.COPY].facts.sha256
            assert copied in {"", digests.sha256}, act
            copied = digests.sha256
    assert copied


def test_a_new_epoch_after_somebody_left_takes_copies_and_steps_along(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    scene = a_scene(app, seeds, clock)
    case = a_case(scene)
    draft = a_draft(scene.service)
    photo = a_file(scene.service, draft, PHOTO)
    old = scene.copied(case)
    move(scene.service, draft, attachments.of_case(case, old.case))
    before = hashed(scene.service, photo)
    working_copies.make(scene.service, scene.arrive(), case, photo.id)
    scene.leave()
    ring = scene.arrive()
    with scene.service.begin() as session:
        there = cases.opened(session, ring, case, Action.OPEN_CASE)
        steps = custody.read(session, there)
        made = working_copies.of(case_words.made_of(session, case, there.key), photo.id)
    assert [step.deed for step in steps] == [Deed.DOWNLOADED, Deed.CLEANING, Deed.CLEANED]
    assert set(made) == set(Made)
    assert hashed(scene.service, photo) == before
    assert scene.opened_with(case, old.case) == []


def test_only_the_key_of_the_report_opens_a_copy_and_the_reporters_never_does(
    office: Office,
) -> None:
    one = told(office)
    one.clean()
    there = office.look("both", one.case)
    with one.service.read() as session:
        heads = session.scalars(select(FileRow).where(FileRow.case_id == one.case)).all()
        of_thread = attachments.read(session, attachments.of_thread(one.case, there.thread))
    assert {head.opened_by for head in heads} == {OpenedBy.CASE}
    assert len(heads) == 1 + len(Made)
    assert of_thread == ()
    for head in heads:
        place = places.file_key(head.id, OpenedBy.CASE, head.rev)
        unlock(expand(there.key, Label.FILES), head.key_sealed, place)
        with pytest.raises(OpenError):
            unlock(expand(there.thread, Label.FILES), head.key_sealed, place)
    keys = {one.original.key.reveal(), *(file.key.reveal() for file in one.made.values())}
    assert len(keys) == 1 + len(Made)


def test_with_the_report_its_copies_and_steps_are_erased(office: Office) -> None:
    one = told(office)
    one.clean()
    with office.desk("both") as desk:
        withdrawal.erase(desk.session, one.case, desk.now)
    with one.service.read() as session:
        for model in (FileRow, Piece, CustodyRow):
            assert session.scalars(select(func.count()).select_from(model)).one() == 0


def test_two_who_clean_at_once_make_one_copy(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, clean = told(office), parent.clean

    def meanwhile(pieces: object) -> object:
        monkeypatch.setattr(parent, "clean", clean)
        monkeypatch.setattr("os.cpu_count", lambda: 2)
        one.clean()
        return clean(pieces)  # type: ignore[arg-type]

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(parent, "clean", meanwhile)
    one.clean()
    assert set(one.made) == set(Made)
    with office.desk("both") as desk:
        there = cases.opened(desk.session, desk.ring, one.case, Action.OPEN_CASE)
        deeds = [step.deed for step in custody.read(desk.session, there)]
        assert deeds == [Deed.CLEANING, Deed.CLEANING, Deed.CLEANED]
        assert len(case_words.made_of(desk.session, one.case, there.key)) == len(Made)


def test_a_copy_that_was_half_kept_is_none_and_is_made_whole_the_next_time(
    office: Office,
) -> None:
    one = told(office)
    one.clean()
    copy = one.made[Made.COPY]
    with office.desk("both") as desk:
        desk.session.delete(desk.session.get_one(FileRow, copy.id))
    assert one.made == {}
    one.clean()
    assert set(one.made) == set(Made)


def test_of_an_altered_original_no_copy_is_made(office: Office) -> None:
    one = told(office)
    with office.desk("both") as desk:
        piece = desk.session.scalars(select(Piece)).one()
        piece.slice_sealed = flipped(piece.slice_sealed)
    with pytest.raises(AlarmError):
        one.clean()
    assert one.made == {}
    with pytest.raises(AlarmError):
        evidence.require_unchanged(
            is_same=evidence.is_unchanged(one.service.database, one.original)
        )


def test_what_the_team_made_is_cleaned_no_further(office: Office) -> None:
    one = told(office)
    one.clean()
    one.file = one.made[Made.COPY].id
    with pytest.raises(HiddenError):
        one.clean()


def test_a_step_that_was_taken_away_or_put_in_does_not_open(office: Office) -> None:
    one = told(office)
    one.check()
    one.take()
    there = office.look("both", one.case)
    with office.desk("both") as desk:
        row = desk.session.get_one(CustodyRow, one.case)
        row.rev -= 1
    with office.desk("both") as desk, pytest.raises(OpenError):
        custody.read(desk.session, there)
    with pytest.raises(AlarmError):
        one.take()
