"""Pseudo-language: every text of ours in brackets and Arabic letters, from right to left.

It is a real language folder, made from what `make messages` finds, so that a page shows at once
which of its texts no translator could ever reach, and how it looks the other way round.
"""

import re
import unicodedata
from pathlib import Path
from typing import Final

from babel.messages.pofile import write_po

from reporting.languages import LOCALE
from tests.catalogues import extracted
from tests.visitor import Element, Page

CODE: Final = "sd"  # right to left, with digits of its own in CLDR; not planned for the pages
LANGUAGE: Final = f"""
tag = "{CODE}"
name = "⟦⟧"
direction = "rtl"
place = 99
[review]
role = "writer"
date = 2026-11-24
version = "0"
"""
LETTERS: Final = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
LONGER: Final = 0.4
PLACEHOLDER: Final = re.compile(r"(%\(\w+\)s|%%)")
SHOWN: Final = ("aria-label", "title", "alt", "placeholder")


def install(locale: Path, folder: Path) -> None:
    """Add the language to a folder of languages, with another folder to work in."""
    words = locale / CODE / "LC_MESSAGES" / "public.po"
    words.parent.mkdir(parents=True)
    (locale / CODE / "language.toml").write_text(LANGUAGE, encoding="utf-8")
    catalogue = extracted(LOCALE, folder)
    for message in catalogue:
        if message.id:
            forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            changed = tuple(stretched(form) for form in forms)
            message.string = changed[0] if len(changed) == 1 else changed
    with words.open("wb") as file:
        write_po(file, catalogue)


def stretched(text: str) -> str:
    """Return a text in brackets, in Arabic letters and longer, its placeholders left alone."""
    parts = PLACEHOLDER.split(text)
    turned = "".join(part if PLACEHOLDER.fullmatch(part) else _turned(part) for part in parts)
    filler = " ".join(LETTERS[:4] for _ in range(round(len(text) * LONGER / 5)))
    return f"⟦{turned} {filler}⟧".replace(" ⟧", "⟧")


def untranslated(page: Page) -> list[str]:
    """Return what a page says to people in any other script, outside names and their own words."""
    shown = [text for text, around in page.pieces if _is_ours(around)]
    for element in page.elements:
        if _is_ours((*element.around, element)):
            shown += [element.attributes.get(name, "") for name in SHOWN]
    return [text.strip() for text in shown if not _is_turned(text)]


def _turned(text: str) -> str:
    return "".join(LETTERS[ord(sign) % len(LETTERS)] if sign.isalpha() else sign for sign in text)


def _is_ours(around: tuple[Element, ...]) -> bool:
    """Say whether a text should be in the page's language."""
    return not any(
        element.tag == "style"
        or element.attributes.get("translate") == "no"
        or element.attributes.get("lang", CODE) != CODE
        for element in around
    )


def _is_turned(text: str) -> bool:
    return all(unicodedata.name(sign).startswith("ARABIC") for sign in text if sign.isalpha())
