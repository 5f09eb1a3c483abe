"""A grade is kept for ever, and corroborated never holds by one person's word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import grades, header_records, headers, waits, work_records
from admin.authority import Person
from admin.grades import CORROBORATED, NO_GRADES, Answer, Grade, Grades, Version
from admin.headers import Source
from admin.visibility import Matter
from admin.work import Work, of_facets
from crypto.envelope import OpenError
from crypto.roles import Role
from forms.grading import SCALE, STATE_LINKS, VERIFICATIONS
from reporting import records
from reporting.models import State

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
PEOPLE = [bytes([n]) * 16 for n in range(1, 4)]
scale = st.sampled_from([int(code) for code in SCALE])
given_grades = st.builds(
    Grade,
    st.sampled_from(VERIFICATIONS),
    st.sampled_from(STATE_LINKS),
    scale,
    scale,
    st.integers(0, 4),
    st.text(max_size=20),
    st.text(max_size=20),
)
people = st.sampled_from(PEOPLE)
# Somebody grades, or somebody answers what waits, be it their own.
steps = st.lists(
    st.tuples(people, given_grades | st.booleans()),
    max_size=12,
)


def taken(found: Grades, who: bytes, what: Grade | bool, n: int) -> Grades:
    """Return the grades after a step; an answer that nobody may give changes nothing."""
    at = NOW + timedelta(minutes=n)
    if isinstance(what, Grade):
        return found.graded(what, who, at)
    if not found.may_answer(who):
        return found
    return found.answered(Answer(found.waiting, who, at, what, "" if what else "No."))


@given(steps)
def test_corroborated_takes_two_people_and_two_sources_and_nothing_is_lost(
    walk: list[tuple[bytes, Grade | bool]],
) -> None:
    found = NO_GRADES
    for n, (who, what) in enumerate(walk):
        before, found = found, taken(found, who, what, n)
        assert found.versions[: before.newest] == before.versions
        assert found.answers[: len(before.answers)] == before.answers
        assert found.newest - before.newest == isinstance(what, Grade)
        assert 0 <= found.present <= found.newest
        assert found.waiting in {0, found.newest}
        if found.grade is None or found.grade.verification != CORROBORATED:
            continue
        said = found.answer_to(found.present)
        assert said is not None
        assert said.agrees
        assert len({said.by, found.at(found.present).by}) == 2
        assert found.grade.sources >= 2
    assert grades.read(records.decode(records.encode(grades.written(found)))) == found


@given(steps)
def test_they_come_back_from_the_record_of_the_work(
    walk: list[tuple[bytes, Grade | bool]],
) -> None:
    found = NO_GRADES
    for n, (who, what) in enumerate(walk):
        found = taken(found, who, what, n)
    work = replace(of_facets({"kinds": ("threat",)}, NOW), grades=found)
    record = records.decode(records.encode(work_records.written(work)))
    assert work_records.read(record) == work
    # What came before there were grades reads as graded by nobody.
    assert ("grades" in record) == bool(found.versions)
    if found.versions:
        del record["grades"]
        assert work_records.read(record).grades == NO_GRADES


def test_no_grades_are_written_in_one_way_alone() -> None:
    record = work_records.written(of_facets({"kinds": ("threat",)}, NOW))
    with pytest.raises(OpenError):
        work_records.read({**record, "grades": {"versions": [], "answers": []}})
    with pytest.raises(OpenError):
        work_records.read({**record, "grades": {"versions": [{"grade": {}}], "answers": []}})


def sure(**more: object) -> Grade:
    grade = Grade(CORROBORATED, "claimed", 1, 2, 2, "Two neighbours.", "Both heard the name.")
    return replace(grade, **more)  # type: ignore[arg-type]


def test_it_does_not_hold_by_the_word_of_whoever_proposed_it_even_in_an_altered_record() -> None:
    me, you, _ = PEOPLE
    for by, sources, holds in ((you, 2, True), (me, 2, False), (you, 1, False)):
        made = Grades(
            versions=(Version(sure(sources=sources), me, NOW),),
            answers=(Answer(1, by, NOW, agrees=True),),
        )
        assert made.holds(1) == holds


@pytest.mark.parametrize(
    "missing",
    [
        {"verification": ""},
        {"state_link": ""},
        {"reliable": 0},
        {"credible": 0},
        {"sources": -1},
        {"verification_basis": " \n"},
        {"state_link_basis": ""},
    ],
)
def test_a_grade_is_whole_when_nothing_is_left_out(missing: dict[str, object]) -> None:
    assert sure().is_whole
    assert not sure(**missing).is_whole


def test_what_changed_is_told_by_name_and_no_words_show_in_a_repr() -> None:
    assert grades.changes(sure(), sure(sources=3, state_link_basis="x")) == (
        "sources",
        "state_link_basis",
    )
    assert len(grades.changes(None, sure())) == 7
    assert "neighbours" not in repr(NO_GRADES.graded(sure(), PEOPLE[0], NOW))


def somebody(member: bytes) -> Person:
    return Person(member, "", frozenset({Role.CASEWORKER}))


def active(found: Grades, state: State = State.ACTIVE) -> Work:
    return replace(of_facets({"kinds": ("threat",)}, NOW), state=state, grades=found)


def test_what_waits_is_asked_of_others_while_somebody_works_on_the_report() -> None:
    me, you, _ = PEOPLE
    work = active(NO_GRADES.graded(sure(), me, NOW))
    assert [one.is_for(somebody(you), NOW) for one in waits.waiting(work)] == [True]
    assert [one.is_for(somebody(me), NOW) for one in waits.waiting(work)] == [False]
    assert waits.requests(work, NOW) == 1
    for state in (State.RECEIVED, State.CLOSED, State.MERGED):
        ended = replace(work, state=state)
        assert (waits.waiting(ended), waits.requests(ended, NOW)) == ((), 0)


def test_a_header_says_the_grade_that_holds_and_stays_as_long_as_it_was() -> None:
    me, you, _ = PEOPLE
    source = Source(202648, "ja", {"kinds": ("threat",)}, Matter(frozenset({"CN"})))
    waits_still = NO_GRADES.graded(sure(verification="plausible"), me, NOW).graded(sure(), me, NOW)
    for found, codes in (
        (NO_GRADES, ("", "")),
        (waits_still, ("plausible", "claimed")),
        (waits_still.answered(Answer(2, you, NOW, agrees=True)), (CORROBORATED, "claimed")),
    ):
        header = headers.header_of(source, active(found))
        record = header_records.written(header)
        assert (header.verification, header.state_link) == codes
        assert header_records.read(record) == header
        assert len(records.encode(record)) < header_records.FLOOR_BYTES
        # Headers of before there were grades say nothing of them.
        assert ("verification" in record) == (codes != ("", ""))
