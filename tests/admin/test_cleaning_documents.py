"""A document that is written anew looks as it did, whatever it was painted with."""

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from admin.cleaning import child, documents, pdf_filters
from admin.cleaning.frames import Answer, Outcome
from tests import hidden_words
from tests.hidden_words import SIZE, Canaries, as_picture

OPEN: list[Pdf] = []  # a document that nobody holds closes, and takes its objects with it
Build = Callable[[Pdf, pikepdf.Object], None]


@pytest.fixture(autouse=True)
def ready() -> None:
    child.warm_up()


def rebuilt(build: Build) -> Pdf:
    """Return the clean copy of a document of one page, as it was built."""
    answer = child.answer(saved(build))
    assert answer.outcome is Outcome.CLEAN
    copy = Pdf.open(io.BytesIO(answer.parts[0].data))
    OPEN.append(copy)
    return copy


def saved(build: Build) -> bytes:
    out = io.BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 200))
        build(pdf, pdf.pages[0].obj)
        pdf.save(out)
    return out.getvalue()


def content(pdf: Pdf) -> list[str]:
    return pdf.pages[0].obj.Contents.read_bytes().decode("latin-1").split("\n")


def painted(said: bytes) -> list[str]:
    """Return what is left of some content."""

    def build(pdf: Pdf, page: pikepdf.Object) -> None:
        page.Contents = pdf.make_stream(said)

    return content(rebuilt(build))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (b"1 0 0 RG 0.5 g", ["1 0 0 RG", "0.5 g"]),
        (b"[3 2] 0 d", ["[ 3 2 ] 0 d"]),
        (b"[(canary)] 0 d 1 w", ["1 w"]),
        (b"<</A (canary)>> w 2 w", ["2 w"]),
        (b"(canary) q Q", ["q", "Q"]),
        (b"9 9 1 0 0 1 5 5 cm", ["1 0 0 1 5 5 cm"]),
        (b"/Cs1 cs 0.1 0.2 /P1 scn", ["/Cs1 cs", "0.1 0.2 /P1 scn"]),
        (b'BT [(a) -20 (b)] TJ 1 2 (c) " ET', ["BT", "[ (a) -20 (b) ] TJ", '1 2 (c) "', "ET"]),
        (b"/Artifact BMC BX (canary) ZZ EX EMC", [""]),
    ],
)
def test_what_paints_is_left_and_nothing_else(said: bytes, left: list[str]) -> None:
    assert painted(said) == left


def test_pictures_between_the_words_stay_without_what_hides_in_them() -> None:
    said = Canaries()
    photo = hidden_words.a_jpeg(said)
    head = b"BI /W 64 /H 48 /BPC 8 /CS /RGB /F /DCT /L %d ID " % len(photo)
    broken = b" BI /W 2 /H 2 /BPC 8 /CS /RGB /F /DCT ID broken\nEI"
    left = "\n".join(painted(head + photo + b"\nEI" + broken))
    assert left.count("BI ") == 1
    assert said.found_in(left.encode("latin-1")) == []
    seen = left.partition(" ID ")[2].rpartition("\nEI")[0].encode("latin-1")
    assert Image.open(io.BytesIO(seen)).size == SIZE


def test_a_page_keeps_how_it_lies_also_where_another_says_so() -> None:
    def build(pdf: Pdf, page: pikepdf.Object) -> None:
        above = pdf.Root.Pages
        del page.MediaBox, page.Resources
        above.MediaBox, above.Rotate = [0, 0, 111, 222], 90
        above.Resources = Dictionary(ExtGState=Dictionary(G=Dictionary(ca=0.5, Own=String("x"))))
        page.UserUnit, page.CropBox = 2, [1, 1, 9, 9]
        page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)

    page = rebuilt(build).pages[0].obj
    assert [int(side) for side in page.MediaBox] == [0, 0, 111, 222]
    assert [int(page.Rotate), int(page.UserUnit)] == [90, 2]
    assert [int(side) for side in page.CropBox] == [1, 1, 9, 9]
    assert str(page.Group.S) == "/Transparency"
    assert set(page.Resources.ExtGState.G.keys()) == {"/ca"}


def test_a_page_that_says_nothing_is_a_sheet_of_paper() -> None:
    def build(_pdf: Pdf, page: pikepdf.Object) -> None:
        del page.MediaBox

    assert [int(side) for side in rebuilt(build).pages[0].obj.MediaBox] == [0, 0, 612, 792]


def test_pages_without_end_and_branches_without_end_are_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = saved(lambda _pdf, _page: None)
    with monkeypatch.context() as patched:
        patched.setattr(documents, "MOST_PAGES", 0)
        assert child.answer(data) == Answer(Outcome.TOO_LARGE)
    monkeypatch.setattr(documents, "MOST_STEPS", 1)
    assert child.answer(data) == Answer(Outcome.TOO_LARGE)


def test_colours_stay_and_profiles_and_names_of_their_own_do_not() -> None:
    said = Canaries()

    def build(pdf: Pdf, page: pikepdf.Object) -> None:
        profile = pdf.make_stream(hidden_words.profile(said, "of four"), N=4)
        tint = pdf.make_stream(b"{dup 0 mul exch}", FunctionType=4, Domain=[0, 1], Range=[0, 1])
        inks = Dictionary(
            Colorants=Dictionary(Gold=Array([Name.Separation, Name.Gold, Name.DeviceGray, tint])),
            Own=String(said.word("of inks")),
        )
        page.Resources = Dictionary(
            ColorSpace=Dictionary(
                Four=Array([Name.ICCBased, profile]),
                Nothing=Array([Name.ICCBased]),
                Few=Array([Name.Indexed, Name.DeviceGray, 1, String(b"\x00\xff")]),
                Inks=Array([Name.DeviceN, Array([Name.Gold]), Name.DeviceGray, tint, inks]),
                Empty=Array([]),
            )
        )

    copy = rebuilt(build)
    spaces = copy.pages[0].obj.Resources.ColorSpace
    assert (spaces.Four, spaces.Nothing) == (Name.DeviceCMYK, Name.DeviceRGB)
    assert bytes(spaces.Few[3]) == b"\x00\xff"
    assert spaces.Inks[3].read_bytes() == b"{dup 0 mul exch}"
    assert spaces.Inks[4].Colorants.Gold[1] == Name.Gold
    out = io.BytesIO()
    copy.save(out)
    assert said.found_in(hidden_words.unpacked(out.getvalue())) == []


def test_signs_of_a_font_and_tiles_of_a_pattern_are_content_too() -> None:
    def build(pdf: Pdf, page: pikepdf.Object) -> None:
        sign = pdf.make_stream(b"9 0 d0 (canary) ZZ 0 0 5 5 re f")
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(a=sign), Resources=Name.None_
        )
        tile = pdf.make_stream(
            b"(canary) ZZ 0 0 5 5 re f", PatternType=1, Resources=Dictionary(), BBox=[0, 0, 9, 9]
        )
        odd = Dictionary(Type=Name.Font, CharProcs=Name.None_)
        page.Resources = Dictionary(
            Font=Dictionary(F3=font, Odd=odd), Pattern=Dictionary(P1=tile), XObject=Name.None_
        )

    resources = rebuilt(build).pages[0].obj.Resources
    left = "0 0 5 5 re\nf"
    assert resources.Font.F3.CharProcs.a.read_bytes().decode() == f"9 0 d0\n{left}"
    assert resources.Pattern.P1.read_bytes().decode() == left
    assert "/XObject" not in resources


def test_what_leads_back_to_itself_is_copied_once() -> None:
    def build(pdf: Pdf, page: pikepdf.Object) -> None:
        form = pdf.make_stream(b"q Q", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 1, 1])
        form.Resources = Dictionary(XObject=Dictionary(Again=form))
        state = pdf.make_indirect(Dictionary(ca=1))
        ring = pdf.make_indirect(Array())
        ring.append(ring)
        page.Resources = Dictionary(
            XObject=Dictionary(Fm=form),
            ExtGState=Dictionary(A=state, B=state),
            ColorSpace=Dictionary(Ring=ring),
        )

    resources = rebuilt(build).pages[0].obj.Resources
    assert resources.XObject.Fm.Resources.XObject.Again.objgen == resources.XObject.Fm.objgen
    assert resources.ExtGState.A.objgen == resources.ExtGState.B.objgen
    assert resources.ColorSpace.Ring[0].objgen == resources.ColorSpace.Ring.objgen


def put(page: pikepdf.Object, picture: pikepdf.Object) -> None:
    page.Resources = Dictionary(XObject=Dictionary(Im0=picture))


def picture_of(build: Callable[[Pdf], pikepdf.Object]) -> pikepdf.Object:
    copy = rebuilt(lambda pdf, page: put(page, build(pdf)))
    picture: pikepdf.Object = copy.pages[0].obj.Resources.XObject.Im0
    return picture


def test_a_picture_of_plain_pixels_keeps_them_and_how_they_are_packed() -> None:
    rows = b"".join(b"\x02" + bytes([n % 7] * 3) for n in range(4))

    def build(pdf: Pdf) -> pikepdf.Object:
        made = as_picture(pdf, b"", ColorSpace=Name.DeviceGray)
        made.Width, made.Height = 3, 4
        parms = Array([Dictionary(Predictor=15, Columns=3, Own=String("canary"))])
        made.write(zlib.compress(rows), filter=Array([Name.FlateDecode]), decode_parms=parms)
        return made

    picture = picture_of(build)
    assert zlib.decompress(picture.read_raw_bytes()) == rows
    parms = picture.DecodeParms
    parms = parms[0] if isinstance(parms, Array) else parms
    assert set(parms.keys()) == {"/Predictor", "/Columns"}


@pytest.mark.parametrize("is_list", [True, False])
def test_a_photo_keeps_how_its_colours_are_coded(*, is_list: bool) -> None:
    said = Canaries()

    def build(pdf: Pdf) -> pikepdf.Object:
        made = as_picture(pdf, b"", ColorSpace=Name.DeviceRGB)
        photo, parms = hidden_words.a_jpeg(said), Dictionary(ColorTransform=1, Own=String("x"))
        if is_list:
            chain = Array([Name.FlateDecode, Name.DCTDecode])
            both = Array([Dictionary(), parms])
            made.write(zlib.compress(photo), filter=chain, decode_parms=both)
        else:
            made.write(photo, filter=Name.DCTDecode, decode_parms=parms)
        return made

    picture = picture_of(build)
    assert picture.Filter == Name.DCTDecode
    assert dict(picture.DecodeParms.items()) == {"/ColorTransform": 1}
    assert said.found_in(picture.read_raw_bytes()) == []


@pytest.mark.parametrize(("mode", "space"), [("L", "/DeviceGray"), ("RGB", "/DeviceRGB")])
def test_a_picture_in_a_format_we_do_not_take_apart_is_painted_anew(mode: str, space: str) -> None:
    out = io.BytesIO()
    hidden_words.a_picture(mode).save(out, "JPEG2000")

    def build(pdf: Pdf) -> pikepdf.Object:
        made = as_picture(pdf, out.getvalue())
        made.Filter = Name.JPXDecode
        return made

    picture = picture_of(build)
    assert str(picture.ColorSpace) == space
    assert (int(picture.Width), int(picture.Height)) == SIZE
    assert len(picture.read_bytes()) == SIZE[0] * SIZE[1] * len(mode)


def test_a_bomb_is_too_much_wherever_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_filters, "MOST_UNPACKED", 1 << 20)
    bomb = zlib.compress(bytes(3 << 20))

    def picture(pdf: Pdf, page: pikepdf.Object) -> None:
        made = as_picture(pdf, b"", ColorSpace=Name.DeviceGray)
        made.write(bomb, filter=Name.FlateDecode)
        put(page, made)

    def wrapped(pdf: Pdf, page: pikepdf.Object) -> None:
        made = as_picture(pdf, b"", ColorSpace=Name.DeviceGray)
        made.write(bomb, filter=Array([Name.FlateDecode, Name.DCTDecode]))
        put(page, made)

    def font(pdf: Pdf, page: pikepdf.Object) -> None:
        program = pdf.make_stream(b"")
        program.write(bomb, filter=Name.FlateDecode)
        described = Dictionary(Type=Name.FontDescriptor, FontFile2=program)
        page.Resources = Dictionary(Font=Dictionary(F=Dictionary(FontDescriptor=described)))

    for build in (picture, wrapped, font):
        assert child.answer(saved(build)) == Answer(Outcome.TOO_LARGE)
