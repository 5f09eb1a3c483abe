"""Forking: do something in a process of its own, which may be killed in the middle of it."""

import os
from collections.abc import Callable


def in_another_process(act: Callable[[], object]) -> int:
    """Do it in a fork; return how that ended, as `os.waitpid` says it.

    Whatever happens there, the rest of the tests is for the parent.
    """
    child = os.fork()
    if child == 0:  # pragma: no cover - ends in a kill, which no measurement survives
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1]
