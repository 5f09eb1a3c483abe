"""Due times are those that a slow onlooker counts who watches every hour go by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from admin.case_table import SYSTEM
from admin.clocks import (
    LONGEST_PAUSE,
    RHYTHMS,
    Due,
    Pause,
    Question,
    Span,
    Step,
    Timing,
    Unit,
    due_of,
    review_due,
    step,
)
from admin.facts import NOBODY, Facts, Triage
from admin.transitions import TABLE, NotAllowedError, NotNowError, decide
from forms.codebook import load
from reporting.triage import Level
from tests.calendar_by_hand import HOUR, MOMENTS, works

FORTNIGHT = 14 * 24
A_SUNDAY = datetime(2026, 1, 17, 16, tzinfo=UTC)  # one in the morning in Tokyo
PAUSING = {Level.HIGH, Level.MEDIUM, Level.LOW}
WORKING = {Level.MEDIUM, Level.LOW}
# By hand, from the table of the design: hours, and whether they are hours of working days.
LOOK = {
    Level.URGENT: (2, False),
    Level.HIGH: (24, False),
    Level.MEDIUM: (3 * 24, True),
    Level.LOW: (10 * 24, True),
}
REPLY = {Level.URGENT: 4, Level.HIGH: 48, Level.MEDIUM: 7 * 24, Level.LOW: 14 * 24}
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
LEVELS = st.sampled_from(Level)
HOURS = st.integers(0, 40 * 24)


@st.composite
def questions(draw: st.DrawFn, received: datetime) -> Question:
    """A question: asked at some time, perhaps once more, perhaps answered."""
    asked = received + HOUR * draw(HOURS)
    again = asked + HOUR * (FORTNIGHT + draw(st.integers(0, 100)))
    answered = asked + HOUR * draw(HOURS)
    return Question(
        asked,
        again if draw(st.booleans()) else None,
        answered if draw(st.booleans()) else None,
    )


@st.composite
def timings(draw: st.DrawFn) -> Timing:
    """A case with up to three questions."""
    received = draw(MOMENTS)
    asked = tuple(draw(st.lists(questions(received), max_size=3)))
    return Timing(draw(LEVELS), received, asked, draw(st.booleans()))


def is_paused(moment: datetime, asked: Sequence[Question]) -> bool:
    """Say whether an hour that begins now is one in which a question is open."""
    for question in asked:
        for began in (question.asked, question.again):
            if began is None or not began <= moment < began + HOUR * FORTNIGHT:
                continue
            if question.answered is None or moment < question.answered:
                return True
    return False


def watched(timing: Timing, start: datetime, hours: int, *, only_working: bool) -> datetime:
    """Watch every hour go by until enough of them have run."""
    moment = start
    while hours:
        runs = works(moment) or not only_working
        if timing.level in PAUSING:
            runs = runs and not is_paused(moment, timing.questions)
        hours -= runs
        moment += HOUR
    return moment


def at_work(timing: Timing, moment: datetime) -> datetime:
    """Wait day by day for a working day, where the level keeps the working calendar."""
    while timing.level in WORKING and not works(moment):
        moment += 24 * HOUR
    return moment


def ends(timing: Timing, start: datetime, hours: int) -> datetime:
    """Watch every hour go by, then wait for a working day; no question makes that come sooner."""
    both = (timing, replace(timing, questions=()))
    return max(at_work(one, watched(one, start, hours, only_working=False)) for one in both)


@settings(max_examples=200)
@given(timings())
def test_due_times_are_what_an_onlooker_counts(timing: Timing) -> None:
    hours, only_working = LOOK[timing.level]
    start = timing.received_at
    reply = ends(timing, start, REPLY[timing.level])

    assert due_of(timing) == Due(
        look=watched(timing, start, hours, only_working=only_working),
        reply=reply if timing.wants_answer else None,
    )


@settings(max_examples=100)
@given(timings(), st.integers(0, 200))
def test_the_next_look_is_counted_from_the_last_one(timing: Timing, later: int) -> None:
    last = timing.received_at + later * HOUR
    last = last.replace(day=min(last.day, 28))  # a day that every month has
    days = {Level.URGENT: 1, Level.HIGH: 7}.get(timing.level)
    if days is None:
        month = last.month - 1 + (1 if timing.level is Level.MEDIUM else 3)
        days = (date(last.year + month // 12, month % 12 + 1, last.day) - last.date()).days

    assert review_due(timing, last) == ends(timing, last, days * 24)


def test_a_new_level_counts_from_the_day_it_came_in() -> None:
    low = Timing(Level.LOW, MONDAY)
    due = due_of(replace(low, level=Level.URGENT))

    # Found to be urgent on the Friday after, it has been overdue since Monday.
    assert due == Due(MONDAY + 2 * HOUR, MONDAY + 4 * HOUR)
    assert due_of(replace(low, level=Level.MEDIUM)).look == MONDAY + timedelta(days=3)


@given(timings())
def test_urgent_work_never_waits(timing: Timing) -> None:
    urgent = replace(timing, level=Level.URGENT, wants_answer=True)

    assert due_of(urgent) == Due(timing.received_at + 2 * HOUR, timing.received_at + 4 * HOUR)
    assert review_due(urgent, timing.received_at) == timing.received_at + 24 * HOUR


@given(timings())
@example(Timing(Level.LOW, A_SUNDAY, (Question(A_SUNDAY, answered=A_SUNDAY + 23 * HOUR),)))
def test_a_question_never_makes_anything_due_sooner(timing: Timing) -> None:
    unasked = replace(timing, questions=())

    assert due_of(timing).look >= due_of(unasked).look
    assert review_due(timing, timing.received_at) >= review_due(unasked, timing.received_at)


@given(MOMENTS, st.none() | MOMENTS)
def test_no_pause_is_longer_than_two_weeks(began: datetime, ended: datetime | None) -> None:
    pause = Pause(began, ended)

    assert pause.until <= began + timedelta(days=14)
    assert ended is None or pause.until <= ended


@given(MOMENTS.flatmap(questions))
def test_one_question_stops_the_clocks_for_four_weeks_at_most(question: Question) -> None:
    timing = Timing(Level.HIGH, question.asked, (question,))

    assert due_of(timing).look - question.asked <= timedelta(days=28) + timedelta(hours=24) + (
        100 * HOUR
    )
    assert len(question.pauses) <= 2


def test_three_working_days_and_a_week_for_a_report_of_monday() -> None:
    assert due_of(Timing(Level.MEDIUM, MONDAY)) == Due(
        look=MONDAY + timedelta(days=3), reply=MONDAY + timedelta(days=7)
    )


def test_an_answer_that_would_be_due_on_a_sunday_is_due_on_the_monday_after() -> None:
    sunday = MONDAY - timedelta(days=1)

    assert due_of(Timing(Level.LOW, sunday)).reply == MONDAY + timedelta(days=14)


def test_for_a_question_of_two_days_a_high_report_is_due_two_days_later() -> None:
    asked = Question(MONDAY + HOUR, answered=MONDAY + 49 * HOUR)

    assert due_of(Timing(Level.HIGH, MONDAY, (asked,))).look == MONDAY + timedelta(days=3)


def test_whoever_wants_no_answer_waits_for_none() -> None:
    assert due_of(Timing(Level.HIGH, MONDAY, wants_answer=False)).reply is None


def test_silence_is_asked_once_more_and_then_work_goes_on() -> None:
    question = Question(MONDAY)
    again = replace(question, again=MONDAY + timedelta(days=15))
    last = timedelta(seconds=1)

    assert step(question, MONDAY) is Step.WAIT
    assert step(question, MONDAY + LONGEST_PAUSE - last) is Step.WAIT
    assert step(question, MONDAY + LONGEST_PAUSE) is Step.ASK_AGAIN
    assert step(again, MONDAY + timedelta(days=29) - last) is Step.WAIT
    assert step(again, MONDAY + timedelta(days=29)) is Step.GO_ON
    assert step(again, MONDAY + timedelta(days=4000)) is Step.GO_ON
    assert step(replace(again, answered=MONDAY), MONDAY) is Step.NOTHING


LIVE = sorted(code for code, state in TABLE.states.items() if state.is_live)


@given(st.sampled_from(LIVE), st.lists(st.integers(1, 2_000), max_size=20), st.booleans())
def test_no_silence_however_long_closes_a_case(
    state: str, waits: list[int], owner_left: bool
) -> None:
    now = since = MONDAY
    for days in waits:
        now += timedelta(days=days)
        silence = Facts(
            case=b"case",
            actor=NOBODY,
            now=now,
            since=since,
            triage=Triage(Level.LOW),
            on_probation=False,
            has_unread_mail=False,
            is_on_hold=False,
            owner_has_left=owner_left,
            next_check=MONDAY.date(),
        )
        moved = _by_itself(state, silence)
        if moved != state:
            state, since = moved, now

        assert TABLE.states[state].is_live


def _by_itself(state: str, silence: Facts) -> str:
    """Let due work make the first move that it can."""
    for name in TABLE.transitions:
        try:
            return decide(TABLE, state, name, {SYSTEM}, silence).to
        except (NotAllowedError, NotNowError):
            continue
    return state


def test_the_rhythms_are_those_of_the_file_and_nothing_in_it_is_read_past() -> None:
    for name, entry in load("triage.toml")["levels"].items():
        rhythm = RHYTHMS[Level(entry["rank"])]
        assert Level[name.upper()] is Level(entry["rank"])
        assert entry["first_human_look"].startswith(f"{rhythm.look.count} {rhythm.look.unit}")
        assert entry["first_safe_reply"] == f"{rhythm.reply.count} {rhythm.reply.unit}"
    assert {level: rhythm.review for level, rhythm in RHYTHMS.items()} == {
        Level.URGENT: Span(1, Unit.DAYS),
        Level.HIGH: Span(7, Unit.DAYS),
        Level.MEDIUM: Span(1, Unit.MONTHS),
        Level.LOW: Span(3, Unit.MONTHS),
    }


@pytest.mark.parametrize("level", [Level.LOW, Level.MEDIUM, Level.HIGH])
def test_the_more_urgent_a_level_the_sooner_everything_is_due(level: Level) -> None:
    slower, sooner = due_of(Timing(level, MONDAY)), due_of(Timing(Level(level + 1), MONDAY))

    assert sooner.look < slower.look
    assert sooner.reply is not None
    assert slower.reply is not None
    assert sooner.reply < slower.reply
