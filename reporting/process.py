"""Process: keep what is in this process's memory out of files and debuggers."""

import ctypes
import faulthandler
import resource
import sys
from collections.abc import Mapping
from typing import Final

from reporting.errors import SettingsError

_PR_SET_DUMPABLE: Final = 4
_DEBUG_VARIABLES: Final = ("FLASK_DEBUG", "PYTHONFAULTHANDLER", "PYTHONASYNCIODEBUG")


def harden() -> None:
    """Forbid core dumps, and on Linux other processes of the same user to look into this one.

    Raises SettingsError where the system refuses that.

    Not guaranteed: anything against root, a suspended machine or swap (deploy/ turns swap off).
    """
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # pragma: no branch - other systems have no such switch
        refused = ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if refused:  # pragma: no cover - no Linux of ours refuses it
            raise SettingsError("This system does not let a process protect its memory.")


def allow_files(count: int) -> None:
    """Let this process hold so many connections and files open at once, if the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        most = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def refuse_debugging(environment: Mapping[str, str]) -> None:
    """Raise SettingsError when a variable would make errors print what people typed."""
    for name in _DEBUG_VARIABLES:
        if environment.get(name, "0") not in {"", "0"}:
            raise SettingsError(f"{name} is set. Unset it: debugging shows what people typed.")
    if sys.flags.dev_mode:
        raise SettingsError("Python's development mode is on. Start without -X dev.")
