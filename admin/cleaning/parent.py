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
_FAILED: Final = Answer(Outcome.FAILED)


def clean(pieces: Iterable[bytes], seconds: float = SECONDS) -> Answer:
    """Return what a process of its own makes of a file. Raises whatever `pieces` raises.

    A process that ends badly, that takes longer, or that answers anything but an answer has failed.
    """
    data = run("child.main()", pieces, seconds)
    try:
        return frames.read(data)
    except ValueError:
        return _FAILED


def run(code: str, pieces: Iterable[bytes], seconds: float) -> bytes:
    """Give pieces to a child that runs this; return what it wrote, nothing if it ended badly."""
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
        late = threading.Timer(seconds, child.kill)
        late.start()
        try:
            return _talk(child, pieces)
        finally:
            late.cancel()
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
    return b"" if child.wait() else data
