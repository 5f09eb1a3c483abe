"""Arriving: how much of a request has come, so that no thread waits for the rest of it."""

import re
from enum import Enum, auto
from typing import Final

from reporting.web.bodies import LIMIT_BYTES

HEAD_BYTES: Final = 65_536
END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.IGNORECASE)
_ON_REQUEST: Final = re.compile(rb"\r\n(transfer-encoding|expect):", re.IGNORECASE)


class Come(Enum):
    """What of a request is here."""

    HEAD_MISSING = auto()
    BODY_MISSING = auto()
    ENOUGH = auto()


def come(received: bytes | bytearray) -> Come:
    """Say whether a request is here, as far as it should be before a thread looks at it.

    Enough is the head of a request whose body is a file, comes in chunks or has to be asked for,
    and all of any other. A head too long or not understood is enough too: a thread refuses it.
    """
    end = received.find(END_OF_HEAD, 0, HEAD_BYTES)
    if end < 0:
        return Come.ENOUGH if len(received) >= HEAD_BYTES else Come.HEAD_MISSING
    head = bytes(received[: end + 2])
    length = _LENGTH.search(head)
    if length is None or _ON_REQUEST.search(head):
        return Come.ENOUGH
    body_bytes = int(length[1])
    is_here = len(received) >= end + len(END_OF_HEAD) + body_bytes
    return Come.ENOUGH if is_here or body_bytes > LIMIT_BYTES else Come.BODY_MISSING
