"""Style: the style of a page, made small for each language, and its hash for the policy."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from reporting.languages import Language

SITE: Final = ("site.css",)
FIGURES: Final = (*SITE, "figures.css")

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([{};,>])\s*")
_AFTER_COLON = re.compile(r":\s+")
_NAME = re.compile(r"--[a-z]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OF_A_LANGUAGE = re.compile(r"html:lang\(([\w-]+)\)([^{}]*\{[^{}]*\})")
_ANY_OTHER = "und"  # the tag of a language that nobody has named


@dataclass(frozen=True, slots=True)
class Style:
    """A style sheet as it stands in the page, and the hash that lets it in."""

    text: str
    sha256: str


@cache
def of(shown: Language, sheets: tuple[str, ...] = SITE) -> Style:
    """Return the style of pages in a language, with no other language's font rules."""
    folder = files("reporting").joinpath("templates")
    source = "".join(folder.joinpath(sheet).read_text(encoding="utf-8") for sheet in sheets)
    source = _COMMENT.sub("", source)
    has_own = f"html:lang({shown.code})" in source
    wanted = shown.code if has_own else _ANY_OTHER
    text = _small(_OF_A_LANGUAGE.sub(lambda rule: _kept(rule, wanted), source))
    digest = hashlib.sha256(text.encode()).digest()
    return Style(text, f"sha256-{base64.b64encode(digest).decode()}")


def _kept(rule: re.Match[str], code: str) -> str:
    return f"html{rule[2]}" if rule[1] == code else ""


def _small(text: str) -> str:
    without_blanks = _AROUND.sub(r"\1", _BLANKS.sub(" ", text))
    small = _AFTER_COLON.sub(":", without_blanks).replace(";}", "}").strip()
    letters = dict(zip(dict.fromkeys(_NAME.findall(small)), _LETTERS, strict=False))
    return _NAME.sub(lambda name: f"--{letters[name[0]]}", small)
