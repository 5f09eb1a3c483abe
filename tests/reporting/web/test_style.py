import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import escape

import reporting
from reporting.languages import OFFERED, Language
from reporting.web import style

SOURCE = (Path(reporting.__file__).parent / "templates/site.css").read_text(encoding="utf-8")
each_language = pytest.mark.parametrize("offer", OFFERED, ids=lambda offer: offer.code)


@each_language
def test_the_style_is_small(offer: Language) -> None:
    assert len(SOURCE.encode()) < 6_000
    assert len(style.of(offer).text.encode()) <= 4_200


@each_language
def test_the_hash_is_the_one_that_a_browser_counts(offer: Language) -> None:
    made = style.of(offer)
    digest = base64.b64encode(hashlib.sha256(made.text.encode()).digest()).decode()
    assert made.sha256 == f"sha256-{digest}"


@each_language
def test_the_style_stands_in_a_page_as_it_is(offer: Language) -> None:
    assert str(escape(style.of(offer).text)) == style.of(offer).text


@each_language
def test_a_page_carries_the_fonts_of_its_own_language_only(offer: Language) -> None:
    (fonts,) = re.findall(r"html\{font-family:([^;}]+)", style.of(offer).text)
    assert f"html:lang({offer.code}) {{ font-family: {fonts.replace(',', ', ')};" in SOURCE
    assert ":lang(" not in style.of(offer).text


def test_a_language_without_fonts_of_its_own_gets_those_of_the_system() -> None:
    text = style.of(replace(OFFERED[0], code="ug")).text
    assert "html{font-family:system-ui,sans-serif;line-height:1.8}" in text


def test_nothing_in_the_style_depends_on_the_direction_of_reading() -> None:
    assert not re.search(r"(?<![-\w])(left|right|top|bottom|width|height)\s*:", SOURCE)
    assert not re.search(r"-(left|right|top|bottom)\b", SOURCE)


def test_nothing_in_the_style_breaks_joined_or_stacked_scripts() -> None:
    assert not re.search(r"letter-spacing|text-transform|italic|justify;", SOURCE)


def test_the_style_fetches_nothing() -> None:
    assert not re.search(r"url\(|@import|@font-face|content:", SOURCE)
