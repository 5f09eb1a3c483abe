"""Every catalogue passes every gate, so that no language is offered half-finished."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from forms.questions import QUESTIONS
from reporting.languages import LOCALE, OFFERED, SOURCE, Language
from tests.catalogues import ROOT, extracted

FILES = sorted(
    path for package in ("reporting", "admin") for path in ROOT.glob(f"{package}/locale/*/*/*.po")
)
BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[a-z%]")
IN_THEIR_OWN_WORDS = "language"  # each language stands under its own name
DIRECTION_MARKS = {"\u200e", "\u200f", "\u061c"}
each_language = pytest.mark.parametrize("offer", OFFERED, ids=lambda offer: offer.code)
each_translation = pytest.mark.parametrize(
    "offer",
    [offer for offer in OFFERED if offer.code != SOURCE],
    ids=lambda offer: offer.code,
)
each_catalogue = pytest.mark.parametrize(
    "path", FILES, ids=lambda path: f"{path.stem}-{path.parts[-3]}"
)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def messages(path: Path) -> list[Message]:
    return [message for message in read(path) if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return the one text of a message, or each of its plural forms."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def test_each_folder_is_a_language_on_offer() -> None:
    folders = {path.name for path in LOCALE.iterdir() if path.is_dir()}
    assert {offer.folder.name for offer in OFFERED} == folders >= {"ja", "en", "zh_Hans"}


@each_language
def test_a_language_on_offer_has_a_catalogue_and_a_record_of_who_read_it(offer: Language) -> None:
    catalogue = offer.folder / "LC_MESSAGES" / "public.po"
    assert catalogue in FILES or offer.code == SOURCE
    assert offer.folder.name == offer.code.replace("-", "_")
    assert offer.review.version
    assert f"| {offer.name} |" in (ROOT / "docs/translating.md").read_text(encoding="utf-8")


@each_language
def test_a_language_runs_the_way_its_people_write_it(offer: Language) -> None:
    assert offer.direction == Locale.parse(offer.code, sep="-").text_direction


@each_catalogue
def test_the_plural_rule_is_that_of_the_language(path: Path) -> None:
    assert read(path).num_plurals == get_plural(path.parts[-3]).num_plurals


@each_catalogue
def test_everything_is_translated_and_nothing_is_a_guess(path: Path) -> None:
    for message in messages(path):
        is_said = all(text.strip() for text in forms(message.string))
        assert is_said, f"{message.id!r} is not translated in {path.relative_to(ROOT)}"
        assert not message.fuzzy, message.id
    assert not read(path).obsolete


@each_catalogue
def test_a_translation_has_the_placeholders_of_its_original(path: Path) -> None:
    for message in messages(path):
        wanted = sorted(PLACEHOLDER.findall(forms(message.id)[-1]))
        for text in forms(message.string):
            assert sorted(PLACEHOLDER.findall(text)) == wanted, message.id


@each_catalogue
def test_each_message_has_as_many_plural_forms_as_its_language(path: Path) -> None:
    catalogue = read(path)
    for message in messages(path):
        count = catalogue.num_plurals if message.pluralizable else 1
        assert len(forms(message.string)) == count, message.id


@each_catalogue
def test_no_message_holds_markup_or_signs_that_turn_text_around(path: Path) -> None:
    for message in messages(path):
        for text in (*forms(message.id), *forms(message.string)):
            assert not set("<>&") & set(text), text
            assert not {unicodedata.bidirectional(sign) for sign in text} & BIDI_CONTROLS, text
            assert not set(text) & DIRECTION_MARKS, text


@each_catalogue
def test_the_catalogue_holds_exactly_what_the_sources_say(path: Path, tmp_path: Path) -> None:
    found = {message.id for message in extracted(path.parents[2], tmp_path) if message.id}
    assert {message.id for message in messages(path)} == found, "run `make messages`"


@each_translation
def test_every_answer_that_a_form_offers_is_in_the_catalogue(offer: Language) -> None:
    said = {
        option.label
        for question in QUESTIONS.values()
        for option in question.options
        if question.name != IN_THEIR_OWN_WORDS and option.label
    }
    known = {message.id for message in messages(offer.folder / "LC_MESSAGES" / "public.po")}
    assert said <= known, "name their list in reporting/locale/babel.toml, run `make messages`"


@each_catalogue
@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")
def test_msgfmt_finds_nothing_wrong(path: Path, tmp_path: Path) -> None:
    command = ["msgfmt", "-c", "-o", str(tmp_path / "out.mo"), str(path)]
    checked = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")
