"""Likeness: whether two names may be one person's. Wrong rather by finding too much.

What is found hides a report and asks a supervisor to look; what is missed shows a report to
somebody it is about. It compares letters and not sounds: a name in another script, or in the other
form of Han, is another name here. So everybody declares their names in each script.
"""

import unicodedata
from typing import Final

# From here on a mark above or below a letter may be left out in writing: accents, tones, hamza.
# Vowels and joiners of Indic scripts, Tibetan and Burmese lie below, and make other words.
_FIRST_LOOSE_MARK: Final = 200
_ARABIC_VOWELS: Final = range(27, 36)
# Apostrophes and the Arabic line that lengthens a word: signs that others leave out.
_APOSTROPHES: Final = "'`\u2018\u2019\u02bb\u02bc\u0640"
# Arabic letters as a Persian or Uyghur keyboard writes them, and the i without a dot.
_SAME: Final = str.maketrans("\u064a\u0649\u0643\u0629\u0131", "\u06cc\u06cc\u06a9\u0647i")
_SHORTEST_FOR_A_SLIP: Final = 6


def fold(text: str) -> str:
    """Return a text without what people write differently: case, width, gaps, loose marks."""
    return "".join(_parts(text))


def is_near(one: str, other: str) -> bool:
    """Say whether two names may be one person's.

    They may when all parts of one are among those of the other, in any order and with or without
    gaps, or when long ones differ by a single letter. A name of no letters is nobody's.
    """
    ours, theirs = _parts(one), _parts(other)
    if not ours or not theirs:
        return False
    if set(ours) <= set(theirs) or set(theirs) <= set(ours):
        return True
    return any(
        _is_within_one_slip(a, b)
        for a in {"".join(ours), "".join(sorted(ours))}
        for b in {"".join(theirs), "".join(sorted(theirs))}
    )


def _parts(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(sign if _is_kept(sign) else " " for sign in plain if not _is_loose(sign))
    return tuple(unicodedata.normalize("NFC", kept.translate(_SAME)).split())


def _is_kept(sign: str) -> bool:
    """Letters, digits and the marks that make syllables; the rest stands between parts."""
    return unicodedata.category(sign)[0] in "LNM"


def _is_loose(sign: str) -> bool:
    kind = unicodedata.combining(sign)
    # Joiners and direction marks are no gap: they stand inside words.
    return (
        kind >= _FIRST_LOOSE_MARK
        or kind in _ARABIC_VOWELS
        or unicodedata.category(sign) == "Cf"
        or sign in _APOSTROPHES
    )


def _is_within_one_slip(one: str, other: str) -> bool:
    """Say whether one letter changed, left out or put in makes one the other."""
    shorter, longer = sorted((one, other), key=len)
    if one == other:
        return True
    if len(shorter) < _SHORTEST_FOR_A_SLIP or len(longer) - len(shorter) > 1:
        return False
    at = next((n for n, sign in enumerate(shorter) if sign != longer[n]), len(shorter))
    rest = shorter[at + 1 :] if len(shorter) == len(longer) else shorter[at:]
    return rest == longer[at + 1 :]
