"""Casework: the words that staff add to a report."""

from typing import ClassVar, Final

from forms.base import Form
from forms.fields import Choice, Line, Mark, Words
from forms.validators import Filled, Readable, ShortEnough
from forms.wording import msgid

STAFF_CHARACTERS: Final = 8_000
NOTHING_WRITTEN: Final = msgid("Please write something first.")


class WordsForm(Form):
    """A note for colleagues; `once` is the page's own number."""

    limit: ClassVar[int] = STAFF_CHARACTERS

    once = Mark()
    text = Words(validators=[Filled(NOTHING_WRITTEN), Readable(), ShortEnough(STAFF_CHARACTERS)])


class ReplyForm(Form):
    """Words to the reporter; `asks` marks a question that waits for an answer.

    `ready` is the code of a ready text, which stands in where nothing was typed.
    """

    limit: ClassVar[int] = STAFF_CHARACTERS

    once = Mark()
    text = Words(validators=[Filled(NOTHING_WRITTEN), Readable(), ShortEnough(STAFF_CHARACTERS)])
    asks = Choice(["yes"])
    ready = Line()
