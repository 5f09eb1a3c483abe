from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.likeness_of_texts import groups
from admin.next_case import (
    FLOOD,
    MOST_HELD,
    SENTENCES,
    Choice,
    Header,
    Nothing,
    NothingNextError,
    Person,
    Why,
    next_case,
)
from reporting.triage import Level
from tests.admin.test_likeness_of_texts import STORY

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
AIKO, BENI = b"aiko", b"beni"
READER = Person(AIKO, frozenset({"ja", "en"}))
COPIES = 1_000
HONEST = b"honest"


def a_header(name: str, level: Level = Level.URGENT, hours: int = 1) -> Header:
    case = name.encode()
    return Header(case, level, NOW + hours * HOUR, 202648, "ja", group=case)


def name_of(choice: Choice) -> str:
    return choice.header.case.decode()


def handed(headers: Iterable[Header], person: Person = READER) -> str:
    """Return the name of the report that is handed out."""
    return name_of(next_case(headers, person, NOW))


def refusal(headers: Iterable[Header], person: Person) -> Nothing:
    """Return why nothing is handed out."""
    with pytest.raises(NothingNextError) as refused:
        next_case(headers, person, NOW)
    return refused.value.why


def test_the_most_urgent_comes_first_and_then_what_is_due_first() -> None:
    low = a_header("low", Level.LOW, hours=-500)
    late, soon = a_header("late", hours=2), a_header("soon", hours=1)

    assert handed([low, late, soon]) == "soon"
    assert handed([low, late]) == "late"
    assert handed([low]) == "low"
    assert next_case([low, late], READER, NOW).why is Why.DUE_FIRST


def test_of_two_that_are_due_together_the_older_week_comes_first() -> None:
    new, old = a_header("a new one"), replace(a_header("old"), week=202647)

    assert handed([new, old]) == "old"


NOT_FOR_HER = {
    "held by somebody": {"held_by": BENI},
    "held by herself": {"held_by": AIKO},
    "waiting": {"is_waiting": True},
    "another language": {"language": "ug"},
    "skipped by three": {"skips": 3},
    "answers somebody else": {"asked_by": BENI, "answered_at": NOW - 47 * HOUR},
}


@pytest.mark.parametrize("facts", NOT_FOR_HER.values(), ids=NOT_FOR_HER)
def test_what_is_not_for_somebody_is_not_handed_to_them(facts: dict[str, object]) -> None:
    header = replace(a_header("first"), **facts)  # type: ignore[arg-type]

    assert handed([header, a_header("second", hours=9)]) == "second"
    assert refusal([header], READER) is Nothing.NOTHING_WAITS


def test_what_somebody_skipped_does_not_come_back_to_them() -> None:
    skipped = replace(READER, skipped=frozenset({b"first"}))

    assert handed([a_header("first"), a_header("second", hours=2)], skipped) == "second"


def test_what_three_people_skipped_goes_to_a_supervisor() -> None:
    passed_on = replace(a_header("first"), skips=3)

    assert handed([replace(a_header("first"), skips=2)]) == "first"
    assert handed([passed_on], replace(READER, is_supervisor=True)) == "first"


def test_an_answer_goes_first_to_whoever_asked_for_two_days() -> None:
    answer = replace(a_header("answer", hours=5), asked_by=AIKO, answered_at=NOW - 47 * HOUR)
    old = replace(answer, answered_at=NOW - 48 * HOUR)
    other = a_header("other")

    assert next_case([other, answer], READER, NOW) == Choice(answer, Why.ANSWER_TO_YOU)
    assert handed([other, old]) == "other"
    assert handed([old], replace(READER, id=BENI)) == "answer"


def test_nobody_holds_more_than_ten() -> None:
    assert handed([a_header("one")], replace(READER, held=MOST_HELD - 1)) == "one"
    assert refusal([a_header("one")], replace(READER, held=MOST_HELD)) is Nothing.HANDS_FULL


def test_who_owns_what_is_overdue_gets_nothing_that_can_wait() -> None:
    behind = replace(READER, owns_overdue=True)
    calm = [a_header("medium", Level.MEDIUM), a_header("low", Level.LOW)]

    assert refusal(calm, behind) is Nothing.OVERDUE_FIRST
    assert refusal([], behind) is Nothing.NOTHING_WAITS
    assert handed([*calm, a_header("high", Level.HIGH)], behind) == "high"


def test_whoever_asks_for_something_lighter_gets_no_danger_and_no_files() -> None:
    lighter = replace(READER, wants_lighter=True)
    files = replace(a_header("files", Level.MEDIUM), has_files=True)

    assert (
        handed([a_header("u"), a_header("h", Level.HIGH), files, a_header("l", Level.LOW)], lighter)
        == "l"
    )
    assert refusal([a_header("u"), files], lighter) is Nothing.NOTHING_WAITS


def test_every_refusal_has_a_sentence() -> None:
    assert SENTENCES.keys() == set(Nothing)


def a_flood(copies: int, others: int) -> list[Header]:
    crowd = [replace(a_header(f"copy{n}", hours=n), group=b"copy") for n in range(copies)]
    return [*crowd, *(a_header(f"other{n}", hours=100 + n) for n in range(others))]


def test_ten_urgent_reports_are_no_flood() -> None:
    chosen = next_case(a_flood(FLOOD - 1, 1), READER, NOW)

    assert (name_of(chosen), chosen.why) == ("copy0", Why.DUE_FIRST)


def test_in_a_flood_rare_texts_come_first_and_the_page_says_so() -> None:
    chosen = next_case(a_flood(FLOOD, 1), READER, NOW)

    assert (name_of(chosen), chosen.why) == ("other0", Why.FIRST_OF_ITS_TEXT)


def test_a_text_that_a_few_people_send_is_no_crowd() -> None:
    twice = [replace(a_header(f"twice{n}", hours=-1), group=b"twice") for n in range(3)]

    assert handed([*twice, *a_flood(10, 2)]) == "twice0"


def test_the_second_of_a_text_comes_after_the_first_of_every_other() -> None:
    flood = a_flood(6, 6)
    read: list[str] = []
    while flood:
        chosen = next_case(flood, READER, NOW)
        read.append(name_of(chosen))
        # It stays in somebody's hands, and counts as the first of its text.
        flood = [
            replace(one, held_by=BENI) if one.case == chosen.header.case else one for one in flood
        ]
        if len(read) == 7:
            break

    assert read == [*(f"other{n}" for n in range(6)), "copy0"]


def test_what_is_less_than_urgent_makes_no_flood_and_keeps_its_order() -> None:
    flood = [replace(header, level=Level.HIGH) for header in a_flood(20, 1)]

    assert handed(flood) == "copy0"
    assert handed([*flood, a_header("urgent", hours=500)]) == "urgent"


@given(
    st.lists(
        st.builds(
            a_header,
            st.integers(0, 10**6).map(str),
            st.sampled_from(Level),
            st.integers(-100, 100),
        ),
        unique_by=lambda header: header.case,
        max_size=30,
    ),
    st.booleans(),
    st.booleans(),
)
def test_everything_is_handed_out_once_and_the_most_urgent_level_first(
    headers: list[Header], owns_overdue: bool, wants_lighter: bool
) -> None:
    person = replace(READER, owns_overdue=owns_overdue, wants_lighter=wants_lighter)
    left = list(headers)
    levels = []
    try:
        while True:
            chosen = next_case(left, person, NOW).header
            left.remove(chosen)
            levels.append(chosen.level)
    except NothingNextError:
        pass

    assert levels == sorted(levels, reverse=True)
    assert not (owns_overdue and min(levels, default=Level.HIGH) < Level.HIGH)
    assert not (wants_lighter and max(levels, default=Level.LOW) > Level.MEDIUM)
    assert owns_overdue or wants_lighter or not left


def copies() -> dict[bytes, str]:
    """A thousand texts that are each a little different, and one that somebody means."""
    words = STORY.split()
    texts = {
        f"copy{n}".encode(): " ".join([*words[: n % 40], f"name{n}", *words[n % 40 :]])
        for n in range(COPIES)
    }
    return texts | {
        HONEST: "please help my brother was taken at the airport this morning by police"
    }


TEXTS = copies()
GROUPS = groups(TEXTS)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(-100, 100), min_size=COPIES + 1, max_size=COPIES + 1),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_the_one_honest_report_among_a_thousand_copies_is_among_the_first_three(
    hours: list[int], is_decided: list[bool]
) -> None:
    waiting = [
        replace(a_header("", hours=due), case=case, group=GROUPS[case])
        for case, due in zip(TEXTS, hours, strict=True)
    ]
    read = []
    for gone in is_decided:
        chosen = next_case(waiting, READER, NOW).header
        read.append(chosen.case)
        waiting.remove(chosen)
        if not gone:
            waiting.append(replace(chosen, held_by=AIKO))

    assert HONEST in read


def test_the_copies_are_seen_as_copies() -> None:
    assert GROUPS[HONEST] == HONEST
    assert len({group for case, group in GROUPS.items() if case != HONEST}) == 1
