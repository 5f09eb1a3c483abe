"""What the team knows of its work on a report comes back from its record as it went in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import work_records
from admin.deadlines import due
from admin.facts import (
    Answer,
    Closing,
    Countersign,
    Danger,
    Deed,
    Handover,
    Look,
    Proposal,
    Term,
    Triage,
)
from admin.hold_asks import HoldAsked
from admin.planned import Ended, Kept, Task
from admin.skips import Skip, SkipReason
from admin.work import DUTY_DESK, Asked, Last, Prepared, Work, brought_back, heard, of_facets
from admin.work_codes import FLAGS, TASKS
from crypto.envelope import OpenError, make_key
from reporting import records
from reporting.case_rows import WorkRow
from reporting.models import State
from reporting.threads import Message
from reporting.triage import Level

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ME, YOU = b"m" * 16, b"y" * 16

words = st.text(max_size=12)
members = st.binary(min_size=16, max_size=16)
moments = st.integers(0, 1 << 34).map(lambda n: datetime.fromtimestamp(n, UTC))
deeds = st.builds(Deed, words, members, moments)
triages = st.builds(
    Triage,
    proposed=st.sampled_from(Level),
    level=st.none() | st.sampled_from(Level),
    level_reason=words,
    may_be_state=st.booleans(),
    reaches_abroad=st.booleans(),
    dangers=st.dictionaries(st.sampled_from(Danger), st.sampled_from(Answer)),
    foreseen=st.frozensets(st.sampled_from(Danger)),
    states=st.frozensets(words),
    organisations=st.frozensets(words),
)
ends = st.builds(Ended, members, moments, st.booleans())
tasks = st.builds(
    Task,
    st.sampled_from(sorted(TASKS)),
    members,
    st.dates(),
    members,
    moments,
    words,
    st.none() | ends,
)
prepared = st.builds(Prepared, words, words, words, members, members)
works = st.builds(
    Work,
    state=st.sampled_from(State),
    since=moments,
    received=moments,
    triage=triages,
    deeds=st.lists(deeds, max_size=3).map(tuple),
    owner=members | st.just(b""),
    earlier_owners=st.frozensets(members),
    countersigns=st.lists(
        st.builds(Countersign, words, members, members, st.booleans()), max_size=2
    ).map(tuple),
    second_look=st.none() | st.builds(Look, members, moments, st.booleans()),
    escalated_at=st.none() | moments,
    questions=st.lists(st.builds(Asked, members, moments, st.none() | moments), max_size=2).map(
        tuple
    ),
    proposal=st.none() | st.builds(Proposal, members, members),
    closing=st.builds(Closing, words, words, words, words),
    prepared=st.none() | prepared,
    reason=words,
    handover=st.builds(Handover, words, words, words),
    next_check=st.none() | st.dates(),
    term=st.none()
    | st.builds(
        Term,
        st.dates(),
        st.none() | st.dates(),
        st.none() | st.dates(),
        st.none() | st.integers(1, 10),
        st.integers(0, 99),
    ),
    skips=st.lists(st.builds(Skip, members, st.sampled_from(SkipReason)), max_size=2).map(tuple),
    items=st.lists(words, max_size=3).map(tuple),
    contact_shredded=st.booleans(),
    hold_asked=st.none() | st.builds(HoldAsked, members, words, st.dates(), st.booleans()),
    touched=st.none() | deeds,
    tasks=st.lists(tasks, max_size=3).map(tuple),
    flags=st.frozensets(st.sampled_from(sorted(FLAGS))),
    kept=st.none() | st.builds(Kept, members, moments, words),
)


@given(works, works)
def test_what_was_written_is_read_back(work: Work, before: Work) -> None:
    written = work_records.written(before)
    last = Last("accept", "reviewer", State.TRIAGED, ME, NOW, 3, written, YOU)
    for one in (work, replace(work, last=last)):
        record = records.decode(records.encode(work_records.written(one)))
        assert work_records.read(record) == one


@given(works)
def test_a_field_too_many_is_refused(work: Work) -> None:
    with pytest.raises(OpenError):
        work_records.read({**work_records.written(work), "more": ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "gone"),
        ("since", -1),
        ("since", 1 << 60),
        ("escalated_at", 3),
        ("escalated_at", [1, 2]),
        ("earlier_owners", ["zz"]),
        ("flags", ["friend of mine"]),
        ("tasks", [{"kind": "dance"}]),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, value: records.Json) -> None:
    work = of_facets({"kinds": ("threat",)}, NOW)
    with pytest.raises(OpenError):
        work_records.read({**work_records.written(work), name: value})


def test_a_box_opens_at_its_place_only() -> None:
    work, key = of_facets({"kinds": ("threat",)}, NOW), make_key()
    box = work_records.close(ME, 4, key, work)
    assert work_records.reopen(WorkRow(case_id=ME, rev=4, content_sealed=box), key) == work
    for row in (
        WorkRow(case_id=YOU, rev=4, content_sealed=box),
        WorkRow(case_id=ME, rev=3, content_sealed=box),
    ):
        with pytest.raises(OpenError):
            work_records.reopen(row, key)


def test_nobody_touched_it_and_the_form_foresees_dangers() -> None:
    work = of_facets({"kinds": ("threat",), "danger": ("now",), "danger_event": ("child",)}, NOW)
    assert (work.state, work.since, work.owner) == (State.RECEIVED, NOW, b"")
    assert work.triage.proposed is Level.URGENT
    assert work.triage.foreseen == {Danger.HARM_SOON, Danger.CHILD}
    assert work.triage.level is None


def test_owners_before_stay_known_but_not_the_duty_desk() -> None:
    work = of_facets({"kinds": ("threat",)}, NOW).owned_by(DUTY_DESK).owned_by(ME).without_owner()
    assert (work.owner, work.earlier_owners) == (b"", frozenset({ME}))
    again = work.owned_by(ME)
    assert (again.owner, again.earlier_owners) == (ME, frozenset())


def test_items_are_left_once_and_taken_away() -> None:
    work = of_facets({"kinds": ("threat",)}, NOW).with_item("one").with_item("two").with_item("one")
    assert work.items == ("one", "two")
    assert work.without_item("one").items == ("two",)


def say(minutes: int, *, reporter: bool, asks: bool = False) -> Message:
    return Message(reporter, "words", NOW + timedelta(minutes=minutes), "en", asks)


def test_a_question_is_answered_by_what_the_reporter_writes_after_it() -> None:
    work = of_facets({"kinds": ("threat",)}, NOW)
    asked = replace(work, questions=(Asked(ME, NOW + timedelta(seconds=30)),))
    before = [say(-5, reporter=True), say(0, reporter=False, asks=True)]
    assert heard(asked, before).open_questions
    (at_once,) = heard(asked, [*before, say(0, reporter=True)]).questions
    assert at_once.answered == NOW + timedelta(seconds=30)
    answered = heard(asked, [*before, say(3, reporter=True)])
    assert not answered.open_questions
    assert answered.questions[0].question.answered == NOW + timedelta(minutes=3)
    assert heard(answered, [*before, say(9, reporter=True)]) == answered


def test_what_comes_back_to_the_beginning_has_no_owner_and_no_term() -> None:
    work = replace(
        of_facets({"kinds": ("threat",)}, NOW).owned_by(ME),
        state=State.CLOSED,
        term=Term(NOW.date()),
        next_check=NOW.date(),
    )
    back = brought_back(work)
    assert (back.state, back.owner, back.earlier_owners) == (State.RECEIVED, b"", frozenset({ME}))
    assert (back.term, back.next_check) == (None, None)


def test_due_times_follow_the_state() -> None:
    work = of_facets({"kinds": ("threat",), "danger": ("now",)}, NOW)
    assert due(work) == NOW + timedelta(hours=2)
    assert due(replace(work, state=State.TRIAGED)) == NOW + timedelta(hours=4)
    taken = replace(work, state=State.ACTIVE)
    assert due(taken) == NOW + timedelta(hours=4), "to be taken on answers nobody"
    assert due(replace(taken, answered=NOW)) == NOW + timedelta(days=1)
    assert due(replace(taken, wants_answer=False)) == NOW + timedelta(days=1)
    waiting = replace(work, state=State.TRIAGED, answered=NOW)
    assert due(waiting) == NOW + timedelta(days=1), "what was answered is no longer late for it"
    watched = replace(work, state=State.MONITORING, next_check=NOW.date())
    assert due(watched) == datetime(2026, 11, 24, tzinfo=UTC)


def test_a_conflict_is_only_that_of_whoever_said_so() -> None:
    work = replace(
        of_facets({"kinds": ("threat",)}, NOW),
        skips=(Skip(ME, SkipReason.CONFLICT), Skip(YOU, SkipReason.UNSURE)),
    )
    assert (work.is_conflict_of(ME), work.is_conflict_of(YOU)) == (True, False)
    assert work.skipped_by == {ME, YOU}
