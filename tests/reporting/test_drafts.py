"""What a browser is in the middle of belongs to its cookie, and ends when it should."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from crypto.envelope import Secret, make_key
from forms.report import STORY_CHARACTERS
from reporting import drafts
from reporting.clock import hour_after
from reporting.errors import AlreadySentError, BusyError, DraftFullError, VisitGoneError
from reporting.models import VisitRow
from reporting.runtime import Runtime
from reporting.visit_keys import MailboxKeys, VisitKeys, keys_from, mailbox_keys_from
from reporting.visits import OpenMailbox, Visit
from tests.conftest import Clock

pytestmark = pytest.mark.traced

PAGE = {"story": ("Somebody followed me.",), "kinds": ("threat", "surveil")}


@pytest.fixture
def keys() -> VisitKeys:
    return keys_from(make_key())


def keep(runtime: Runtime, keys: VisitKeys, page: str = "q") -> None:
    with runtime.begin() as session:
        drafts.keep_page(session, keys, page, PAGE, runtime.clock())


def find(runtime: Runtime, keys: VisitKeys) -> Visit:
    with runtime.read() as session:
        return drafts.find(session, keys, runtime.clock())


def test_what_was_typed_comes_back_to_its_own_cookie(runtime: Runtime, keys: VisitKeys) -> None:
    keep(runtime, keys)
    assert find(runtime, keys).fields == {"q": PAGE}


def test_another_cookie_finds_nothing(runtime: Runtime, keys: VisitKeys) -> None:
    keep(runtime, keys)
    with pytest.raises(VisitGoneError):
        find(runtime, keys_from(make_key()))


def test_the_row_name_alone_opens_nothing(runtime: Runtime, keys: VisitKeys) -> None:
    keep(runtime, keys)
    with pytest.raises(VisitGoneError):
        find(runtime, replace(keys, key=make_key()))


def test_a_later_save_of_a_page_wins_and_other_pages_stay(
    runtime: Runtime, keys: VisitKeys
) -> None:
    keep(runtime, keys, "q")
    keep(runtime, keys, "m")
    with runtime.begin() as session:
        drafts.keep_page(session, keys, "q", {"story": ("Shorter.",)}, runtime.clock())
    assert find(runtime, keys).fields == {"q": {"story": ("Shorter.",)}, "m": PAGE}


def test_a_tab_that_begins_while_another_is_not_done_goes_on_with_its_draft(
    runtime: Runtime, keys: VisitKeys
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with runtime.begin() as session:
            drafts.keep_page(session, keys, "q", PAGE, runtime.clock())
            other = pool.submit(keep, runtime, keys, "m")
            time.sleep(0.3)  # the other has found no row, or waits to look for it
        other.result()
    assert find(runtime, keys).fields.keys() == {"q", "m"}


def test_two_tabs_that_begin_at_once_share_one_draft(runtime: Runtime, keys: VisitKeys) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: keep(runtime, keys, f"p{number}"), range(8)))
    assert set(find(runtime, keys).fields) == {f"p{number}" for number in range(8)}


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


def test_a_draft_lives_for_a_day_and_then_is_gone(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    keep(runtime, keys)
    clock.advance(timedelta(hours=23, minutes=59))
    assert find(runtime, keys).fields
    clock.advance(timedelta(minutes=1))
    with pytest.raises(VisitGoneError):
        find(runtime, keys)


def test_what_is_typed_after_the_draft_expired_begins_a_new_one(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    keep(runtime, keys, "old")
    clock.advance(timedelta(hours=25))
    keep(runtime, keys, "new")
    assert set(find(runtime, keys).fields) == {"new"}


def test_the_sweep_deletes_what_expired_and_keeps_the_rest(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    keep(runtime, keys)
    clock.advance(timedelta(hours=20))
    young = keys_from(make_key())
    keep(runtime, young)
    clock.advance(timedelta(hours=6))
    with runtime.begin() as session:
        assert drafts.sweep(session, clock.now) == 1
        assert drafts.sweep(session, clock.now) == 0
        assert session.scalars(select(VisitRow.id)).all() == [young.row]


def test_an_erased_draft_is_gone_and_erasing_again_is_no_error(
    runtime: Runtime, keys: VisitKeys
) -> None:
    keep(runtime, keys)
    for _ in range(2):
        with runtime.begin() as session:
            drafts.erase(session, keys)
    with pytest.raises(VisitGoneError):
        find(runtime, keys)


def test_a_draft_put_back_from_an_older_copy_stays_closed(
    runtime: Runtime, keys: VisitKeys
) -> None:
    keep(runtime, keys, "first")
    with runtime.read() as session:
        old = session.scalars(select(VisitRow.content_sealed)).one()
    keep(runtime, keys, "second")
    with runtime.begin() as session:
        session.execute(update(VisitRow).values(content_sealed=old))
    with pytest.raises(VisitGoneError):
        find(runtime, keys)


def test_a_draft_that_grows_too_large_is_refused_and_the_saved_one_stays(
    runtime: Runtime, keys: VisitKeys
) -> None:
    keep(runtime, keys)
    with pytest.raises(DraftFullError), runtime.begin() as session:
        drafts.keep_page(
            session, keys, "big", {"story": ("x" * drafts.LIMIT_BYTES,)}, runtime.clock()
        )
    assert set(find(runtime, keys).fields) == {"q"}


def test_after_sending_a_draft_takes_no_more_pages(runtime: Runtime, keys: VisitKeys) -> None:
    keep(runtime, keys)
    with runtime.begin() as session:
        visit = drafts.find_for_change(session, keys, runtime.clock())
        drafts.save(session, keys, replace(visit, receipt="1" * 32))
    with pytest.raises(AlreadySentError):
        keep(runtime, keys)


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


def test_nothing_a_visit_holds_shows_in_its_repr() -> None:
    opened = OpenMailbox(b"lookup-of-a-case", Secret(b"k" * 32), Secret(b"s" * 32), Clock().now)
    visit = Visit(Clock().now, {"q": {"story": ("canary",)}}, "12345678" * 4, opened)
    keys = keys_from(Secret(b"t" * 32))
    shown = repr(visit) + repr(keys)
    assert not [word for word in ("canary", "1234", "lookup-of", keys.form_token) if word in shown]


def crowd(runtime: Runtime, now: datetime) -> None:
    """Make so many visits that a flood of more must not fill the disk."""
    ending = {"expires_hour": hour_after(now + drafts.LIFE), "rev": 0, "content_sealed": b""}
    rows = [{"id": number.to_bytes(16, "big"), **ending} for number in range(drafts.CROWD)]
    with runtime.begin() as session:
        session.execute(insert(VisitRow), rows)


def test_in_a_crowd_nobody_is_turned_away_and_a_new_visit_ends_sooner(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    keep(runtime, keys)
    crowd(runtime, clock.now)
    newcomer = keys_from(make_key())
    keep(runtime, newcomer)
    assert find(runtime, newcomer).expires == clock.now + drafts.CROWDED_LIFE
    assert find(runtime, keys).expires == clock.now + drafts.LIFE
    clock.advance(drafts.CROWDED_LIFE)
    with pytest.raises(VisitGoneError):
        find(runtime, newcomer)


def test_in_a_crowd_no_visit_grows_beyond_a_whole_short_report_in_any_script(
    runtime: Runtime, keys: VisitKeys, clock: Clock
) -> None:
    large = {"story": ("x" * drafts.CROWDED_BYTES,)}
    keep(runtime, keys)
    crowd(runtime, clock.now)
    with pytest.raises(DraftFullError), runtime.begin() as session:
        drafts.keep_page(session, keys, "q", large, clock.now)
    longest = {"story": ("\N{LINEAR B SYLLABLE B008 A}" * STORY_CHARACTERS,)}
    with runtime.begin() as session:
        drafts.keep_page(session, keys, "q", longest, clock.now)
    assert find(runtime, keys).fields["q"] == longest


def test_what_is_left_of_a_visit_stays_and_a_visit_without_anything_left_goes(
    runtime: Runtime, keys: VisitKeys
) -> None:
    keep(runtime, keys)
    with runtime.begin() as session:
        visit = drafts.find_for_change(session, keys, runtime.clock())
        assert drafts.keep_rest(session, keys, replace(visit, receipt="1" * 32, fields={}))
    assert find(runtime, keys).receipt == "1" * 32
    with runtime.begin() as session:
        visit = drafts.find_for_change(session, keys, runtime.clock())
        assert not drafts.keep_rest(session, keys, replace(visit, receipt="", fields={"q": {}}))
    with pytest.raises(VisitGoneError):
        find(runtime, keys)


def test_who_erases_a_visit_does_not_wait_for_somebody_who_is_reading(
    runtime: Runtime, keys: VisitKeys
) -> None:
    keep(runtime, keys)
    with runtime.read() as reading:
        reading.scalars(select(VisitRow.id)).all()
        began = time.monotonic()
        for _ in range(2):
            with runtime.begin() as session:
                drafts.erase(session, keys)
        assert time.monotonic() - began < 1
