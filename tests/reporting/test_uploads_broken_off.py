"""Whatever ends an upload halfway, nothing of the file is left and nobody is shown it before."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reporting import attachments, drafts, intake, uploads
from reporting.attachments import Owner
from reporting.errors import (
    AlreadySentError,
    BusyError,
    DraftChangedError,
    FileGoneError,
    ReportingError,
    VisitGoneError,
)
from reporting.file_rows import FileRow
from reporting.ids import FileId
from reporting.models import Case
from reporting.runtime import Runtime
from reporting.uploads import Desk
from reporting.visit_keys import VisitKeys
from tests.builders import a_report
from tests.builders_files import (
    MEBIBYTE,
    a_desk,
    a_draft,
    content,
    files_of,
    find,
    leave,
    meanwhile,
    of_draft,
    rows,
    sent,
    some_bytes,
    take_in,
)
from tests.conftest import Clock

SEVERAL_STORES = 9 * MEBIBYTE


class LineBrokeError(Exception):
    """What the line of a sender raises when it breaks."""


@pytest.fixture
def keys(runtime: Runtime) -> VisitKeys:
    """The draft that files come into."""
    return a_draft(runtime)


@pytest.fixture
def desk(runtime: Runtime, keys: VisitKeys) -> Desk:
    """Where they are handed in."""
    return a_desk(runtime, keys)


def breaking(data: bytes) -> Iterator[bytes]:
    yield data
    raise LineBrokeError


def send(runtime: Runtime, keys: VisitKeys) -> None:
    """Send the report of a draft with all the files that are there now."""
    with runtime.read() as session:
        rev = drafts.find(session, keys, runtime.clock()).rev
    files = files_of(runtime, of_draft(keys))
    sealed = intake.prepare(a_report(), runtime.desk, runtime.clock(), rev, files)
    with runtime.begin() as session:
        intake.submit(session, keys, sealed, runtime.clock())


@pytest.mark.parametrize("size", [0, 100, SEVERAL_STORES])
def test_a_file_whose_sender_breaks_off_leaves_nothing_and_those_before_it_stay(
    runtime: Runtime, keys: VisitKeys, desk: Desk, size: int
) -> None:
    with pytest.raises(LineBrokeError):
        take_in(desk, sent(b"whole"), sent(breaking(some_bytes(size))), sent(b"never read"))
    (stays,) = files_of(runtime, of_draft(keys))
    assert content(runtime, stays) == b"whole"
    assert rows(runtime) == (1, 1)


def test_a_file_is_shown_to_nobody_until_it_is_whole(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    seen = []

    def look() -> None:
        seen.append(rows(runtime))
        assert files_of(runtime, of_draft(keys)) == ()
        with runtime.read() as session:
            number = session.scalars(select(FileRow.id)).one()
        with pytest.raises(FileGoneError):
            find(runtime, of_draft(keys), FileId(number))

    take_in(desk, sent(meanwhile(look, some_bytes(SEVERAL_STORES))))
    assert seen == [(1, 8)]
    assert len(files_of(runtime, of_draft(keys))) == 1


@pytest.mark.parametrize("size", [100, SEVERAL_STORES])
def test_leaving_in_another_window_ends_the_upload_and_nothing_of_it_is_left(
    runtime: Runtime, keys: VisitKeys, desk: Desk, size: int
) -> None:
    going = meanwhile(lambda: leave(runtime, keys), some_bytes(size), some_bytes(size))
    with pytest.raises(VisitGoneError):
        take_in(desk, sent(going))
    assert rows(runtime) == (0, 0)


def test_after_somebody_left_no_more_of_a_long_file_is_read_than_is_in_hand(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    taken = []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(1)
            yield bytes(MEBIBYTE)
            leave(runtime, keys)

    with pytest.raises(VisitGoneError):
        take_in(desk, sent(endless()))
    assert len(taken) <= uploads.AT_ONCE + 1


def test_leaving_between_two_files_ends_the_upload_too(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    def files() -> Iterator[uploads.Incoming]:
        yield sent()
        leave(runtime, keys)
        yield sent()

    with pytest.raises(VisitGoneError):
        uploads.take_in(desk, files(), uploads.to_draft(desk))
    assert rows(runtime)[0] == 0


def give_up(runtime: Runtime, keys: VisitKeys) -> None:
    """Erase a draft whose visit lives on."""
    with runtime.begin() as session:
        visit = drafts.find_for_change(session, keys, runtime.clock())
        rest = replace(visit, fields={"write": {"text": ("half a",)}})
        assert drafts.keep_rest(session, keys, rest)


def test_giving_the_draft_up_ends_the_upload_though_the_visit_lives_on(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    with pytest.raises(VisitGoneError):
        take_in(desk, sent(meanwhile(lambda: give_up(runtime, keys))))
    assert rows(runtime) == (0, 0)


def test_giving_the_draft_up_in_the_last_moment_ends_the_upload_too(
    runtime: Runtime, desk: Desk
) -> None:
    def owner(session: Session, now: datetime) -> Owner:
        session.execute(delete(FileRow))
        return uploads.to_draft(desk)(session, now)

    with pytest.raises(VisitGoneError):
        uploads.take_in(desk, [sent()], owner)
    assert rows(runtime) == (0, 0)


def test_a_draft_whose_day_is_over_takes_no_file_any_more(
    runtime: Runtime, desk: Desk, clock: Clock
) -> None:
    over = meanwhile(lambda: clock.advance(timedelta(hours=24)))
    with pytest.raises(VisitGoneError):
        take_in(desk, sent(over))
    assert rows(runtime) == (0, 0)


def test_what_an_upload_had_to_leave_behind_goes_with_its_visit(
    runtime: Runtime, keys: VisitKeys, desk: Desk, clock: Clock
) -> None:
    is_busy = False

    def begin() -> AbstractContextManager[Session]:
        if is_busy:
            raise BusyError
        return runtime.begin()

    def break_off() -> Iterator[bytes]:
        nonlocal is_busy
        yield some_bytes(SEVERAL_STORES)
        is_busy = True
        raise LineBrokeError

    # That cleaning up was not possible either is not what the sender has to know.
    with pytest.raises(LineBrokeError):
        take_in(replace(desk, begin=begin), sent(break_off()))
    assert rows(runtime) == (1, 8)
    assert files_of(runtime, of_draft(keys)) == ()
    clock.advance(timedelta(hours=26))
    with runtime.begin() as session:
        assert [sweep(session, clock.now) for sweep in runtime.sweeps] == [1, 8]
    assert rows(runtime) == (0, 0)


def test_a_store_that_stays_busy_refuses_a_file_and_keeps_nothing_of_it(
    runtime: Runtime, desk: Desk
) -> None:
    calls = []

    def begin() -> AbstractContextManager[Session]:
        calls.append(1)
        if len(calls) == 2:
            raise BusyError
        return runtime.begin()

    with pytest.raises(BusyError):
        take_in(replace(desk, begin=begin), sent())
    assert rows(runtime) == (0, 0)


def test_a_file_that_is_still_coming_when_its_report_is_sent_stays_behind(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    with pytest.raises(AlreadySentError):
        take_in(desk, sent(b"in time"), sent(meanwhile(lambda: send(runtime, keys))))
    assert rows(runtime) == (1, 1)


def test_a_report_is_not_sent_without_a_file_that_came_while_it_was_sealed(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    with runtime.read() as session:
        rev = drafts.find(session, keys, runtime.clock()).rev
    sealed = intake.prepare(a_report(), runtime.desk, runtime.clock(), rev)
    take_in(desk, sent())
    with pytest.raises(DraftChangedError), runtime.begin() as session:
        intake.submit(session, keys, sealed, runtime.clock())
    assert len(files_of(runtime, of_draft(keys))) == 1
    send(runtime, keys)
    assert files_of(runtime, of_draft(keys)) == ()
    assert rows(runtime) == (1, 1)


def test_a_file_and_the_report_that_meet_are_never_both_lost(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    both_ready = Barrier(2)
    told: list[type[ReportingError]] = []

    def add() -> None:
        try:
            take_in(desk, sent(meanwhile(both_ready.wait)))
        except AlreadySentError:
            told.append(AlreadySentError)

    def go() -> None:
        both_ready.wait()
        try:
            send(runtime, keys)
        except DraftChangedError:
            told.append(DraftChangedError)

    threads = [Thread(target=add), Thread(target=go)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with runtime.read() as session:
        cases = session.scalars(select(Case.id)).all()
        of_cases = [first for case in cases for first in attachments.firsts_of_case(session, case)]
        of_visit = attachments.firsts_of_visit(session, keys.row)
    # Either the report took the file along, or it stayed in the draft, or its sender was told.
    outcome = (len(cases), len(of_cases), len(of_visit), told)
    assert outcome in [
        (1, 1, 0, []),
        (1, 0, 0, [AlreadySentError]),
        (0, 0, 1, [DraftChangedError]),
    ]
