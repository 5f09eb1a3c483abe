"""Confine: take from this process everything but its memory and the two pipes it was given.

Whoever takes it over through a hostile file can open no file and no connection, start nothing, and
is ended when they take too long. Where the system can filter calls, they can send no signal either.
"""

import ctypes
import resource
import sys
from typing import Final

from admin.cleaning import calls

MEMORY_BYTES: Final = 1 << 30
PROCESSOR_SECONDS: Final = 30
_NEW_USER: Final = 0x1000_0000
_NEW_NET: Final = 0x4000_0000
_DIES_WITH_PARENT: Final = 1
_DUMPABLE: Final = 4
_NO_NEW_RIGHTS: Final = 38
_SIGKILL: Final = 9


def confine() -> bool:  # pragma: no cover - only in the child, which can write nothing down
    """Give everything up, for good; return whether there is no network at all any more.

    Everything that is ever imported has to be there already. Where the system refuses a network of
    one's own, no connection can be opened all the same: there is no descriptor for one.
    """
    is_alone = _leave() if sys.platform == "linux" else False
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        # None at all: what is open stays open, and nothing else ever opens.
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":
        # The last thing: afterwards no limit can be set any more.
        calls.limit(ctypes.CDLL(None))
    return is_alone


def _leave() -> bool:  # pragma: no cover - only in the child, which can write nothing down
    system = ctypes.CDLL(None)
    system.prctl(_DIES_WITH_PARENT, _SIGKILL, 0, 0, 0)
    system.prctl(_NO_NEW_RIGHTS, 1, 0, 0, 0)
    system.prctl(_DUMPABLE, 0, 0, 0, 0)
    refused = system.unshare(_NEW_USER | _NEW_NET)
    return not refused
