"""What a reporter sees of a state is what the one table of states says."""

import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from admin import plain_guards
from reporting.models import State
from reporting.status import APPEAL_WITHIN, STANDS, Status, appeal_until, status_of
from reporting.threads import Message
from reporting.web.mailbox import STATUS_WORDS
from tests.conftest import Clock

TABLE = tomllib.loads(
    (Path(__file__).parents[2] / "admin/data/transitions.toml").read_text(encoding="utf-8")
)


NOW = Clock().now
END = Message(from_reporter=False, text="words", sent=NOW, language="en", closes=True)
ASKED_AGAIN = Message(from_reporter=True, text="", sent=NOW, language="en", appeals=True)


def message(*, from_reporter: bool, asks: bool = False) -> Message:
    return Message(from_reporter, "words", NOW, "en", asks)


def test_every_state_of_the_table_has_the_status_that_it_says() -> None:
    assert {state.value: seen.value for state, seen in STANDS.items()} == {
        entry["code"]: entry["reporter"] for entry in TABLE["state"]
    }
    assert set(STANDS) == set(State)


def test_every_status_has_the_words_that_the_table_says() -> None:
    words = {entry["code"]: entry["text"] for entry in TABLE["coarse"]}
    # The page of an unknown code has words of its own: it must not know that it is this one.
    del words[Status.GONE]
    assert {status.value: text for status, text in STATUS_WORDS.items()} == words


def test_an_open_question_comes_before_every_state_but_the_end() -> None:
    question = (message(from_reporter=False, asks=True), message(from_reporter=False))
    over = {State.WITHDRAWN: Status.WITHDRAWN, State.ERASED: Status.GONE}
    for state in State:
        assert status_of(state, question, NOW) is over.get(state, Status.ASKED)
        assert status_of(state, (*question, message(from_reporter=True)), NOW) is STANDS[state]
        assert status_of(state, (), NOW) is STANDS[state]


def test_a_joined_report_is_closed_once_its_last_message_says_so() -> None:
    answer, more = message(from_reporter=True), message(from_reporter=False)
    assert status_of(State.MERGED, (END, answer), NOW) is Status.CLOSED
    assert status_of(State.MERGED, (END, more), NOW) is Status.WORKING
    assert status_of(State.ACTIVE, (END,), NOW) is Status.WORKING


def test_nothing_is_decided_while_a_decline_can_be_taken_back() -> None:
    later = replace(END, sent=NOW + timedelta(minutes=1))
    assert status_of(State.DECLINED, (later,), NOW) is Status.RECEIVED
    assert status_of(State.DECLINED, (later,), later.sent) is Status.CLOSED
    assert appeal_until(State.DECLINED, (END, later), NOW) is None


def test_another_look_is_asked_for_once_for_each_decline_and_within_ninety_days() -> None:
    assert APPEAL_WITHIN == plain_guards.APPEAL_WITHIN
    until = NOW + APPEAL_WITHIN
    for state in State:
        assert appeal_until(state, (END,), NOW) == (until if state is State.DECLINED else None)
    declined = State.DECLINED
    assert appeal_until(declined, (), NOW) is None
    assert appeal_until(declined, (END, message(from_reporter=True)), NOW) == until
    assert appeal_until(declined, (END, ASKED_AGAIN), NOW) is None
    assert appeal_until(declined, (END, ASKED_AGAIN, END), NOW) == until
    assert appeal_until(declined, (END,), until - timedelta(seconds=1)) == until
    assert appeal_until(declined, (END,), until) is None


def test_set_aside_looks_like_received_and_joined_looks_like_working() -> None:
    assert STANDS[State.QUARANTINED] is STANDS[State.RECEIVED]
    assert STANDS[State.MERGED] is STANDS[State.ACTIVE]
