"""What somebody opened today tells them alone when to rest."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from admin import letters, openings
from admin.letters import Kind
from admin.models import LetterRow
from admin.openings import A_REST, MOST_CASES, MOST_FILES, Openings
from reporting import records
from reporting.ids import CaseId, FileId
from tests.builders_cases import Office

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EMPTY = Openings(NOW.date(), NOW, NOW)


def numbered(n: int) -> bytes:
    return n.to_bytes(2, "big") * 8


def after(minutes: list[int], *, is_heavy: bool = False) -> tuple[Openings, datetime]:
    """Open a report each time so many minutes have gone by."""
    opened, now = EMPTY, NOW
    for n, minute in enumerate(minutes):
        now += timedelta(minutes=minute)
        opened = opened.with_case(CaseId(numbered(n)), now, is_heavy=is_heavy)
    return opened, now


def test_twelve_heavy_reports_are_enough_for_a_while() -> None:
    eleven, now = after([0] * 11, is_heavy=True)
    assert not eleven.wants_rest(now)
    twelve, now = after([0] * 12, is_heavy=True)
    assert twelve.wants_rest(now)
    assert not twelve.wants_rest(now + A_REST)
    rested = twelve.with_case(CaseId(numbered(99)), now + A_REST, is_heavy=True)
    assert (rested.heavy, rested.lately_heavy) == (13, 1)
    assert not rested.wants_rest(now + A_REST)


def test_ninety_minutes_without_a_rest_are_enough_for_a_while() -> None:
    short, now = after([10] * 9)
    assert not short.wants_rest(now)
    long, now = after([10] * 10)
    assert (long.wants_rest(now), long.minutes) == (True, 90)
    broken, now = after([10] * 5 + [20] + [10] * 5)
    assert not broken.wants_rest(now)


def test_what_is_not_remembered_of_a_long_day_is_what_came_first() -> None:
    opened = EMPTY
    for n in range(MOST_CASES + 1):
        opened = opened.with_case(CaseId(numbered(n)), NOW, is_heavy=False)
    assert numbered(0) not in opened
    assert numbered(MOST_CASES) in opened
    assert opened.with_file(FileId(numbered(999)), NOW).is_empty is False


def test_what_was_given_is_known_until_it_is_passed_on_or_forgotten() -> None:
    first, second = CaseId(numbered(0)), CaseId(numbered(1))
    opened = EMPTY.with_case(first, NOW, is_heavy=False).with_given(first)
    opened = opened.with_case(second, NOW, is_heavy=False).with_given(second)
    assert opened.was_given(first)
    assert not opened.with_passed_on(first).was_given(first)
    for n in range(2, MOST_CASES + 1):
        opened = opened.with_case(CaseId(numbered(n)), NOW, is_heavy=False)
    assert (opened.was_given(first), opened.was_given(second)) == (False, True)


@pytest.mark.parametrize(("cases", "files"), [(0, 1), (3, 0), (MOST_CASES, MOST_FILES)])
def test_however_much_it_is_the_same_bytes_are_kept(office: Office, cases: int, files: int) -> None:
    opened, now = EMPTY, office.clock()
    for n in range(cases):
        opened = opened.with_case(CaseId(numbered(n)), now, is_heavy=True)
        if n % 3:
            opened = opened.with_given(CaseId(numbered(n)))
    for n in range(files):
        opened = opened.with_file(FileId(numbered(n)), now)
    with office.desk("rei") as desk:
        openings.keep(desk.session, desk.ring, opened)
    with office.desk("rei") as desk:
        assert openings.of(desk.session, desk.ring, now) == opened
        box = desk.session.scalars(select(LetterRow).where(LetterRow.kind == "opened")).one()
    assert 8192 < len(box.content_sealed) < 8192 + 128


def test_of_yesterday_nothing_is_known_nor_of_what_was_written_otherwise(office: Office) -> None:
    opened = EMPTY.with_case(CaseId(numbered(1)), office.clock(), is_heavy=False)
    with office.desk("rei") as desk:
        openings.keep(desk.session, desk.ring, opened)
        assert openings.has_opened(desk.session, desk.ring, [numbered(1)], desk.now)
        tomorrow = desk.now + timedelta(days=1)
        assert openings.of(desk.session, desk.ring, tomorrow).is_empty
        before: records.Record = {"day": desk.now.date().isoformat(), "cases": []}
        letters.keep_own(desk.session, desk.ring, Kind.OPENED, before)
        assert openings.of(desk.session, desk.ring, desk.now).is_empty
