"""Validators: what a single answer must look like, with messages that say what to do."""

import unicodedata
from typing import Final

from wtforms import Field, Form
from wtforms.validators import StopValidation

from forms.wording import Message, msgid

UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
CODE_DIGITS: Final = 32
LONGEST_CODE: Final = 256
DROPPED: Final = frozenset("ZCPS")  # separators, direction marks, dashes and the like

TOO_LONG: Final = msgid(
    "Please make this shorter: at most %(limit)s characters. You have written %(typed)s."
)
LOST: Final = msgid(
    "Some letters did not reach us. Please look for � in the text and write them again."
)
EMPTY_CODE: Final = msgid("Please type your code: 32 digits.")
NO_CODE: Final = msgid("A code has digits only. Please take out everything else.")
CODE_LENGTH: Final = msgid("A code has %(limit)s digits. You have typed %(typed)s.")
WRONG_DIGIT: Final = msgid(
    "One of the digits seems wrong. Please compare them with what you wrote down."
)


class ShortEnough:
    """Refuse text over a limit, counted in characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: Form, field: Field) -> None:
        """Say the limit and how many there are."""
        if len(field.data) > self.limit:
            raise StopValidation(Message(TOO_LONG, self.limit, len(field.data)))


class Readable:
    """Refuse text that was damaged on its way, and keep it."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Say where to look."""
        if UNREADABLE in field.data:
            raise StopValidation(Message(LOST))


class Filled:
    """Refuse an answer that is missing, with a message of the page's own."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Say what is missing."""
        if is_blank(field.data):
            raise StopValidation(Message(self.message))


class Chosen:
    """Refuse a list of which nothing is chosen, with a message of the page's own."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Say what is missing."""
        if not field.data:
            raise StopValidation(Message(self.message))


class CodeShape:
    """Refuse what cannot be a receipt code, before anything is looked up."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Say what is wrong with it."""
        if is_blank(field.data):
            raise StopValidation(Message(EMPTY_CODE))
        digits = digits_of(field.data)
        if not digits or len(field.data) > LONGEST_CODE:
            raise StopValidation(Message(NO_CODE))
        if len(digits) != CODE_DIGITS:
            raise StopValidation(Message(CODE_LENGTH, CODE_DIGITS, len(digits)))
        if not _check_digits_fit(digits):
            raise StopValidation(Message(WRONG_DIGIT))


def _check_digits_fit(code: str) -> bool:
    """Compare the last two digits with ISO 7064 mod 97-10 over the others, as the vault does."""
    return int(code[-2:]) == 98 - int(code[:-2]) * 100 % 97


def is_blank(text: str) -> bool:
    """Say whether there is nothing to see in a text, whatever invisible signs it holds."""
    return all(unicodedata.category(sign)[0] in "ZC" for sign in text)


def digits_of(text: str) -> str:
    """Return the digits of any script as ASCII; nothing if there are other letters or signs."""
    digits = []
    for sign in text:
        value = unicodedata.decimal(sign, None)
        if value is not None:
            digits.append(str(value))
        elif unicodedata.category(sign)[0] not in DROPPED:
            return ""
    return "".join(digits)
