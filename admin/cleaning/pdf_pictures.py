"""PDF pictures: take the pictures of a document over, without what says who made them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from admin.cleaning import pictures, segments
from admin.cleaning.frames import MOST_PIXELS, TooLargeError

MOST_UNPACKED: Final = 256 << 20
_STEP: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """The bytes of a picture, how they are packed, and what is said of it anew."""

    data: bytes = field(repr=False)
    filters: tuple[str, ...] = ()
    parms: object = None
    described: Mapping[str, int | str] = field(default_factory=dict)


def packed(found: Stream) -> Packed | None:
    """Return a picture as it is carried over; nothing where it is none. Raises TooLargeError."""
    if _number(found, "/Width") * _number(found, "/Height") > MOST_PIXELS:
        raise TooLargeError
    coded = _filters(found)[-1:]
    try:
        if coded == ["/JPXDecode"]:
            return _painted(found)
        if coded == ["/DCTDecode"]:
            return Packed(segments.bare(_unwrapped(found)), (*coded,), _last_parms(found))
    except (ValueError, OSError, zlib.error):
        return None
    raw = bounded(found).read_raw_bytes()
    return Packed(raw, (*_filters(found),), found.get("/DecodeParms"))


def bounded(found: Stream) -> Stream:
    """Return a stream that is not larger, unpacked, than we or anybody could hold.

    Raises TooLargeError, and zlib.error for what is none.
    """
    if "/FlateDecode" in _filters(found)[:1]:
        _unpack(found.read_raw_bytes())
    return found


def _unpack(data: bytes) -> bytes:
    out, reader = bytearray(), zlib.decompressobj()
    while data and not reader.eof:
        out += reader.decompress(data, _STEP)
        data = reader.unconsumed_tail
        if len(out) > MOST_UNPACKED:
            raise TooLargeError
    return bytes(out)


def _filters(found: Stream) -> list[str]:
    said = found.get("/Filter")
    names = list(said) if isinstance(said, Array) else [said]
    return [str(name) for name in names if isinstance(name, Name)]


def _unwrapped(found: Stream) -> bytes:
    """Return the bytes of a coded picture, without what they are wrapped in besides."""
    data = found.read_raw_bytes()
    for name in _filters(found)[:-1]:
        if name != "/FlateDecode":
            raise ValueError("wrapped in something else")
        data = _unpack(data)
    return data


def _last_parms(found: Stream) -> object:
    """Return how the colours of a JPEG are coded, where the document says so."""
    said = found.get("/DecodeParms")
    last = list(said)[-1:] if isinstance(said, Array) else [said]
    return next((one for one in last if isinstance(one, Dictionary)), None)


def _painted(found: Stream) -> Packed:
    """Return a picture whose format we do not take apart, in new pixels."""
    seen = pictures.flat(pictures.decoded(_unwrapped(found), "JPEG2000"))
    space = "/DeviceGray" if seen.mode == "L" else "/DeviceRGB"
    described: dict[str, int | str] = {
        "/Width": seen.width,
        "/Height": seen.height,
        "/BitsPerComponent": 8,
        "/ColorSpace": space,
    }
    return Packed(seen.tobytes(), described=described)


def _number(found: pikepdf.Object, name: str) -> int:
    said: object = found.get(name)
    return said if isinstance(said, int) else 0
