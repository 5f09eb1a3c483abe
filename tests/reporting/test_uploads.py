"""What arrives whole is kept, within limits that count each side alone; the rest leaves nothing."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from reporting import attachments, drafts, mailbox, uploads, withdrawal
from reporting.attachments import Owner
from reporting.errors import (
    AlreadySentError,
    CodeUnknownError,
    MailboxClosedError,
    ReportingError,
    TakenBackError,
    VisitGoneError,
)
from reporting.file_rows import FileRow
from reporting.ids import CaseId
from reporting.models import Case, Mail
from reporting.runtime import Runtime
from reporting.settings import FileLimits
from reporting.uploads import Desk, Refusal
from reporting.visit_keys import VisitKeys
from reporting.visits import OpenMailbox
from tests.builders_files import (
    PHOTO,
    THREE_PIECES,
    a_desk,
    a_draft,
    a_file,
    a_mailbox,
    content,
    files_of,
    leave,
    meanwhile,
    of_draft,
    pieces_of,
    rows,
    sent,
    some_bytes,
    take_in,
)
from tests.builders_mailbox import take_back
from tests.conftest import Clock

ROOMY = FileLimits(count=10, each_bytes=1000, together_bytes=1000)


@pytest.fixture
def keys(runtime: Runtime) -> VisitKeys:
    """The draft that files come into."""
    return a_draft(runtime)


@pytest.fixture
def desk(runtime: Runtime, keys: VisitKeys) -> Desk:
    """Where they are handed in."""
    return a_desk(runtime, keys)


def conversation(runtime: Runtime, opened: OpenMailbox) -> Owner:
    with runtime.read() as session:
        return mailbox.owner_of_files(session, opened, runtime.clock())


def sizes(runtime: Runtime, owner: Owner) -> list[int]:
    return sorted(file.facts.size_bytes for file in files_of(runtime, owner))


def test_every_file_of_a_form_is_kept_however_it_came(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    data = some_bytes(THREE_PIECES)
    trickled = [data[at : at + 70_001] for at in range(0, len(data), 70_001)]
    assert (
        take_in(desk, sent(data), sent(b"c"), sent(trickled), sent([b"", b"a", b"", b"b"])) == set()
    )
    found = {content(runtime, file) for file in files_of(runtime, of_draft(keys))}
    assert found == {data, b"c", b"ab"}
    assert rows(runtime) == (4, 8)


@pytest.mark.parametrize(
    ("limits", "coming", "outcome"),
    [
        (ROOMY, [1000], ([1000], set())),
        (ROOMY, [1001], ([], {Refusal.TOO_LARGE})),
        (ROOMY, [10, 1001, 20], ([10, 20], {Refusal.TOO_LARGE})),
        (replace(ROOMY, count=2), [1, 2, 3, 4], ([1, 2], {Refusal.FULL})),
        (ROOMY, [600, 600, 400], ([400, 600], {Refusal.FULL})),
        (ROOMY, [600, 401], ([600], {Refusal.FULL})),
        (ROOMY, [999, 1001, 2, 1], ([1, 999], {Refusal.TOO_LARGE, Refusal.FULL})),
        (replace(ROOMY, together_bytes=500), [501], ([], {Refusal.FULL})),
        (ROOMY, [0, 5, 0], ([5], {Refusal.EMPTY})),
        (ROOMY, [0, 1001, 5], ([5], {Refusal.EMPTY, Refusal.TOO_LARGE})),
        (ROOMY, [], ([], {Refusal.NOTHING})),
    ],
)
def test_what_is_too_large_or_too_much_is_left_out_and_the_rest_is_kept(
    runtime: Runtime,
    desk: Desk,
    limits: FileLimits,
    coming: list[int],
    outcome: tuple[list[int], set[Refusal]],
) -> None:
    kept, told = outcome
    files = [sent(some_bytes(size)) for size in coming]
    assert take_in(replace(desk, limits=limits), *files) == told
    assert sizes(runtime, of_draft(desk.visit)) == kept
    assert rows(runtime) == (len(kept), len(kept))


def test_a_file_larger_than_one_may_be_is_refused_before_it_is_here(
    runtime: Runtime, desk: Desk
) -> None:
    endless = iter(lambda: bytes(100_000), b"")
    limits = replace(ROOMY, each_bytes=10_000_000)
    assert take_in(replace(desk, limits=limits), sent(endless)) == {Refusal.TOO_LARGE}
    assert rows(runtime) == (0, 0)


def test_what_came_before_counts_and_what_was_removed_does_not(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    desk = replace(desk, limits=replace(ROOMY, count=1))
    first = a_file(runtime, keys)
    assert take_in(desk, sent()) == {Refusal.FULL}
    with runtime.begin() as session:
        attachments.remove(session, of_draft(keys), first.id)
    assert take_in(desk, sent()) == set()


def test_limits_are_those_of_one_draft_alone(runtime: Runtime, desk: Desk) -> None:
    desk = replace(desk, limits=replace(ROOMY, count=1))
    other = replace(desk, visit=a_draft(runtime))
    assert take_in(desk, sent()) == take_in(other, sent()) == set()


def test_of_two_windows_that_add_the_last_file_at_once_one_is_told(
    runtime: Runtime, keys: VisitKeys, desk: Desk
) -> None:
    desk = replace(desk, limits=replace(ROOMY, count=3))
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _window: take_in(desk, sent()), range(6)))
    assert sorted(told, key=len) == [frozenset()] * 3 + [{Refusal.FULL}] * 3
    assert len(files_of(runtime, of_draft(keys))) == 3
    assert rows(runtime) == (3, 3)


def test_no_file_is_taken_when_the_store_runs_low(runtime: Runtime, desk: Desk) -> None:
    full = replace(desk, has_room=lambda: False)
    assert take_in(full, sent(), sent()) == {Refusal.CLOSED}
    assert rows(runtime) == (0, 0)


def test_a_file_during_which_the_store_runs_low_is_left_out(runtime: Runtime, desk: Desk) -> None:
    answers = iter([True, True, False])
    filling = replace(desk, has_room=lambda: next(answers))
    assert take_in(filling, sent(b"small"), sent(some_bytes(9_000_000))) == {Refusal.CLOSED}
    assert sizes(runtime, of_draft(desk.visit)) == [5]
    assert rows(runtime) == (1, 1)


def test_only_the_sealed_facts_hold_the_hash_of_a_file_and_the_head_that_of_its_pieces(
    runtime: Runtime, keys: VisitKeys
) -> None:
    data = some_bytes(THREE_PIECES)
    file = a_file(runtime, keys, data)
    assert file.facts.sha256 == hashlib.sha256(data).hexdigest()
    with runtime.read() as session:
        box_sha256 = session.scalars(select(FileRow.box_sha256)).one()
    assert box_sha256 == hashlib.sha256(b"".join(pieces_of(runtime, file))).digest()
    assert box_sha256 != hashlib.sha256(data).digest()


def test_a_file_that_comes_first_begins_a_draft_for_a_day(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    with runtime.read() as session:
        visit = drafts.find(session, keys, clock.now)
    assert (visit.expires, dict(visit.fields)) == (clock.now + drafts.LIFE, {})


def test_a_draft_that_is_there_stays_as_it_is_when_files_come(
    runtime: Runtime, keys: VisitKeys, desk: Desk, clock: Clock
) -> None:
    with runtime.begin() as session:
        drafts.keep_page(session, keys, "q", {"story": ("typed",)}, clock.now)
        before = drafts.find(session, keys, clock.now)
    clock.advance(timedelta(hours=1))
    uploads.open_draft(desk)
    take_in(desk, sent())
    with runtime.read() as session:
        after = drafts.find(session, keys, clock.now)
    assert (after.fields, after.expires) == (before.fields, before.expires)


def test_no_draft_is_opened_for_files_once_it_is_a_report(
    runtime: Runtime, keys: VisitKeys, desk: Desk, clock: Clock
) -> None:
    with runtime.begin() as session:
        visit = drafts.find_for_change(session, keys, clock.now)
        drafts.save(session, keys, replace(visit, receipt="1" * 32))
    with pytest.raises(AlreadySentError):
        uploads.open_draft(desk)
    with pytest.raises(AlreadySentError):
        take_in(desk, sent())
    assert rows(runtime) == (0, 0)


def test_a_file_sent_to_the_mailbox_belongs_to_the_conversation_and_is_mail(
    runtime: Runtime,
) -> None:
    visit, opened = a_mailbox(runtime)
    to_office = mailbox.to_conversation(visit, opened)
    for data in (b"one", b"two"):
        assert not uploads.take_in(a_desk(runtime, visit), [sent(data)], to_office)
    found = files_of(runtime, conversation(runtime, opened))
    assert {content(runtime, file) for file in found} == {b"one", b"two"}
    assert files_of(runtime, of_draft(visit)) == ()
    with runtime.read() as session:
        assert session.scalar(select(func.count()).select_from(Mail)) == 1


@pytest.mark.parametrize("from_reporter", [True, False])
def test_what_one_side_sent_leaves_the_other_its_room(
    runtime: Runtime, from_reporter: bool
) -> None:
    visit, opened = a_mailbox(runtime)
    limits = FileLimits(count=2, each_bytes=100, together_bytes=150)
    mine = replace(a_desk(runtime, visit), limits=limits, from_reporter=from_reporter)
    theirs = replace(mine, from_reporter=not from_reporter)
    owner_of = mailbox.to_conversation(visit, opened)
    for size, told in ((100, set()), (51, {Refusal.FULL}), (50, set()), (1, {Refusal.FULL})):
        assert uploads.take_in(mine, [sent(some_bytes(size))], owner_of) == told
    assert uploads.take_in(theirs, [sent(some_bytes(100))], owner_of) == set()
    found = files_of(runtime, conversation(runtime, opened))
    assert sorted((file.facts.size_bytes, file.facts.from_reporter) for file in found) == sorted(
        [(100, from_reporter), (50, from_reporter), (100, not from_reporter)]
    )


def erase(runtime: Runtime) -> None:
    with runtime.begin() as session:
        withdrawal.erase(session, CaseId(session.scalars(select(Case.id)).one()), runtime.clock())


def close(runtime: Runtime, keys: VisitKeys, opened: OpenMailbox) -> None:
    """Let the time of a mailbox be over; its visit lives on."""
    with runtime.begin() as session:
        assert drafts.hold(session, keys, runtime.clock()).expires > opened.until


@pytest.mark.parametrize(
    "error", [VisitGoneError, MailboxClosedError, TakenBackError, CodeUnknownError]
)
def test_a_file_for_a_conversation_that_ends_meanwhile_is_refused_and_leaves_nothing(
    runtime: Runtime, clock: Clock, error: type[ReportingError]
) -> None:
    keys, opened = a_mailbox(runtime)
    close(runtime, keys, opened)
    ending = {
        VisitGoneError: lambda: leave(runtime, keys),
        MailboxClosedError: lambda: clock.advance(timedelta(hours=1)),
        TakenBackError: lambda: take_back(runtime, opened),
        CodeUnknownError: lambda: erase(runtime),
    }
    desk = a_desk(runtime, keys)
    coming = [sent(PHOTO), sent(meanwhile(ending[error]))]
    with pytest.raises(error):
        uploads.take_in(desk, coming, mailbox.to_conversation(keys, opened))
    # What arrived before is the report's, and goes only when all of it does.
    assert rows(runtime) == ((0, 0) if error is CodeUnknownError else (1, 1))


def test_a_file_whose_pieces_come_out_even_is_stored_to_its_last_byte(runtime: Runtime) -> None:
    keys = a_draft(runtime)
    data = some_bytes(3_900_000)
    file = a_file(runtime, keys, data)
    assert len(pieces_of(runtime, file)) == uploads.AT_ONCE
    assert content(runtime, file) == data
