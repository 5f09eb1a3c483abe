"""Masking: numbers and addresses in a person's own words that may point to somebody.

For a gentle note and an offer, so it may be wrong both ways: a short local number goes unseen, a
very long amount of money may be noticed. Nothing is checked, kept or sent anywhere.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

MARK: Final = "[•••]"  # the same in every language, and in every direction

# Signs that people put between digits, as one of them.
_DASHES: Final = frozenset("\N{MINUS SIGN}\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}")
_HAN_DIGITS: Final = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")}

# In this order where two begin at the same place. Every repetition ends soon or begins only where
# a run of signs begins, so that no text takes long.
_KINDS: Final = {
    "email": r"(?<![A-Z0-9._%+'-])[A-Z0-9._%+'-]{1,64}@[A-Z0-9-]{1,63}(?:\.[A-Z0-9-]{1,63}){1,8}",
    "residence_card": r"(?<![A-Z0-9])[A-Z]{2}[ -]?[0-9]{8}[ -]?[A-Z]{2}(?![A-Z0-9])",
    # With a gap only after capitals: "me 2000000 yen" is no passport.
    "passport": (
        r"(?<![A-Z0-9])(?:(?-i:[A-Z]{2}[ -][0-9]{6,8})|[A-Z]{2}[0-9]{6,8}|[A-Z][0-9]{7,8})"
        r"(?![A-Z0-9])"
    ),
    "identity_card": r"(?<![0-9])[0-9]{17}[0-9X](?![A-Z0-9])",
    "my_number": (
        r"(?<![0-9])(?!(?:(?:19|20)[0-9]{2}[ -]){2}(?:19|20)[0-9]{2})"  # three years in a row
        r"[0-9]{4}(?P<gap>[ -]?)[0-9]{4}(?P=gap)[0-9]{4}(?![0-9])"
    ),
    "phone": (
        r"(?<![0-9])(?<![0-9][.,/:-])"
        r"(?![0-9]{2}[.-][0-9]{2}[.-](?:19|20)[0-9]{2}(?![0-9]))"  # a day
        r"(?!(?:[0-9]{2}[.-][0-9]{2} ){1,3}[0-9]{2}[.-][0-9]{2}(?![0-9]))"  # days or hours in a row
        r"(?!(?<=[0-9][ .])[0-9]{3}(?:[ .][0-9]{3}){1,5}(?![0-9]))"  # the rest of an amount
        r"(?:(?:\+[0-9]|0(?![.]))(?:[ .()-]{0,2}[0-9]){8,14}"
        r"|1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}"
        r"|\(?[2-9][0-9]{2}\)?[ .-][0-9]{3}[ .-][0-9]{4})(?![0-9])"
    ),
}
_PATTERN: Final = re.compile(
    "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()),
    re.ASCII | re.IGNORECASE,
)
KINDS: Final = tuple(_KINDS)


class Span(NamedTuple):
    """Where something stands that may point to somebody: text[start:end], and what it looks like.

    The kinds are those of `KINDS`.
    """

    start: int
    end: int
    kind: str


def spans(text: str) -> tuple[Span, ...]:
    """Return what may point to somebody, in the order of the text; nothing overlaps."""
    folded, origins = _folded(text)
    return tuple(
        Span(origins[found.start()], origins[found.end() - 1] + 1, _kind(found))
        for found in _PATTERN.finditer(folded)
    )


def masked(text: str) -> str:
    """Return the text with a mark in place of each span; nothing else changes."""
    # Again until nothing is left: what stood beside a span may only now look like one.
    while found := spans(text):
        for span in reversed(found):
            text = text[: span.start] + MARK + text[span.end :]
    return text


def _kind(found: re.Match[str]) -> str:
    return next(kind for kind in KINDS if found[kind])


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text in plain signs, and for each of them the place that it came from."""
    signs = []
    origins = []
    for place, sign in enumerate(text):
        plain = _plain(sign)
        if plain:
            signs.append(plain)
            origins.append(place)
    return "".join(signs), origins


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    """Return one plain sign for a sign, or nothing for one that cannot be seen."""
    value = unicodedata.decimal(sign, None)
    if value is not None:
        return str(value)
    # Never more than one for one, or a span could end inside a sign.
    wide = unicodedata.normalize("NFKC", sign)
    plain = wide if len(wide) == 1 else sign
    category = unicodedata.category(plain)
    if category == "Cf":
        return ""
    if category == "Pd" or plain in _DASHES:
        return "-"
    return _HAN_DIGITS.get(plain, plain)
