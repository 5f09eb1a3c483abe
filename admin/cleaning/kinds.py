"""Kinds: what a file is, by its first bytes and never by its name."""

from enum import StrEnum, unique
from typing import Final

HEAD_BYTES: Final = 1024


@unique
class Kind(StrEnum):
    """A kind of file, as its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    GIF = "image/gif"
    BMP = "image/bmp"
    TIFF = "image/tiff"
    HEIC = "image/heic"
    PDF = "application/pdf"
    TEXT = "text/plain"
    OTHER = "application/octet-stream"


PICTURES: Final = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.GIF, Kind.BMP, Kind.TIFF})
CLEANED: Final = PICTURES | {Kind.PDF}
# What starts nothing by itself when somebody opens it; anything else may.
CALM: Final = CLEANED | {Kind.TEXT}
_STARTS: Final = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"BM", Kind.BMP),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"%PDF-", Kind.PDF),
)
_FILM: Final = slice(4, 8), b"ftyp"  # of what films and such photos begin with
_PHOTOS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_SCRIPTS: Final = frozenset({b"#!", b"@e", b"@E", b"MZ"})
_MARKS: Final = frozenset(range(32)) - frozenset(b"\t\n\r")


def of(head: bytes) -> Kind:
    """Return what a file is that begins like this; `head` is `HEAD_BYTES` of it, or all."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    place, begins = _FILM
    if head[place] == begins and head[8:12] in _PHOTOS:
        return Kind.HEIC
    for start, kind in _STARTS:
        # Two letters begin many a text too: a picture goes on with what no text has.
        if head.startswith(start) and not (kind is Kind.BMP and _is_text(head)):
            return kind
    return Kind.TEXT if _is_text(head) else Kind.OTHER


def _is_text(head: bytes) -> bool:
    """Say whether it is plain words: no script names its reader, no page its tags."""
    if not _MARKS.isdisjoint(head) or head.lstrip()[:2] in _SCRIPTS:
        return False
    if head.lstrip()[:1] in {b"<", b"{"}:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A sign may be cut in two at the end of what was looked at.
        return len(head) == HEAD_BYTES and error.start > HEAD_BYTES - 4
    return True
