"""What a reporter sees of a state is what the one table of states says."""

import tomllib
from pathlib import Path

from reporting.models import State
from reporting.status import STANDS, Status, status_of
from reporting.threads import Message
from reporting.web.mailbox import STATUS_WORDS
from tests.conftest import Clock

TABLE = tomllib.loads(
    (Path(__file__).parents[2] / "admin/data/transitions.toml").read_text(encoding="utf-8")
)


def message(*, from_reporter: bool, asks: bool = False) -> Message:
    return Message(from_reporter, "words", Clock().now, "en", asks)


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
    question = [message(from_reporter=False, asks=True), message(from_reporter=False)]
    over = {State.WITHDRAWN: Status.WITHDRAWN, State.ERASED: Status.GONE}
    for state in State:
        assert status_of(state, question) is over.get(state, Status.ASKED)
        assert status_of(state, [*question, message(from_reporter=True)]) is STANDS[state]
        assert status_of(state, []) is STANDS[state]


def test_set_aside_looks_like_received_and_joined_looks_like_working() -> None:
    assert STANDS[State.QUARANTINED] is STANDS[State.RECEIVED]
    assert STANDS[State.MERGED] is STANDS[State.ACTIVE]
