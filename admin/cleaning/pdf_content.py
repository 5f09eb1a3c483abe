"""PDF content: write anew what paints a page, with the operators that paint and no others."""

import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import pikepdf
from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Object,
)

from admin.cleaning import pdf_filters, segments
from admin.cleaning.frames import MOST_PIXELS, TooLargeError
from admin.cleaning.pdf_filters import Wrapped
from admin.cleaning.pdf_words import ANY, KEYS, OF_TEXT, OPERATORS, PACKING, PICTURE_KEYS

MOST_OPERANDS: Final = 40
COUNTS: Final = {**OPERATORS, **OF_TEXT}


def rewritten(content: Object | pikepdf.Page) -> bytes:
    """Return the content of a page, a form, a pattern or a sign of a font, written anew.

    Raises PdfError for what is none, and TooLargeError.
    """
    lines = (_line(one) for one in pikepdf.parse_content_stream(content))
    return b"\n".join(line for line in lines if line)


def _line(one: ContentStreamInstruction | ContentStreamInlineImage) -> bytes:
    if isinstance(one, ContentStreamInlineImage):
        return _picture(one)
    operator, operands = str(one.operator), list(one.operands)
    if operator not in COUNTS:
        return b""
    count = COUNTS[operator]
    kept = operands[-MOST_OPERANDS:] if count == ANY else operands[len(operands) - count :]
    if operator not in OF_TEXT and not all(map(_is_plain, kept)):
        return b""
    return pikepdf.unparse_content_stream([(kept, one.operator)])


def _is_plain(operand: object) -> bool:
    """Say whether an operand is a number, a name, or several: nothing that could hold words."""
    if isinstance(operand, Array):
        return all(isinstance(one, int | Decimal) for one in operand)
    return isinstance(operand, int | Decimal | Name)


def _picture(one: ContentStreamInlineImage) -> bytes:
    found = one.iimage
    if found.width * found.height > MOST_PIXELS:
        raise TooLargeError
    try:
        chain = pdf_filters.listed(found.obj.get("/Filter"), found.obj.get("/DecodeParms"))
        inner = pdf_filters.unwrapped(Wrapped(found.read_raw_bytes(), *chain))
        data = segments.bare(inner.data) if inner.last == pdf_filters.JPEG else inner.data
    except (ValueError, zlib.error):
        return b""
    if inner.last == pdf_filters.JPEG_2000:  # no line may hold one, and it has room for words
        return b""
    head = b" ".join(_written(found.obj, inner))
    return b"BI " + head + b" ID " + data + b"\nEI"


def _written(described: Object, inner: Wrapped) -> Iterator[bytes]:
    packing = Dictionary()
    if inner.filters:
        packing.Filter = Array([Name(one) for one in inner.filters])
    if any(inner.parms):
        packing.DecodeParms = Array([Dictionary(_numbers(one)) for one in inner.parms])
    kept = [(key, value) for key, value in described.items() if key in PICTURE_KEYS - PACKING]
    for key, value in (*kept, *packing.items()):
        yield Name(key).unparse() + b" " + pikepdf.unparse_content_stream([([value], _NONE)])


def _numbers(parms: object) -> dict[str, Object]:
    said = parms.items() if isinstance(parms, Dictionary) else ()
    return {key: value for key, value in said if key in KEYS and _is_plain(value)}


_NONE: Final = pikepdf.Operator("")
