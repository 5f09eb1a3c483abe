"""Whatever stops the server, an acknowledged report is whole and nothing is half there."""

import os
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from reporting import drafts, intake, mailbox
from reporting.case_rows import HeaderRow
from reporting.database import Database, connect
from reporting.intake import SealedReport
from reporting.models import Case, CasePart, CaseWrap, ConsentRow, Mailbox
from reporting.runtime import Runtime
from reporting.settings import Settings
from reporting.visit_keys import VisitKeys
from tests.builders import Seeds, a_report, an_office
from tests.builders_files import a_draft, a_file, files_of, of_draft, rows
from tests.forking import in_another_process
from tests.served import Served, Visitor, begun, reported, served

VISITORS = 4
# With the commit; that a unit of work begins is told to no one who counts, and changes nothing.
STATEMENTS_OF_A_SUBMISSION = 11


def whole(database: Database) -> int:
    """Return how many reports there are, having checked that every one has all it needs."""
    with database.read() as session:
        cases = set(session.scalars(select(Case.id)))
        assert set(session.scalars(select(Mailbox.case_id))) == cases
        for model, times in ((CaseWrap, 2), (CasePart, 3), (HeaderRow, 1), (ConsentRow, 1)):
            assert Counter(session.scalars(select(model.case_id))) == dict.fromkeys(cases, times)
    return len(cases)


def send_until_it_stops(running: Served, acknowledged: list[str]) -> None:
    try:
        while True:
            acknowledged.append(reported(Visitor(running.port), "a report under load"))
    except (OSError, HTTPException):
        return  # the server is dead; what was being sent was never acknowledged


def opens(runtime: Runtime, code: str) -> bool:
    with runtime.read() as session:
        until = runtime.clock() + timedelta(hours=1)
        opened = mailbox.enter(session, code, runtime.desk.pepper, until)
        return mailbox.read_thread(session, opened, runtime.clock()).messages == ()


def test_every_acknowledged_report_survives_kill_9_under_load(
    settings: Settings, runtime: Runtime, tmp_path: Path
) -> None:
    acknowledged: list[str] = []
    for more in (3, 8, 15):
        enough = len(acknowledged) + more
        with served(settings, "--site", "public", "--workers", "2", folder=tmp_path) as running:
            threads = [
                threading.Thread(target=send_until_it_stops, args=(running, acknowledged))
                for _ in range(VISITORS)
            ]
            for thread in threads:
                thread.start()
            while len(acknowledged) < enough:
                time.sleep(0.001)
            running.kill()
            for thread in threads:
                thread.join()
    assert acknowledged
    assert all(opens(runtime, code) for code in acknowledged)
    assert whole(runtime.database) >= len(acknowledged)


@pytest.mark.parametrize("statement", range(STATEMENTS_OF_A_SUBMISSION + 1))
def test_a_process_killed_before_any_statement_leaves_the_report_whole_or_the_draft_intact(
    runtime: Runtime, statement: int
) -> None:
    keys, sealed = a_draft_with_a_file(runtime)

    def submit() -> None:  # pragma: no cover - in the child
        runtime.database.forget_connections()
        kill_before(runtime.database, statement)
        with runtime.database.begin_bare() as connection:
            intake.submit(connection, keys, sealed, runtime.clock())

    status = in_another_process(submit)
    was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert was_killed is (statement < STATEMENTS_OF_A_SUBMISSION)
    runtime.database.engine.dispose()
    stored = whole(runtime.database)
    with runtime.read() as session:
        visit = drafts.find(session, keys, runtime.clock())
    # Only who was not stopped before the commit has sent it.
    assert bool(stored) is bool(visit.receipt) is not was_killed
    assert bool(visit.fields) is not bool(visit.receipt)
    # Its file is still the draft's, or the report's, and whole.
    assert len(files_of(runtime, of_draft(keys))) == was_killed
    assert rows(runtime) == (1, 1)


def a_draft_with_a_file(runtime: Runtime) -> tuple[VisitKeys, SealedReport]:
    """Type a report, add a file and seal both; nothing is sent yet."""
    keys = a_draft(runtime)
    file = a_file(runtime, keys)
    with runtime.begin() as session:
        drafts.keep_answers(session, keys, {"story": ("typed",)}, runtime.clock())
    with runtime.read() as session:
        rev = drafts.find(session, keys, runtime.clock()).rev
    return keys, intake.prepare(a_report(), runtime.desk, runtime.clock(), rev, (file,))


def kill_before(database: Database, statement: int) -> None:  # pragma: no cover - in the child
    """Kill this process before the statement of that number; the commit counts as one too."""
    left = [statement]

    def count(*_arguments: object) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)


def test_a_submission_takes_as_many_statements_as_were_killed_in_turn(runtime: Runtime) -> None:
    keys, sealed = a_draft_with_a_file(runtime)
    seen: list[object] = []
    event.listen(runtime.database.engine, "before_cursor_execute", lambda *_: seen.append(1))
    event.listen(runtime.database.engine, "commit", lambda *_: seen.append(1))
    with runtime.begin() as session:
        intake.submit(session, keys, sealed, runtime.clock())
    assert len(seen) == STATEMENTS_OF_A_SUBMISSION
    with runtime.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_the_same_draft_sent_three_times_at_once_gives_one_report_and_one_code(
    settings: Settings, seeds: Seeds, tmp_path: Path
) -> None:
    an_office(settings, seeds)
    with served(settings, "--site", "public", "--workers", "2", folder=tmp_path) as running:
        visitor = Visitor(running.port)
        from_form = begun(visitor, "sent three times")
        with ThreadPoolExecutor(3) as pool:
            sending = [pool.submit(visitor.post, "/s/10", from_form, do="send") for _ in range(3)]
        answers = {(future.result().status, future.result().location) for future in sending}
        assert answers == {(303, "/s/code")}
        codes = {visitor.get("/s/code").code for _ in range(3)}
        again = visitor.post("/s/10", from_form, do="send")
    assert len(codes) == 1
    assert (again.status, again.location) == (303, "/s/code")
    database = connect(settings.database)
    assert whole(database) == 1
    database.engine.dispose()
