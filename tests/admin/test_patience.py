import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from admin.patience import DELAYS_SECONDS, NAMES_REMEMBERED, SEATS_FOR_WAITING, Patience
from reporting.errors import BusyError
from tests.crowds import Held

TAG = b"a name"


def test_answers_slow_down_after_the_third_failure_and_never_stop() -> None:
    pauses: list[float] = []
    patience = Patience(pauses.append)
    for _ in range(9):
        with patience.attempt(TAG):
            patience.failed(TAG)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_other_names_are_answered_at_once() -> None:
    patience = Patience(lambda _seconds: pytest.fail("held back"))
    for _ in range(5):
        patience.failed(TAG)
    with patience.attempt(b"another"):
        pass


def test_who_has_come_in_is_answered_at_once_again() -> None:
    patience = Patience(lambda _seconds: pytest.fail("held back"))
    for _ in range(5):
        patience.failed(TAG)
    patience.succeeded(TAG)
    with patience.attempt(TAG):
        pass


def test_only_so_many_names_are_remembered_and_the_oldest_goes_first() -> None:
    patience = Patience(lambda _seconds: None)
    for _ in range(3):
        patience.failed(TAG)
    for n in range(NAMES_REMEMBERED):
        patience.failed(n.to_bytes(4, "big"))
    assert patience.delay_seconds(TAG) == 0


@contextmanager
def knocking(patience: Patience, tags: Iterable[bytes], refused: list[bytes]) -> Iterator[None]:
    """Let strangers try to sign in, each in a thread, until the block and all of them end."""

    def knock(tag: bytes) -> None:
        try:
            with patience.attempt(tag):
                patience.failed(tag)
        except BusyError:
            refused.append(tag)

    strangers = [threading.Thread(target=knock, args=(tag,)) for tag in tags]
    for stranger in strangers:
        stranger.start()
    yield
    for stranger in strangers:
        stranger.join()


def test_no_attempt_on_a_failing_name_escapes_its_pause_however_many_come_at_once() -> None:
    pause = Held()
    patience = Patience(pause)
    for _ in range(9):
        patience.failed(TAG)
    refused: list[bytes] = []
    with knocking(patience, [TAG] * 12, refused):
        pause.begun.acquire()
        pause.over.set()
    # One under way and two behind it; who came when the line was full may come again later.
    assert pause.seconds == [8.0] * (12 - len(refused))
    assert len(refused) >= 9


def test_one_attempt_on_a_name_waits_for_the_other_and_not_for_ever() -> None:
    patience = Patience(lambda _seconds: None, seconds_for_a_place=0.01)
    with patience.attempt(TAG), pytest.raises(BusyError), patience.attempt(TAG):
        pytest.fail("two at once")
    with patience.attempt(TAG):
        pass


def test_strangers_who_hammer_one_name_do_not_keep_other_names_out() -> None:
    pause = Held()
    patience = Patience(pause)
    for name in (TAG, b"another that failed"):
        for _ in range(9):
            patience.failed(name)
    refused: list[bytes] = []
    with knocking(patience, [TAG] * 12, refused):
        pause.begun.acquire()
        with patience.attempt(b"another"):
            pass  # answered at once
        with knocking(patience, [b"another that failed"], refused):
            pause.begun.acquire()  # it is held back, and it is let in
            pause.over.set()
    assert set(refused) == {TAG}


def test_strangers_who_hammer_many_names_do_not_keep_out_one_that_never_failed() -> None:
    pause = Held()
    patience = Patience(pause)
    names = [n.to_bytes(4, "big") for n in range(SEATS_FOR_WAITING + 2)]
    for name in names * 3:
        patience.failed(name)
    refused: list[bytes] = []
    with knocking(patience, names, refused):
        for _ in range(SEATS_FOR_WAITING):
            pause.begun.acquire()
        with patience.attempt(TAG):
            pass
        pause.over.set()
    assert len(refused) == 2


def test_more_than_a_few_at_once_are_asked_to_come_back() -> None:
    patience = Patience(lambda _seconds: None, seconds_for_a_place=0.01)
    with ExitStack() as inside:
        for name in (b"1", b"2", b"3", b"4"):
            inside.enter_context(patience.attempt(name))
        with pytest.raises(BusyError):
            inside.enter_context(patience.attempt(b"5"))
    with patience.attempt(b"5"):
        pass


def test_the_longest_pause_is_the_last_one() -> None:
    assert max(DELAYS_SECONDS) == DELAYS_SECONDS[-1]


def test_each_known_browser_has_a_turn_of_its_own_whatever_names_it_types() -> None:
    line = Patience(lambda _seconds: None, seconds_for_a_place=0.01)
    one, other = line.of(b"one"), line.of(b"other")
    for name in (b"1", b"2", b"3"):
        one.failed(name)
    assert one.delay_seconds(b"4") == 1.0
    assert other.delay_seconds(b"1") == 0
    with one.attempt(b"1"), other.attempt(b"1"), pytest.raises(BusyError), one.attempt(b"2"):
        pytest.fail("two at once")
    one.succeeded(b"2")
    assert one.delay_seconds(b"4") == 0
