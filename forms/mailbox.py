"""Mailbox: the forms around a receipt code."""

import unicodedata
from datetime import timedelta
from typing import ClassVar, Final, Self

from typing_extensions import override
from wtforms.validators import ValidationError

from forms.base import CHECKED, Fields, Form
from forms.choices import CHANGEABLE, CHOICES
from forms.fields import Choice, Line, Mark, Words
from forms.validators import (
    LONGEST_CODE,
    CodeShape,
    Filled,
    Readable,
    ShortEnough,
    digits_of,
)
from forms.wording import Message, msgid

MESSAGE_CHARACTERS: Final = 8_000
OPEN_FOR: Final = {"hour": timedelta(hours=1), "leave": timedelta(hours=24)}

NOT_FOUND: Final = msgid(
    "We find nothing for this code. Either it was erased, or some digits are different. "
    "Please compare them with what you wrote down."
)
NOTHING_WRITTEN: Final = msgid("Please write something first.")
NOTHING_CHOSEN: Final = msgid("Please choose one of the answers, or go back.")
OTHER_WORD: Final = msgid("Please type the word exactly as it stands here, or go back.")


class CodeForm(Form):
    """A receipt code, and how long what it opens may stay open."""

    secrets: ClassVar[frozenset[str]] = frozenset({"code"})

    code = Line(validators=[CodeShape()])
    keep = Choice(tuple(OPEN_FOR), first="hour")

    @property
    def open_for(self) -> timedelta:
        """How long the mailbox stays open at most."""
        return OPEN_FOR[self.keep.data]

    @property
    def refused_groups(self) -> tuple[str, ...]:
        """The digits of a code that opened nothing, in fours as on the paper; else nothing.

        A line on a small screen is shorter than a code, and nobody compares 32 digits in a row.
        """
        if not self.code.errors or len(self.code.data) > LONGEST_CODE:
            return ()
        digits = digits_of(self.code.data)
        return tuple(digits[start : start + 4] for start in range(0, len(digits), 4))

    @override
    def rechecked(self, fields: Fields) -> Self:
        """Find the problems again; a code that looks right and is still here was not found."""
        if CHECKED in fields and self.validate():
            self.code.errors = [Message(NOT_FOUND)]
        return self


class WriteForm(Form):
    """Words to the team; `once` is the page's own number, so that pressing twice sends once."""

    text_limit: ClassVar[int] = MESSAGE_CHARACTERS

    once = Mark()
    text = Words(validators=[Filled(NOTHING_WRITTEN), Readable(), ShortEnough(MESSAGE_CHARACTERS)])


class AppealForm(Form):
    """What a reporter says who asks for another look, if anything."""

    text_limit: ClassVar[int] = MESSAGE_CHARACTERS

    text = Words(validators=[Readable(), ShortEnough(MESSAGE_CHARACTERS)])


class ChoiceForm(Form):
    """One question about what is allowed, answered anew; nothing is chosen beforehand."""

    asked = Choice([choice.name for choice in CHANGEABLE])
    answer = Choice(sorted({code for choice in CHANGEABLE for code in choice.codes}))

    def validate_answer(self, field: Choice) -> None:
        """Take only an answer to the question asked."""
        if not self.asked.data or field.data not in CHOICES[self.asked.data].codes:
            raise ValidationError(Message(NOTHING_CHOSEN))


class WithdrawForm(Form):
    """A word typed by hand, so that nobody takes a report back by a slip."""

    word = Line()
    expected: str

    @classmethod
    def asking(cls, word: str, fields: Fields) -> Self:
        """Return the form that only this word satisfies."""
        form = cls.of(fields)
        form.expected = word
        return form.rechecked(fields)

    def validate_word(self, field: Line) -> None:
        """Compare with the word shown, whatever the case or width of its letters."""
        if _plain(field.data) != _plain(self.expected):
            raise ValidationError(Message(OTHER_WORD))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
