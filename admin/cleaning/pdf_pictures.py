"""PDF pictures: take the pictures of a document over, without what says who made them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from admin.cleaning import pdf_filters, pictures, segments
from admin.cleaning.frames import MOST_PIXELS, TooLargeError
from admin.cleaning.pdf_filters import Wrapped


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
    try:
        chain = pdf_filters.listed(found.get("/Filter"), found.get("/DecodeParms"))
        inner = pdf_filters.unwrapped(Wrapped(found.read_raw_bytes(), *chain))
        if inner.last == pdf_filters.JPEG_2000:
            return _painted(inner.data)
        data = segments.bare(inner.data) if inner.last == pdf_filters.JPEG else inner.data
    except (ValueError, OSError, zlib.error):
        return None
    said = [Dictionary() if one is None else one for one in inner.parms]
    return Packed(data, inner.filters, Array(said) if any(inner.parms) else None)


def bounded(found: Stream) -> Stream:
    """Return a stream that is not larger, unpacked, than we or anybody could hold.

    Raises TooLargeError, and zlib.error for what is none.
    """
    said = found.get("/Filter")
    names = list(said)[:1] if isinstance(said, Array) else [said]
    # Whatever a stranger's document puts there: nothing at all, or something that is no name.
    if [str(one) for one in names if isinstance(one, Name)] in (["/FlateDecode"], ["/Fl"]):
        pdf_filters.unpack(found.read_raw_bytes())
    return found


def _painted(data: bytes) -> Packed:
    """Return a picture whose format we do not take apart, in new pixels."""
    seen = pictures.flat(pictures.decoded(data, "JPEG2000"))
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
