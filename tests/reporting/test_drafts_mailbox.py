"""A draft and a mailbox open in one browser: each has its own row, and ends at its own time."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from crypto.envelope import Secret, make_key
from reporting import drafts
from reporting.errors import BusyError, VisitGoneError
from reporting.models import VisitRow
from reporting.runtime import Runtime
from reporting.visit_keys import MailboxKeys, VisitKeys, keys_from, mailbox_keys_from
from reporting.visits import OpenMailbox
from tests.builders_drafts import PAGE, crowd, find, keep
from tests.conftest import Clock

pytestmark = pytest.mark.traced


@pytest.fixture
def keys() -> VisitKeys:
    return keys_from(make_key())


def opened_mailbox(
    runtime: Runtime, keys: VisitKeys, hours: int = 1
) -> tuple[VisitKeys, OpenMailbox]:
    """Open a mailbox beside a draft; return what the browser has now, and the mailbox."""
    until = runtime.clock() + timedelta(hours=hours)
    opened = OpenMailbox(bytes(16), Secret(bytes(32)), Secret(b"s" * 32), until)
    mailbox = mailbox_keys_from(make_key())
    with runtime.begin() as session:
        drafts.keep_mailbox(session, mailbox, opened, runtime.clock())
    return replace(keys, mailbox=mailbox), opened


def rows(runtime: Runtime) -> set[bytes]:
    """Return the rows that are left after a sweep."""
    with runtime.begin() as session:
        drafts.sweep(session, runtime.clock())
        return set(session.scalars(select(VisitRow.id)).all())


def test_two_tabs_beside_an_open_mailbox_share_one_draft(runtime: Runtime, keys: VisitKeys) -> None:
    beside, _opened = opened_mailbox(runtime, keys)

    def keep_beside(page: str, seconds: float) -> None:
        with runtime.begin() as session:
            visit = drafts.find_for_change(session, beside, runtime.clock())
            time.sleep(seconds)
            drafts.save(session, beside, replace(visit, fields={**visit.fields, page: PAGE}))

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keep_beside, "write", 0.6)
        time.sleep(0.2)
        keep_beside("appeal", 0)
        first.result()
    assert find(runtime, beside).fields.keys() == {"write", "appeal"}


def test_a_draft_made_meanwhile_without_the_mailbox_takes_no_words_silently(
    runtime: Runtime, keys: VisitKeys
) -> None:
    beside, _opened = opened_mailbox(runtime, keys)
    with runtime.begin() as session:
        visit = drafts.find_for_change(session, beside, runtime.clock())
        drafts.keep_page(session, keys, "q", PAGE, runtime.clock())
        with pytest.raises(BusyError):
            drafts.save(session, beside, replace(visit, fields={"write": PAGE}))
    assert find(runtime, beside).fields == {"q": PAGE}


def test_a_draft_and_a_mailbox_beside_it_end_each_at_its_own_time(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    keep(runtime, keys)
    clock.advance(timedelta(hours=23))
    both, opened = opened_mailbox(runtime, keys, hours=24)
    assert find(runtime, both).fields
    assert find(runtime, both).open_mailbox == opened
    clock.advance(timedelta(hours=1))
    assert (find(runtime, both).fields, find(runtime, both).open_mailbox) == ({}, opened)
    clock.advance(timedelta(hours=1))
    assert both.mailbox is not None
    assert rows(runtime) == {both.mailbox.row}


def test_a_mailbox_does_not_live_as_long_as_the_draft_beside_it(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    keep(runtime, keys)
    both, _opened = opened_mailbox(runtime, keys)
    clock.advance(timedelta(hours=1))
    assert find(runtime, both).open_mailbox is None
    clock.advance(timedelta(hours=1))
    assert rows(runtime) == {keys.row}


def test_a_visit_that_only_opened_a_mailbox_ends_with_it(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    both, _opened = opened_mailbox(runtime, keys)
    clock.advance(timedelta(hours=1))
    with pytest.raises(VisitGoneError):
        find(runtime, both)


def test_beside_a_mailbox_a_draft_that_is_over_begins_anew(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    keep(runtime, keys, "old")
    clock.advance(timedelta(hours=23))
    both, opened = opened_mailbox(runtime, keys, hours=24)
    clock.advance(timedelta(hours=1))
    keep(runtime, both, "new")
    visit = find(runtime, both)
    assert (set(visit.fields), visit.open_mailbox) == ({"new"}, opened)
    assert visit.expires == clock.now + drafts.LIFE


def test_beside_a_mailbox_a_draft_is_made_when_it_is_needed(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    both, opened = opened_mailbox(runtime, keys)
    with runtime.begin() as session:
        visit = drafts.find_for_change(session, both, clock.now)
        drafts.save(session, both, replace(visit, fields={"write": PAGE}))
    assert find(runtime, both).fields == {"write": PAGE}
    assert find(runtime, both).open_mailbox == opened
    with runtime.begin() as session:
        assert drafts.hold(session, both, clock.now).fields == {"write": PAGE}


def test_files_find_a_row_beside_a_mailbox_that_has_no_draft(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    both, _opened = opened_mailbox(runtime, keys)
    with runtime.begin() as session:
        drafts.hold(session, both, clock.now)
    assert both.row in rows(runtime)


def test_the_row_of_a_mailbox_is_no_draft_and_that_of_a_draft_no_mailbox(
    runtime: Runtime, keys: VisitKeys
) -> None:
    keep(runtime, keys)
    both, _opened = opened_mailbox(runtime, keys)
    assert both.mailbox is not None
    with pytest.raises(VisitGoneError):
        find(runtime, VisitKeys(both.mailbox.row, both.mailbox.key, ""))
    swapped = replace(keys, mailbox=MailboxKeys(keys.row, keys.key))
    assert find(runtime, swapped).open_mailbox is None


def test_in_a_crowd_a_mailbox_closes_sooner(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    crowd(runtime, clock.now)
    both, _opened = opened_mailbox(runtime, keys, hours=24)
    clock.advance(drafts.CROWDED_LIFE)
    with pytest.raises(VisitGoneError):
        find(runtime, both)
