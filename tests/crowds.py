"""Crowds: pauses in which whoever was let in stands until a test says so."""

import threading


class Held:
    """Pauses that last until somebody says so."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.over = threading.Event()
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.begun.release()
        assert self.over.wait(10)
