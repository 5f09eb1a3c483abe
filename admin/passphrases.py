"""Passphrases: refuse those that guessing would find early, before somebody relies on one."""

import re
import unicodedata
from typing import Final

from zxcvbn.matching import RANKED_DICTIONARIES, build_ranked_dict, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence

from admin.errors import AccountError
from crypto.passphrase import MIN_CHARACTERS
from forms.limits import LONGEST_PASSPHRASE
from forms.wording import msgid

# A power of ten. Of ten thousand draws of five words from a long list two fall below, if any; two
# words and a year do, and four common words. Of passwords of 16 random characters 4 in 100 do.
FEWEST_GUESSES_LOG10: Final = 14.0
# Measuring takes seconds where many signs could stand for letters, and grows with the square.
MEASURED_CHARACTERS: Final = 40
# What everybody has read somewhere, as whole sentences: a dictionary of words cannot know them.
FAMOUS: Final = (
    "correcthorsebatterystaple",
    "tobeornottobethatisthequestion",
    "thequickbrownfoxjumpsoverthelazydog",
    "maytheforcebewithyou",
    "loremipsumdolorsitamet",
    "いろはにほへとちりぬるを",
    "tomoshibi",
)
TOO_SHORT: Final = msgid(
    "A passphrase has at least %(limit)s characters. Five or six words drawn by dice are good and "
    "easy to type."
)
TOO_LONG: Final = msgid("A passphrase has at most %(limit)s characters.")
TOO_EASY: Final = msgid(
    "This passphrase is easy to guess: names, years, repetitions and well-known sentences are "
    "tried first. Five or six words drawn by dice are good and easy to type."
)
_SEPARATORS: Final = re.compile(r"[\s\-_.,]+")


def read_passphrase(text: str, *personal: str) -> str:
    """Return a passphrase that is not too easy to guess; raise AccountError otherwise.

    Whatever is known of the person, such as their name, counts for next to nothing in it.
    """
    characters = unicodedata.normalize("NFKC", text)
    if len(characters) < MIN_CHARACTERS:
        raise AccountError(TOO_SHORT, MIN_CHARACTERS, "passphrase")
    if len(characters) > LONGEST_PASSPHRASE:
        raise AccountError(TOO_LONG, LONGEST_PASSPHRASE, "passphrase")
    if _guesses_log10(characters, personal) < FEWEST_GUESSES_LOG10:
        raise AccountError(TOO_EASY, about="passphrase")
    return text


def _guesses_log10(passphrase: str, personal: tuple[str, ...]) -> float:
    """Return how many guesses a patient guesser needs, as a power of ten; always too few.

    Measured are the first 40 characters without what separates words: spaces are no secret.
    """
    measured = _joined(passphrase)[:MEASURED_CHARACTERS]
    if not measured:
        return 0.0
    # A dictionary of our own: the library's function would keep names, for all threads to see.
    words = build_ranked_dict([*_words(personal), *FAMOUS])
    matches = omnimatch(measured, {**RANKED_DICTIONARIES, "personal": words})
    return float(most_guessable_match_sequence(measured, matches)["guesses_log10"])


def _words(personal: tuple[str, ...]) -> list[str]:
    """Return each thing as a whole and word by word."""
    wholes = [unicodedata.normalize("NFKC", each) for each in personal]
    pieces = [piece for whole in wholes for piece in _SEPARATORS.split(whole.casefold())]
    return [word for word in [*map(_joined, wholes), *pieces] if word]


def _joined(text: str) -> str:
    return _SEPARATORS.sub("", text.casefold())
