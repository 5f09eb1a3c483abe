"""Child: the process that reads a stranger's file, and hands back a clean copy of it.

It is given the bytes of one file and nothing else: no key, no name, no number of a report.
"""

import sys
from typing import Final

from pikepdf import settings
from PIL import Image, Jpeg2KImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

from admin.cleaning import confine, documents, frames, kinds, pictures
from admin.cleaning.documents import LockedError
from admin.cleaning.frames import Answer, Outcome, TooLargeError

# Named, so that they are there before nothing can be loaded any more.
PLUGINS: Final = (Jpeg2KImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)
MOST_SENT: Final = 100 << 20
MOST_UNPACKED: Final = 256 << 20


def main() -> None:  # pragma: no cover - only in the child, which can write nothing down
    """Give up everything, read a file from one pipe, and write what was made of it to the other.

    What is broken beyond what the parsers expect ends the process, and says so by that.
    """
    warm_up()
    confine.confine()
    data = sys.stdin.buffer.read(MOST_SENT + 1)
    sys.stdout.buffer.write(frames.written(answer(data)))
    sys.stdout.buffer.flush()


def warm_up() -> None:
    """Let the parsers load what they need, and tell them how much is too much."""
    Image.preinit()
    settings.set_qpdf_limits(
        flate_max_memory=MOST_UNPACKED,
        run_length_max_memory=MOST_UNPACKED,
        png_max_memory=MOST_UNPACKED,
        tiff_max_memory=MOST_UNPACKED,
        dct_max_memory=MOST_UNPACKED,
    )


def answer(data: bytes) -> Answer:
    """Return what becomes of a file; raise whatever a parser raises for what is broken."""
    kind = kinds.of(data[: kinds.HEAD_BYTES])
    if kind not in kinds.CLEANED:
        return Answer(Outcome.OTHER_KIND)
    if len(data) > MOST_SENT:
        return Answer(Outcome.TOO_LARGE)
    try:
        is_picture = kind in kinds.PICTURES
        parts = pictures.repaint(data, kind) if is_picture else documents.rebuild(data)
    except LockedError:
        return Answer(Outcome.LOCKED)
    except (TooLargeError, MemoryError):
        return Answer(Outcome.TOO_LARGE)
    return Answer(Outcome.CLEAN, parts)
