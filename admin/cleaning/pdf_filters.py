"""PDF filters: how the bytes of a picture are packed, and the bytes without their outer wraps."""

import base64
import binascii
import zlib
from dataclasses import dataclass, field
from typing import Final

from pikepdf import Array, Dictionary, Name

from admin.cleaning.frames import TooLargeError

MOST_UNPACKED: Final = 256 << 20
_STEP: Final = 1 << 20
_SPACES: Final = b"\0\t\n\f\r "
HEX: Final = "/ASCIIHexDecode"
BASE_85: Final = "/ASCII85Decode"
FLATE: Final = "/FlateDecode"
JPEG: Final = "/DCTDecode"
JPEG_2000: Final = "/JPXDecode"
# ISO 32000-2, table 92: short names are for pictures in a line, and programs take them anywhere.
SHORT: Final = {
    "/AHx": HEX,
    "/A85": BASE_85,
    "/Fl": FLATE,
    "/DCT": JPEG,
    "/LZW": "/LZWDecode",
    "/RL": "/RunLengthDecode",
    "/CCF": "/CCITTFaxDecode",
}
# What ends a chain: these hold the picture itself, in a format with room for more than a picture.
_CODED: Final = frozenset({JPEG, JPEG_2000})
_PLAIN: Final = frozenset({"/LZWDecode", "/RunLengthDecode", "/CCITTFaxDecode", "/JBIG2Decode"})


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The bytes of a picture, how they are packed, and what is said of each packing."""

    data: bytes = field(repr=False)
    filters: tuple[str, ...] = ()
    parms: tuple[object, ...] = ()

    @property
    def last(self) -> str:
        """What the picture itself is coded in; nothing where it is plain pixels."""
        return self.filters[-1] if self.filters else ""


def listed(filters: object, parms: object) -> tuple[tuple[str, ...], tuple[object, ...]]:
    """Return the filters of a stream by their full names, and what is said of each.

    Raises ValueError for what is no filter of a picture.
    """
    said = list(filters) if isinstance(filters, Array) else [filters]
    names = tuple(str(one) for one in said if one is not None)
    full = tuple(SHORT.get(name, name) for name in names)
    if not {HEX, BASE_85, FLATE, *_CODED, *_PLAIN}.issuperset(full):
        raise ValueError("packed in a way that nobody knows")
    each = list(parms) if isinstance(parms, Array) else [parms]
    words = [one if isinstance(one, Dictionary) else None for one in each]
    return full, (*words, *[None] * len(full))[: len(full)]


def unwrapped(found: Wrapped) -> Wrapped:
    """Return a picture without what it is wrapped in besides, and without what lies behind it.

    Raises TooLargeError, and ValueError or zlib.error for what is none, or is coded as a photo
    below something that is not taken apart: nobody could say what else is in there.
    """
    data, filters, parms = found.data, found.filters, found.parms
    while filters and filters[0] in _WRAPS and (filters[1:] or filters[0] != FLATE):
        if parms[0] is not None and filters[0] == FLATE and Name.Predictor in parms[0]:  # type: ignore[operator]
            raise ValueError("something else than a picture comes out of rows of pixels")
        data, filters, parms = _WRAPS[filters[0]](data), filters[1:], parms[1:]
    if _CODED.intersection(filters) and filters[1:]:
        raise ValueError("a photo in a wrap that is not taken apart")
    if filters == (FLATE,):
        data = data[: len(data) - len(_read(data)[1])]
    return Wrapped(data, filters, parms)


def unpack(data: bytes) -> bytes:
    """Return what Flate packed. Raises TooLargeError, and zlib.error for what is none."""
    return _read(data)[0]


def _read(data: bytes) -> tuple[bytes, bytes]:
    """Return what is packed, and what lies behind it."""
    out, reader = bytearray(), zlib.decompressobj()
    while data and not reader.eof:
        out += reader.decompress(data, _STEP)
        data = reader.unconsumed_tail
        if len(out) > MOST_UNPACKED:
            raise TooLargeError
    return bytes(out), reader.unused_data


def _from_hex(data: bytes) -> bytes:
    digits = data.partition(b">")[0].translate(None, _SPACES)
    return binascii.unhexlify(digits + b"0" * (len(digits) % 2))


def _from_85(data: bytes) -> bytes:
    return base64.a85decode(data.partition(b"~")[0], ignorechars=_SPACES)


_WRAPS: Final = {HEX: _from_hex, BASE_85: _from_85, FLATE: unpack}
