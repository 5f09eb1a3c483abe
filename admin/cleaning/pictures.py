"""Pictures: paint what can be seen of one into new pixels; nothing else of it is carried over."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms, ImageFilter, ImageOps

from admin.cleaning.frames import MOST_PIXELS, Made, Part, TooLargeError
from admin.cleaning.kinds import Kind

FORMATS: Final = {
    Kind.JPEG: "JPEG",
    Kind.PNG: "PNG",
    Kind.WEBP: "WEBP",
    Kind.GIF: "GIF",
    Kind.BMP: "BMP",
    Kind.TIFF: "TIFF",
}
GREY_SIDE: Final = 1600
PREVIEW_SIDE: Final = 160
BLUR: Final = 4
SIXTEEN_BITS: Final = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})
_PHOTOS: Final = frozenset({Kind.JPEG, Kind.WEBP})
_BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def repaint(data: bytes, kind: Kind) -> tuple[Part, ...]:
    """Return a clean copy of a picture, the same in grey, and a small one that is blurred.

    Of several pictures in one it is the first. Raises TooLargeError, and whatever Pillow raises
    for what is no picture.
    """
    painted = _painted(data, kind)
    grey = painted.convert("L")
    grey.thumbnail((GREY_SIDE, GREY_SIDE))
    small = grey.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    blurred = small.filter(ImageFilter.GaussianBlur(BLUR))
    copied = Kind.JPEG if kind in _PHOTOS else Kind.PNG
    return (
        Part(Made.PREVIEW, Kind.JPEG, _saved(blurred, Kind.JPEG)),
        Part(Made.GREY, Kind.JPEG, _saved(grey, Kind.JPEG)),
        Part(Made.COPY, copied, _saved(painted, copied)),
    )


def decoded(data: bytes, *formats: str) -> Image.Image:
    """Return a picture of one of these formats, read to its last line.

    Raises TooLargeError, and whatever Pillow raises for what is no picture.
    """
    with _no_bombs():
        found = Image.open(BytesIO(data), formats=formats)
        if found.width * found.height > MOST_PIXELS:
            raise TooLargeError
        found.load()
        return found


def flat(found: Image.Image) -> Image.Image:
    """Return what can be seen of a picture, grey or in colour: nothing hides behind glass."""
    if found.mode in SIXTEEN_BITS:
        found = found.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if found.has_transparency_data:
        seen = found.convert("RGBA")
        paper = Image.new("RGB", found.size, "white")
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    mode = "L" if found.mode in {"1", "L"} else "RGB"
    painted = Image.new(mode, found.size)
    painted.paste(_true_to_colour(found).convert(mode))
    return painted


def _painted(data: bytes, kind: Kind) -> Image.Image:
    # Upright first: what says which side is up is left behind.
    return flat(ImageOps.exif_transpose(decoded(data, FORMATS[kind])))


def _true_to_colour(found: Image.Image) -> Image.Image:
    """Return a picture in the colours that every screen knows, where it brings its own."""
    own = found.info.get("icc_profile")
    if own and found.mode in {"RGB", "CMYK"}:
        # A profile that makes no sense says nothing about colours.
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            known = ImageCms.createProfile("sRGB")
            seen = ImageCms.profileToProfile(found, BytesIO(own), known, outputMode="RGB")
            return found if seen is None else seen
    return found


def _saved(picture: Image.Image, kind: Kind) -> bytes:
    out = BytesIO()
    if kind is Kind.JPEG:
        picture.save(out, "JPEG", quality=92)
    else:
        picture.save(out, "PNG")
    return out.getvalue()


@contextmanager
def _no_bombs() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except _BOMBS:
            raise TooLargeError from None
