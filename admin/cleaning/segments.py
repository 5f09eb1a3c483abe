"""Segments: take a JPEG apart and keep what makes its pixels, not a pixel painted anew.

For pictures inside a document, where painting anew would change how the page looks.
"""

import struct
from typing import Final

from admin.cleaning.frames import MOST_PIXELS, TooLargeError

START: Final = b"\xff\xd8"
END: Final = b"\xff\xd9"
_SCAN: Final = 0xDA
_ADOBE: Final = 0xEE
_ADOBE_BYTES: Final = 12
# Tables, frames and the distance of restarts; neither what programs add, nor comments.
_KEPT: Final = frozenset({0xC4, 0xDB, 0xDD, 0xDC, 0xCC})
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_AMONG_PIXELS: Final = frozenset({0, *range(0xD0, 0xD8)})  # a value of its own, and restarts
_FILLING: Final = 0xFF
_LENGTH: Final = struct.Struct(">H")
_SIZE: Final = struct.Struct(">BHH")


def bare(data: bytes) -> bytes:
    """Return a JPEG without what says who made it, where and with what.

    Raises ValueError for what is none, and TooLargeError.
    """
    if not data.startswith(START):
        raise ValueError("no JPEG")
    out, at = bytearray(START), len(START)
    while True:
        at = _marker(data, at)
        mark = data[at]
        if mark == END[1]:
            return bytes(out + END)
        segment = _segment(data, at + 1)
        at += 1 + len(segment)
        out += _kept(mark, segment)
        if mark == _SCAN:
            end = _end_of_scan(data, at)
            out += data[at:end]
            at = end


def _marker(data: bytes, at: int) -> int:
    """Return where the next mark stands behind its filling."""
    start = at
    while data[at : at + 1] == b"\xff":
        at += 1
    if at == start or at >= len(data):
        raise ValueError("no segment")
    return at


def _segment(data: bytes, at: int) -> bytes:
    try:
        (length,) = _LENGTH.unpack_from(data, at)
    except struct.error:
        raise ValueError("cut off") from None
    if length < _LENGTH.size or at + length > len(data):
        raise ValueError("cut off")
    return data[at : at + length]


def _kept(mark: int, segment: bytes) -> bytes:
    if mark in _FRAMES:
        _precision, height, width = _SIZE.unpack_from(segment.ljust(7, b"\0"), _LENGTH.size)
        if height * width > MOST_PIXELS:
            raise TooLargeError
    if mark == _ADOBE and segment[2:7] == b"Adobe":
        # Says how colours are coded, in twelve bytes; what follows them says nothing about that.
        said = segment[2 : 2 + _ADOBE_BYTES].ljust(_ADOBE_BYTES, b"\0")
        return b"\xff\xee" + _LENGTH.pack(_LENGTH.size + _ADOBE_BYTES) + said
    if mark in _KEPT | _FRAMES or mark == _SCAN:
        return bytes((0xFF, mark)) + segment
    return b""


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the next mark begins that is neither a restart nor part of the pixels."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise ValueError("cut off")
        following = data[at + 1]
        if following in _AMONG_PIXELS:
            at += 2
        elif following == _FILLING:
            at += 1
        else:
            return at
