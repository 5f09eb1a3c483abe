import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from admin import files, sessions
from admin.desk import Desk
from admin.errors import HiddenError
from admin.keyring import Ring
from crypto.envelope import Secret
from reporting import drafts, retention
from reporting.attachments import source
from reporting.file_rows import FileRow, Piece
from reporting.ids import CaseId, FileId
from reporting.models import VisitRow
from reporting.uploads import Incoming
from tests.builders import Seeds
from tests.builders_staff import a_reviewer, a_stored_report, noted, sign_in, the_staff
from tests.conftest import Clock

WORDS = b"canary of a letter"
OF_A_FILE = re.compile("FROM file")


class StoppedError(Exception):
    """The process ends here."""


@pytest.fixture
def ring(app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock) -> Ring:
    """The keys of somebody who has just signed in."""
    sign_in(client, a_reviewer(app, seeds), clock)
    cookie = client.get_cookie("__Host-s")
    assert cookie
    return sessions.present(the_staff(app), Secret(bytes.fromhex(cookie.value)), clock())


@pytest.fixture
def case(app: Flask, clock: Clock) -> CaseId:
    number, _code = a_stored_report(app, clock)
    return CaseId(bytes.fromhex(number))


def a_letter() -> Incoming:
    return Incoming("letter.txt", "text/plain", iter([WORDS]))


def sent(app: Flask) -> list[FileId]:
    """Return the files that a reporter could find."""
    with the_staff(app).service.read() as session:
        found = select(FileRow.id).where(FileRow.case_id.is_not(None))
        return [FileId(file) for file in session.scalars(found)]


def on_the_way(app: Flask) -> list[int]:
    """Return how many visits there are, and files and pieces that belong to no report."""
    with the_staff(app).service.read() as session:
        visits = session.scalars(select(func.count()).select_from(VisitRow)).one()
        lost = select(func.count()).select_from(FileRow).where(FileRow.case_id.is_(None))
        pieces = session.scalars(select(func.count()).select_from(Piece)).one()
        return [visits, session.scalars(lost).one(), pieces - len(sent(app))]


@contextmanager
def watched(app: Flask, stop_before: int = -1) -> Iterator[list[str]]:
    """Write down each statement and commit, and stop before one of them; all after it go on."""
    engine = the_staff(app).service.database.engine
    done: list[str] = []

    def note(what: str) -> None:
        done.append(what)
        if len(done) == stop_before + 1:
            raise StoppedError

    def statement(*told: object) -> None:
        note(str(told[2]))

    def commit(_connection: object) -> None:
        note("COMMIT")

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield done
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def test_that_a_file_is_taken_out_is_written_before_the_key_of_any_file_is_opened(
    app: Flask, ring: Ring, case: CaseId, clock: Clock
) -> None:
    service = the_staff(app).service
    files.send(service, ring, case, [a_letter()])
    (file,) = sent(app)
    with watched(app) as done, service.begin() as session:
        verified = service.office.follow(session)
        desk = Desk(session, ring, verified, service.journal, clock())
        found = files.take_out(desk, case, file)
    assert b"".join(source(service.database, found)) == WORDS
    written = [place for place, what in enumerate(done) if "INSERT INTO audit_event" in what]
    opened = [place for place, what in enumerate(done) if OF_A_FILE.search(what)]
    assert len(written) == 1
    assert opened
    assert written[0] < min(opened)
    assert [place for place, what in enumerate(done) if what == "COMMIT"] == [len(done) - 1]


def test_whatever_stops_a_sending_the_log_knows_of_a_file_exactly_when_it_can_be_found(
    app: Flask, ring: Ring, case: CaseId, seeds: Seeds, clock: Clock
) -> None:
    service = the_staff(app).service
    with watched(app) as done:
        files.send(service, ring, case, [a_letter()])
    assert on_the_way(app) == [0, 0, 0]
    for statement in range(len(done)):
        with watched(app, stop_before=statement), suppress(StoppedError):
            files.send(service, ring, case, [a_letter()])
        assert noted(app, seeds, case.hex()) == ["file.sent"] * len(sent(app)), statement
    # Only who was stopped when nothing but sweeping up was left to do has sent it.
    assert 1 < len(sent(app)) < len(done) / 2
    a_day_later = clock() + drafts.LIFE + timedelta(hours=1)
    retention.sweep(service.database, service.sweeps, a_day_later)
    assert on_the_way(app) == [0, 0, 0]


def test_who_stops_in_the_middle_of_a_file_leaves_nothing_of_it(
    app: Flask, ring: Ring, case: CaseId, seeds: Seeds
) -> None:
    def breaking_off() -> Iterator[bytes]:
        yield bytes(6 << 20)
        raise StoppedError

    coming = [a_letter(), Incoming("film.mp4", "video/mp4", breaking_off()), a_letter()]
    with pytest.raises(StoppedError):
        files.send(the_staff(app).service, ring, case, coming)
    assert noted(app, seeds, case.hex()) == ["file.sent"] * len(sent(app)) == ["file.sent"]
    assert on_the_way(app) == [0, 0, 0]


def test_files_for_a_report_that_is_not_there_are_kept_nowhere(app: Flask, ring: Ring) -> None:
    service, nobody = the_staff(app).service, CaseId(bytes(16))
    with pytest.raises(HiddenError):
        files.send(service, ring, nobody, [a_letter()])
    assert sent(app) == []
    assert on_the_way(app) == [0, 0, 0]
