"""What is left in a clean copy is what can be seen, and nothing that was hidden beside it."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image

from admin.cleaning import child, frames
from admin.cleaning.frames import Answer, Made, Outcome
from admin.cleaning.kinds import Kind
from tests import hidden_documents, hidden_words
from tests.hidden_words import PICTURES, SIZE, Canaries

WORDS = "They called me again."


def made(answer: Answer) -> dict[Made, bytes]:
    assert answer.outcome is Outcome.CLEAN
    return {part.made: part.data for part in answer.parts}


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


@pytest.fixture(autouse=True)
def ready() -> None:
    child.warm_up()


def test_the_files_hide_more_than_a_hundred_words() -> None:
    said = Canaries()
    for plant in (*PICTURES.values(), hidden_documents.a_pdf):
        before = set(said.planted)
        data = plant(said)
        assert set(said.planted) - before <= set(said.found_in(hidden_words.unpacked(data)))
    assert len(said.planted) > 100


@pytest.mark.parametrize("plant", PICTURES.values(), ids=PICTURES)
def test_nothing_hidden_in_a_picture_comes_through(plant: Callable[[Canaries], bytes]) -> None:
    said = Canaries()
    found = made(child.answer(plant(said)))
    assert set(found) == set(Made)
    for data in found.values():
        assert said.found_in(hidden_words.unpacked(data)) == []
        picture = opened(data)
        told = set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert told == set()
        assert not picture.getexif()


@pytest.mark.parametrize("plant", PICTURES.values(), ids=PICTURES)
def test_what_can_be_seen_of_a_picture_is_the_same(plant: Callable[[Canaries], bytes]) -> None:
    copy = opened(made(child.answer(plant(Canaries())))[Made.COPY]).convert("RGB")
    assert copy.size == SIZE
    for place, wanted in (((10, 10), (220, 30, 30)), ((50, 40), (200, 220, 240))):
        seen = copy.getpixel(place)
        assert isinstance(seen, tuple)
        assert all(abs(one - other) < 40 for one, other in zip(seen, wanted, strict=True))


def test_a_picture_that_lies_on_its_side_is_put_upright() -> None:
    copy = opened(made(child.answer(hidden_words.a_jpeg(Canaries(), turned=6)))[Made.COPY])
    assert copy.size == SIZE[::-1]
    seen = copy.getpixel((40, 10))
    assert isinstance(seen, tuple)
    assert seen[0] > 180 > seen[1]


def test_the_grey_and_the_blurred_picture_have_no_colour_and_the_blurred_one_is_small() -> None:
    out = io.BytesIO()
    hidden_words.a_picture(size=(4000, 3000)).save(out, "JPEG")
    found = made(child.answer(out.getvalue()))
    grey, blurred = opened(found[Made.GREY]), opened(found[Made.PREVIEW])
    assert {grey.mode, blurred.mode} == {"L"}
    assert max(grey.size) == 1600
    assert max(blurred.size) == 160


def test_what_is_behind_glass_is_on_white_paper() -> None:
    hidden = hidden_words.a_picture("RGBA")
    hidden.putalpha(0)
    out = io.BytesIO()
    hidden.save(out, "PNG")
    copy = opened(made(child.answer(out.getvalue()))[Made.COPY])
    assert copy.getcolors() == [(SIZE[0] * SIZE[1], (255, 255, 255))]


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "P", "CMYK"])
def test_pictures_of_every_depth_are_painted(mode: str) -> None:
    out = io.BytesIO()
    if mode == "I;16":
        Image.new(mode, SIZE, 0x8000).save(out, "TIFF")
    else:
        hidden_words.a_picture(mode).save(out, "TIFF")
    copy = opened(made(child.answer(out.getvalue()))[Made.COPY])
    assert copy.mode in {"L", "RGB"}
    if mode == "I;16":
        assert copy.getpixel((0, 0)) == 0x80


def test_a_profile_that_makes_no_sense_changes_no_colour() -> None:
    out = io.BytesIO()
    hidden_words.a_picture().save(out, "JPEG", icc_profile=b"no profile at all" * 9)
    copy = opened(made(child.answer(out.getvalue()))[Made.COPY])
    assert "icc_profile" not in copy.info


def test_nothing_hidden_in_a_document_comes_through() -> None:
    said = Canaries()
    found = made(child.answer(hidden_documents.a_pdf(said, WORDS)))
    assert set(found) == {Made.COPY}
    plain = hidden_words.unpacked(found[Made.COPY])
    assert said.found_in(plain) == []
    assert WORDS.encode() in plain
    for word in (b"/JavaScript", b"/OpenAction", b"/Annots", b"/EmbeddedFiles", b"/Metadata"):
        assert word not in plain


def test_a_picture_in_a_document_keeps_its_pixels() -> None:
    said = Canaries()
    copy = made(child.answer(hidden_documents.a_pdf(said)))[Made.COPY]
    with pikepdf.Pdf.open(io.BytesIO(copy)) as pdf:
        form = pdf.pages[0].obj.Resources.XObject.Fm0
        inside = form.Resources.XObject.Im0
        seen = opened(inside.read_raw_bytes())
    before = opened(hidden_words.a_jpeg(Canaries()))
    assert seen.size == SIZE
    assert seen.convert("L").tobytes() == before.convert("L").tobytes()


def test_a_locked_document_is_told_from_a_broken_one() -> None:
    out = io.BytesIO()
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out, encryption=pikepdf.Encryption(owner="theirs", user="theirs"))
    assert child.answer(out.getvalue()) == Answer(Outcome.LOCKED)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"plain words",
        b"PK\x03\x04 an office document",
        b"\x7fELF a program",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"\0\0\0\x18ftypheic a photo of a telephone",
        b"RIFF\0\0\0\0WAVE",
    ],
)
def test_only_pictures_and_documents_are_read_at_all(data: bytes) -> None:
    assert child.answer(data) == Answer(Outcome.OTHER_KIND)


def test_what_a_file_is_called_does_not_count_but_how_it_begins() -> None:
    answer = child.answer(hidden_words.a_png(Canaries()))
    (copy,) = (part for part in answer.parts if part.made is Made.COPY)
    assert copy.kind is Kind.PNG


def test_an_answer_is_read_back_as_it_was_written() -> None:
    answer = child.answer(hidden_words.a_jpeg(Canaries()))
    assert frames.read(frames.written(answer)) == answer
