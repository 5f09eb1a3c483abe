"""Spelling: what people leave out or write differently in a name, in the scripts that we meet.

What is compared by it finds too much rather than too little.
"""

import unicodedata
from typing import Final

# From here on a mark above or below a letter may be left out in writing: accents, tones, hamza.
# Vowels and joiners of Indic scripts, Tibetan and Burmese lie below, and make other words.
_FIRST_LOOSE_MARK: Final = 200
_ARABIC_VOWELS: Final = range(27, 36)
# Apostrophes and the Arabic line that lengthens a word: signs that others leave out.
APOSTROPHES: Final = "'`\u2018\u2019\u02bb\u02bc\u0640"
# Arabic letters as a Persian or Uyghur keyboard writes them, and the i without a dot.
SAME: Final = str.maketrans("\u064a\u0649\u0643\u0629\u0131", "\u06cc\u06cc\u06a9\u0647i")


def apart(text: str) -> str:
    """Return a text without capitals and wide letters, each mark behind its letter."""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())


def is_kept(sign: str) -> bool:
    """Letters, digits and the marks that make syllables; the rest stands between parts."""
    return unicodedata.category(sign)[0] in "LNM"


def is_loose(sign: str) -> bool:
    """Say whether a sign may be left out: a loose mark, an apostrophe, what cannot be seen."""
    kind = unicodedata.combining(sign)
    # Joiners and direction marks are no gap: they stand inside words.
    return (
        kind >= _FIRST_LOOSE_MARK
        or kind in _ARABIC_VOWELS
        or unicodedata.category(sign) == "Cf"
        or sign in APOSTROPHES
    )
