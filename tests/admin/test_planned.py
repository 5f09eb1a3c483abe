"""Tasks keep their numbers, end once, and what is planned too late or for nothing falls away."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from admin.planned import (
    KEPT_FOR,
    Ended,
    Kept,
    Task,
    all_ended,
    ended,
    moved_check,
    soonest,
    woken,
)
from admin.work import of_facets
from admin.work_codes import FLAGS, TASKS, Tone, in_order
from tests.admin.test_work import tasks

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
ME, YOU = b"m" * 16, b"y" * 16
END = Ended(ME, NOW, is_done=True)

many = st.lists(tasks, max_size=6).map(tuple)


def task(due: date, who: bytes = ME, kind: str = "call_back") -> Task:
    return Task(kind, who, due, ME, NOW)


@given(many, st.integers(0, 8))
def test_ending_one_ends_that_one_and_once(planned: tuple[Task, ...], number: int) -> None:
    after = ended(planned, number, END)
    assert len(after) == len(planned)
    for n, (before, now) in enumerate(zip(planned, after, strict=True), 1):
        assert now.is_open is (before.is_open and n != number)
        assert now == before or (n == number and now.ended == END)
    assert ended(after, number, Ended(YOU, NOW, is_done=False)) == after


@given(many)
def test_the_soonest_is_open_and_nothing_open_is_sooner(planned: tuple[Task, ...]) -> None:
    first = soonest(planned)
    still_open = [one for one in planned if one.is_open]
    assert (first is None) is not bool(still_open)
    if first is not None:
        assert first in still_open
        assert first.due == min(one.due for one in still_open)


@given(many, st.dates())
def test_waking_ends_only_looks_that_are_planned_for_later(
    planned: tuple[Task, ...], today: date
) -> None:
    for before, now in zip(planned, woken(planned, today, END), strict=True):
        is_later = before.is_open and before.kind == "next_check" and before.due > today
        assert (now != before) is is_later


@given(many)
def test_where_nobody_works_nothing_is_open(planned: tuple[Task, ...]) -> None:
    assert not any(one.is_open for one in all_ended(planned, END))


def test_of_several_people_each_has_their_own_soonest() -> None:
    mine, theirs = task(TODAY + timedelta(days=2)), task(TODAY, YOU)
    assert soonest((mine, theirs)) == theirs
    assert soonest((mine, theirs), ME) == mine
    assert soonest((), ME) is None


def test_a_task_is_overdue_on_the_day_after_its_day() -> None:
    one = task(TODAY)
    assert not one.is_overdue(TODAY)
    assert one.is_overdue(TODAY + timedelta(days=1))
    (over,) = ended((one,), 1, END)
    assert not over.is_overdue(TODAY + timedelta(days=9))


def test_the_next_look_moves_and_other_tasks_stay() -> None:
    look, other = task(TODAY, kind="next_check"), task(TODAY)
    day = TODAY + timedelta(days=5)
    assert [one.due for one in moved_check((look, other), day)] == [day, TODAY]


def test_keeping_a_report_ends_by_itself() -> None:
    kept = Kept(ME, NOW + KEPT_FOR, "waiting for a call")
    assert kept.is_living(NOW)
    assert not kept.is_living(NOW + KEPT_FOR)
    assert "call" not in repr(kept)
    work = of_facets({"kinds": ("threat",)}, NOW)
    assert work.keeper(NOW) == b""


def test_flags_stand_in_their_order_the_loudest_first() -> None:
    assert in_order(frozenset({"lawyer", "child"})) == (FLAGS["child"], FLAGS["lawyer"])
    tones = [flag.tone for flag in FLAGS.values()]
    assert tones == sorted(tones, key=list(Tone).index)
    assert "next_check" in TASKS
