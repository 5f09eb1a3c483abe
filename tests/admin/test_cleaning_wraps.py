"""However a photo is packed in a document, it comes out bare, or not at all."""

import base64
import io
import zlib
from collections.abc import Callable, Sequence

import pikepdf
import pytest
from pikepdf import Array, ContentStreamInlineImage, Dictionary, Name, Pdf
from PIL import Image

from admin.cleaning import child, pdf_filters, pdf_pictures
from admin.cleaning.frames import Answer, Outcome
from tests import hidden_words
from tests.admin.test_cleaning_documents import rebuilt, saved
from tests.hidden_words import SIZE, Canaries, as_picture

WRAPS: dict[str, Callable[[bytes], bytes]] = {
    "/DCTDecode": bytes,
    "/DCT": bytes,
    "/FlateDecode": zlib.compress,
    "/Fl": zlib.compress,
    "/ASCII85Decode": lambda data: base64.a85encode(data, wrapcol=70) + b"~>",
    "/A85": lambda data: b" " + base64.a85encode(data) + b"~>",
    "/ASCIIHexDecode": lambda data: data.hex(" ").encode() + b">",
    "/AHx": lambda data: data.hex().encode(),
}
# Each can be shown by programs that people use.
CHAINS = [
    ["/DCT"],
    ["/A85", "/DCT"],
    ["/ASCII85Decode", "/DCTDecode"],
    ["/AHx", "/DCTDecode"],
    ["/ASCIIHexDecode", "/FlateDecode", "/DCTDecode"],
    ["/Fl", "/A85", "/DCT"],
]


def wrapped(data: bytes, chain: Sequence[str]) -> bytes:
    for name in reversed(chain):
        data = WRAPS[name](data)
    return data


def pictures(data: bytes, chain: Sequence[str], parms: object = None) -> list[pikepdf.Object]:
    """Return what is left of a picture that is packed so."""

    def build(pdf: Pdf, page: pikepdf.Object) -> None:
        made = as_picture(pdf, b"", ColorSpace=Name.DeviceRGB)
        made.write(data, filter=Array([Name(name) for name in chain]))
        if parms is not None:
            made.DecodeParms = parms
        page.Resources = Dictionary(XObject=Dictionary(Im0=made))

    resources = rebuilt(build).pages[0].obj.Resources
    return list(resources.XObject.values()) if "/XObject" in resources else []


def inline(data: bytes, chain: Sequence[str], more: bytes = b"") -> list[ContentStreamInlineImage]:
    """Return what is left of a picture that stands in a line of a page."""
    names = " ".join(chain).encode()
    head = b"BI /W %d /H %d /BPC 8 /CS /RGB /F [%s] %s ID " % (*SIZE, names, more)

    def build(pdf: Pdf, page: pikepdf.Object) -> None:
        page.Contents = pdf.make_stream(b"q " + head + data + b"\nEI Q")

    lines = pikepdf.parse_content_stream(rebuilt(build).pages[0])
    return [line for line in lines if isinstance(line, ContentStreamInlineImage)]


@pytest.mark.parametrize("chain", CHAINS, ids=" ".join)
def test_a_photo_is_kept_and_nothing_that_was_hidden_in_it(chain: list[str]) -> None:
    said = Canaries()
    photo = hidden_words.a_jpeg(said)
    (kept,) = pictures(wrapped(photo, chain), chain)
    (line,) = inline(wrapped(photo, chain), chain)
    for filters, data in (
        (kept.Filter, kept.read_raw_bytes()),
        (line.iimage.obj.Filter, line.iimage.read_raw_bytes()),
    ):
        assert filters in (Name.DCTDecode, Array([Name.DCTDecode]))
        assert Image.open(io.BytesIO(data)).size == SIZE
        assert said.found_in(data) == []


@pytest.mark.parametrize(
    "chain",
    [
        ["/LZWDecode", "/DCTDecode"],
        ["/RL", "/DCT"],
        ["/DCTDecode", "/FlateDecode"],
        ["/Own"],
        ["/Own", "/DCTDecode"],
    ],
    ids=" ".join,
)
def test_a_photo_that_cannot_be_unwrapped_is_left_out(chain: list[str]) -> None:
    photo = hidden_words.a_jpeg(Canaries())
    assert pictures(photo, chain) == []
    assert inline(photo, chain) == []


def test_what_comes_out_of_rows_of_pixels_is_no_photo() -> None:
    photo = hidden_words.a_jpeg(Canaries())
    chain = ["/FlateDecode", "/DCTDecode"]
    rows = Array([Dictionary(Predictor=15, Columns=3), Dictionary()])
    assert pictures(wrapped(photo, chain), chain, rows) == []


def test_a_picture_that_no_line_may_hold_is_left_out_there() -> None:
    out = io.BytesIO()
    hidden_words.a_picture("RGB").save(out, "JPEG2000")
    assert inline(out.getvalue(), ["/JPXDecode"]) == []


@pytest.mark.parametrize("chain", [["/FlateDecode"], ["/A85", "/Fl"]], ids=" ".join)
def test_plain_pixels_are_kept_without_what_lies_behind_them(chain: list[str]) -> None:
    pixels = bytes(SIZE[0] * SIZE[1] * 3)
    packed = zlib.compress(pixels) + b"hidden behind the end"
    data = packed if len(chain) == 1 else WRAPS["/A85"](packed)
    (kept,) = pictures(data, chain)
    (line,) = inline(data, chain)
    assert kept.read_raw_bytes() == zlib.compress(pixels)
    assert line.iimage.read_raw_bytes().removesuffix(b"\n") == zlib.compress(pixels)
    assert kept.read_bytes() == pixels


def test_of_how_a_line_is_packed_only_numbers_are_kept() -> None:
    row = b"\0" + bytes(3 * SIZE[0])
    more = b"/DP [<</Predictor 15 /Colors 3 /Columns %d /Own (hidden) >>]" % SIZE[0]
    (line,) = inline(zlib.compress(row * SIZE[1]), ["/Fl"], more)
    (said,) = line.iimage.obj.DecodeParms
    assert dict(said.items()) == {"/Predictor": 15, "/Colors": 3, "/Columns": SIZE[0]}


def test_a_bomb_in_a_wrap_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_filters, "MOST_UNPACKED", 1 << 20)
    chain = ["/A85", "/Fl", "/DCT"]
    bomb = WRAPS["/A85"](zlib.compress(bytes(3 << 20)))

    def build(pdf: Pdf, page: pikepdf.Object) -> None:
        made = as_picture(pdf, b"", ColorSpace=Name.DeviceRGB)
        made.write(bomb, filter=Array([Name(name) for name in chain]))
        page.Resources = Dictionary(XObject=Dictionary(Im0=made))

    assert child.answer(saved(build)) == Answer(Outcome.TOO_LARGE)


@pytest.mark.parametrize(
    "said",
    [Array(), Array([Array()]), Array([Dictionary()])],
    ids=["nothing", "a list", "a dictionary"],
)
def test_a_stream_that_says_nonsense_of_its_packing_is_still_looked_at(said: Array) -> None:
    with Pdf.new() as pdf:
        stream = pdf.make_stream(b"a font")
        stream.Filter = said
        assert pdf_pictures.bounded(stream).read_raw_bytes() == b"a font"
