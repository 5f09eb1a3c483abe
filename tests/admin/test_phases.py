"""Phase and waiting follow from what is there, for every work there could be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given

from admin.phases import Phase, WaitingOn, phase_of, waiting_on
from admin.planned import Ended, Task
from admin.work import DUTY_DESK, Asked, Work, of_facets
from reporting.models import State
from tests.admin.test_work import works

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ME, YOU = b"m" * 16, b"y" * 16
DAY = date(2026, 11, 30)


def at_work(**more: object) -> Work:
    work = of_facets({"kinds": ("threat",)}, NOW).owned_by(ME)
    return replace(work, state=State.ACTIVE, **more)  # type: ignore[arg-type]


def task(kind: str = "call_back", who: bytes = ME, ended: Ended | None = None) -> Task:
    return Task(kind, who, DAY, ME, NOW, ended=ended)


def done(*, is_done: bool = True) -> Ended:
    return Ended(ME, NOW, is_done)


def test_the_phases_of_a_report_that_somebody_works_on() -> None:
    assert phase_of(at_work()) is Phase.PLAN
    assert phase_of(at_work(questions=(Asked(ME, NOW),))) is Phase.ASSESS
    assert phase_of(at_work(tasks=(task("check_source"),))) is Phase.ASSESS
    assert phase_of(at_work(tasks=(task("check_source"), task()))) is Phase.ACT
    assert phase_of(at_work(tasks=(task(ended=done()),))) is Phase.FOLLOW_UP
    assert phase_of(at_work(tasks=(task(ended=done(is_done=False)),))) is Phase.PLAN


def test_the_phases_before_and_after() -> None:
    found = {state: phase_of(replace(at_work(), state=state)) for state in State}
    assert found[State.RECEIVED] is found[State.QUARANTINED] is Phase.ASSESS
    assert found[State.TRIAGED] is Phase.PLAN
    assert found[State.MONITORING] is found[State.REVIEW] is Phase.FOLLOW_UP


def test_for_whom_it_waits() -> None:
    assert waiting_on(at_work(tasks=(task(),))) is WaitingOn.NOBODY
    assert waiting_on(at_work(tasks=(task(who=YOU),))) is WaitingOn.COLLEAGUE
    assert waiting_on(at_work(tasks=(task(who=YOU, ended=done()),))) is WaitingOn.NOBODY
    assert waiting_on(at_work(items=("countersign_due",))) is WaitingOn.COLLEAGUE
    assert waiting_on(at_work(owner=DUTY_DESK)) is WaitingOn.COLLEAGUE
    assert waiting_on(replace(at_work(), state=State.REVIEW)) is WaitingOn.COLLEAGUE
    asked = at_work(questions=(Asked(ME, NOW),), tasks=(task(who=YOU),))
    assert waiting_on(asked) is WaitingOn.REPORTER
    answered = Asked(ME, NOW, answered=NOW + timedelta(hours=1))
    assert waiting_on(at_work(questions=(answered,))) is WaitingOn.NOBODY


@given(works)
def test_whatever_is_ended_and_answered_makes_nobody_wait(work: Work) -> None:
    settled = replace(
        work,
        state=State.ACTIVE,
        owner=ME,
        items=(),
        tasks=tuple(replace(one, ended=done()) for one in work.tasks),
        questions=tuple(replace(one, answered=NOW) for one in work.questions),
    )
    assert waiting_on(settled) is WaitingOn.NOBODY
    assert phase_of(settled) is (Phase.FOLLOW_UP if work.tasks else Phase.PLAN)


@given(works)
def test_one_more_thing_to_do_is_always_seen(work: Work) -> None:
    active = replace(work, state=State.ACTIVE)
    assert phase_of(replace(active, tasks=(*work.tasks, task()))) is Phase.ACT
    asked = replace(active, questions=(*work.questions, Asked(ME, NOW)))
    assert waiting_on(asked) is WaitingOn.REPORTER


@given(works)
def test_neither_looks_at_who_is_meant_by_name_flag_or_words(work: Work) -> None:
    other = replace(work, flags=frozenset(), reason="x", deeds=(), skips=(), kept=None)
    assert (phase_of(other), waiting_on(other)) == (phase_of(work), waiting_on(work))
