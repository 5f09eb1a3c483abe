"""Turns: let no more children work at once than there are processors, whichever process asks."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reporting.errors import BusyError

PATIENCE_SECONDS: Final = 6.0
_STEP_SECONDS: Final = 0.1
_FILE: Final = "cleaning-{}.lock"  # empty, and always: only that somebody holds it says anything


@contextmanager
def taken(folder: Path, seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Take a turn, and wait a little for one. Raises BusyError while others take theirs."""
    held = _take(folder, seconds)
    try:
        yield
    finally:
        os.close(held)  # gives it back, as the end of this process would


def _take(folder: Path, seconds: float) -> int:
    pause = threading.Event()
    for _ in range(round(seconds / _STEP_SECONDS) + 1):
        for number in range(os.cpu_count() or 1):
            handle = os.open(folder / _FILE.format(number), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
            else:
                return handle
        pause.wait(_STEP_SECONDS)
    raise BusyError
