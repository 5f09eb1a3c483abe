"""Parent: give a file to a process that can do nothing else, and take what it makes of it.

Nothing is ever written to a disk: the file goes in by one pipe, and the copy comes out by another.
"""

import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from admin.cleaning import frames
from admin.cleaning.frames import Answer, Outcome

SECONDS: Final = 45.0
ROOT: Final = Path(__file__).parents[2]
CHILD: Final = "import sys; sys.path.insert(0, sys.argv[1]); from admin.cleaning import child; "


class EndedBadlyError(Exception):
    """A child that did not come to an end as it should; `outcome` says how."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("a child ended badly")
        self.outcome = outcome


def clean(pieces: Iterable[bytes], seconds: float = SECONDS) -> Answer:
    """Return what a process of its own makes of a file. Raises whatever `pieces` raises.

    A process that gives up, is ended, takes longer, or answers anything but an answer has failed,
    each in its own way.
    """
    try:
        return frames.read(run("child.main()", pieces, seconds))
    except EndedBadlyError as end:
        return Answer(end.outcome)
    except ValueError:
        return Answer(Outcome.NONSENSE)


def run(code: str, pieces: Iterable[bytes], seconds: float) -> bytes:
    """Give pieces to a child that runs this; return what it wrote. Raises EndedBadlyError."""
    # Isolated: nothing from the environment, from the working folder or from a user's own packages.
    # Where this package lies is said, because isolation forgets that as well.
    command = [sys.executable, "-I", "-c", CHILD + code, str(ROOT)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    ) as child:
        is_late = threading.Event()
        late = threading.Timer(seconds, _end, (child, is_late))
        late.start()
        try:
            data = _talk(child, pieces)
        finally:
            late.cancel()
            child.kill()
    if len(data) > frames.MOST_BYTES:
        raise EndedBadlyError(Outcome.NONSENSE)
    if child.returncode:
        given_up = Outcome.FAILED if child.returncode > 0 else Outcome.KILLED
        raise EndedBadlyError(Outcome.LATE if is_late.is_set() else given_up)
    return data


def _end(child: "subprocess.Popen[bytes]", is_late: threading.Event) -> None:
    is_late.set()
    child.kill()


def _talk(child: "subprocess.Popen[bytes]", pieces: Iterable[bytes]) -> bytes:
    if child.stdin is None or child.stdout is None:  # pragma: no cover - both were asked for
        return b""
    # It reads all before it writes anything, so neither waits for the other.
    with suppress(BrokenPipeError):
        for piece in pieces:
            child.stdin.write(piece)
        child.stdin.close()
    data = child.stdout.read(frames.MOST_BYTES + 1)
    child.stdout.close()
    child.wait()
    return data
