import threading
from contextlib import ExitStack

import pytest

from admin.patience import DELAYS_SECONDS, NAMES_REMEMBERED, Patience
from reporting.errors import BusyError

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


def test_strangers_who_wait_do_not_keep_others_out() -> None:
    inside, go_on = threading.Semaphore(0), threading.Event()

    def pause(_seconds: float) -> None:
        inside.release()
        assert go_on.wait(10)

    patience = Patience(pause)
    for _ in range(9):
        patience.failed(TAG)

    def knock() -> None:
        with patience.attempt(TAG):
            pass

    strangers = [threading.Thread(target=knock) for _ in range(2)]
    for stranger in strangers:
        stranger.start()
    for _ in strangers:
        inside.acquire()
    with patience.attempt(TAG):
        pass  # answered at once: both places for waiting are taken
    go_on.set()
    for stranger in strangers:
        stranger.join()


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
