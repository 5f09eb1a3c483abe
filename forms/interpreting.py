"""Interpreting: who is asked to translate which text, and what they answer."""

from typing import ClassVar, Final

from forms.base import Form
from forms.casework import NOTHING_WRITTEN
from forms.fields import Choice, Line, Mark, Number, Words
from forms.validators import Chosen, Filled, Readable, ShortEnough
from forms.wording import msgid

# A translation may be longer than what it says again.
TRANSLATION_CHARACTERS: Final = 16_000
NO_REASON: Final = msgid("Please choose why.")
WHY_NOT: Final = msgid("Please choose why you cannot.")
REASONS: Final = ("unread", "partly", "check")
RESTS: Final = ("cover", "leave")
CANNOT: Final = ("language", "distressing", "conflict")


class InterpreterForm(Form):
    """The one who is asked, by their number, the text by its name, and the reason.

    `rest` is what becomes of words that only describe somebody.
    """

    once = Mark()
    to = Number()
    text = Line()
    reason = Choice(["", *REASONS], validators=[Chosen(NO_REASON)])
    rest = Choice(["", *RESTS])


class LentForm(Form):
    """That a text is taken back; `lent` is its number."""

    once = Mark()
    lent = Number()


class TranslatedForm(Form):
    """A translation."""

    limit: ClassVar[int] = TRANSLATION_CHARACTERS

    once = Mark()
    text = Words(
        validators=[Filled(NOTHING_WRITTEN), Readable(), ShortEnough(TRANSLATION_CHARACTERS)]
    )


class CannotForm(Form):
    """Why somebody cannot translate a text; no reason counts against them."""

    once = Mark()
    reason = Choice(["", *CANNOT], validators=[Chosen(WHY_NOT)])
