"""A file is called what it is, opens nothing by mistake, and nobody guesses why it was refused."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms.base import UnknownAnswerError
from forms.evidence import (
    CALM_ENDING,
    NAME_BYTES,
    NOT_KEPT,
    UNKNOWN_TYPE,
    UNSHOWN,
    AddedForm,
    ArrivedForm,
    RemoveForm,
    calm_ending,
    clean_name,
    clean_type,
)
from reporting.uploads import Refusal

NUMBER = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("photo.jpg", "photo.jpg"),
        (r"C:\Users\me\photo.jpg", "photo.jpg"),
        ("/home/me/photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        (r"a/b\c/d.pdf", "d.pdf"),
        ("bill\u202egpj.exe", "billgpj.exe"),
        ("\u2066\u200fphoto\u2069.jpg", "photo.jpg"),
        ("pho\0to\r\n\x1b[31m.jpg\x7f", "photo[31m.jpg"),
        ("photo\u2028.\u2029jpg", "photo.jpg"),
        ("\ud800photo\udfff.jpg", "photo.jpg"),
        ("\ue000photo.jpg\uffff", "photo.jpg"),
        ("  two\u3000 words .jpg ", "two words .jpg"),
        (".hidden", "hidden"),
        ("photo.jpg. .", "photo.jpg"),
        ("证据 شاھىد དཔང་རྟགས 증거.jpg", "证据 شاھىد དཔང་རྟགས 증거.jpg"),
    ],
)
def test_a_name_is_shown_without_its_folders_and_without_signs_that_hide_or_turn_it(
    sent: str, shown: str
) -> None:
    assert clean_name(sent) == shown


@pytest.mark.parametrize("sent", ["", "/", "folder/", "...", " \t", "\u200b", "\ud800", "\0"])
def test_a_file_whose_name_shows_nothing_is_called_a_file(sent: str) -> None:
    assert clean_name(sent) == "file"


@pytest.mark.parametrize("letter", ["x", "é", "证", "\U0001f56f"])
def test_of_a_name_that_is_too_long_the_beginning_and_the_end_are_kept(letter: str) -> None:
    name = clean_name(f"first {letter * 300} last.jpeg")
    assert name.startswith(f"first {letter}")
    assert f"{letter}…{letter}" in name
    assert name.endswith(f"{letter} last.jpeg")
    assert NAME_BYTES - 4 < len(name.encode()) <= NAME_BYTES


def test_a_name_that_just_fits_is_not_cut() -> None:
    name = "证" * 65 + "x.png"
    assert len(name.encode()) == NAME_BYTES
    assert clean_name(name) == name


# The alphabet is every code point, surrogates too: what a browser sends need not be text.
@given(st.text(st.characters(), max_size=400))
@example("x" * 10_000)
@example("\U0001f56f" * 300)
@example("x " * 300)
def test_whatever_a_browser_sends_a_name_is_short_and_shows_every_sign_of_it(sent: str) -> None:
    name = clean_name(sent)
    assert 0 < len(name.encode()) <= NAME_BYTES
    assert not set("/\\") & set(name)
    assert not {unicodedata.category(sign) for sign in name} & UNSHOWN
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("image/jpeg", "image/jpeg"),
        ("Image/JPEG ", "image/jpeg"),
        ('text/plain; charset="utf-8"', "text/plain"),
        ("image/svg+xml", "image/svg+xml"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("", UNKNOWN_TYPE),
        ("jpeg", UNKNOWN_TYPE),
        ("image/", UNKNOWN_TYPE),
        ("image/jpeg/more", UNKNOWN_TYPE),
        ("image/jp eg", UNKNOWN_TYPE),
        ("image/<script>", UNKNOWN_TYPE),
        ("image/jpég", UNKNOWN_TYPE),
        ("image/jpeg\r\nx", UNKNOWN_TYPE),
        ("a/" + "b" * 10_000, UNKNOWN_TYPE),
    ],
)
def test_a_kind_of_file_is_one_that_can_be_one(sent: str, kind: str) -> None:
    assert clean_type(sent) == kind


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("photo.jpg", "jpg"),
        ("Photo.JPEG", "jpeg"),
        ("letter.docx", "docx"),
        ("call.ogg", "ogg"),
        ("a.b.pdf", "pdf"),
        ("virus.exe", "bin"),
        ("page.html", "bin"),
        ("page.xhtml", "bin"),
        ("drawing.svg", "bin"),
        ("macros.docm", "bin"),
        ("photo.jpg.exe", "bin"),
        ("photo.jpg\n", "bin"),
        ("link.lnk", "bin"),
        ("no ending", "bin"),
        ("", "bin"),
    ],
)
def test_a_file_is_saved_with_an_ending_that_starts_nothing(name: str, ending: str) -> None:
    assert calm_ending(name) == ending


@given(st.text(st.characters(), max_size=20))
def test_an_ending_is_plain_letters_whatever_the_name(name: str) -> None:
    assert CALM_ENDING.fullmatch(calm_ending(name)) or calm_ending(name) == "bin"


def test_every_reason_to_refuse_a_file_has_words_of_its_own() -> None:
    assert set(NOT_KEPT) == set(Refusal)
    assert len(set(NOT_KEPT.values())) == len(Refusal)


@pytest.mark.parametrize("reason", list(Refusal))
def test_the_page_says_why_a_file_was_not_kept(reason: Refusal) -> None:
    form = ArrivedForm.shown(ArrivedForm.of({"files": (reason,)}).typed(checked=True))
    assert [(one.field, one.message.text) for one in form.problems] == [("files", NOT_KEPT[reason])]


@pytest.mark.parametrize("others", [("empty",), ("full",), ("closed",), ("full", "closed")])
def test_nobody_is_told_that_all_others_are_here_when_they_are_not(others: tuple[str, ...]) -> None:
    form = ArrivedForm.of({"files": ("too_large", *others)})
    assert not form.validate()
    (problem,) = form.problems
    assert problem.message.text == NOT_KEPT[others[-1]]


def test_in_a_conversation_nobody_is_told_to_take_a_file_away_or_to_send_the_report() -> None:
    for reason in ("full", "closed"):
        (problem,) = AddedForm.shown({"checked": ("yes",), "files": (reason,)}).problems
        assert not re.search("remove|send the report", problem.message.text)
    for reason in ("nothing", "empty", "too_large"):
        (problem,) = AddedForm.shown({"checked": ("yes",), "files": (reason,)}).problems
        assert problem.message.text == NOT_KEPT[reason]


def test_files_that_were_all_kept_leave_nothing_to_say() -> None:
    assert ArrivedForm.of({}).validate()
    assert ArrivedForm.shown({"checked": ("yes",)}).problems == ()


def test_the_number_of_the_file_to_take_away_comes_back_as_it_was_sent() -> None:
    RemoveForm.refuse_unknown({"gone": (NUMBER,)})
    assert RemoveForm.of({"gone": (NUMBER,)}).gone.data == NUMBER
    assert RemoveForm.of({}).gone.data == ""


@pytest.mark.parametrize(
    "values",
    [(), ("",), (NUMBER[1:],), (NUMBER + "0",), (NUMBER.upper(),), ("x" * 32,), (NUMBER,) * 2],
)
def test_what_is_no_number_of_a_file_was_not_sent_by_our_page(values: tuple[str, ...]) -> None:
    with pytest.raises(UnknownAnswerError):
        RemoveForm.refuse_unknown({"gone": values})
