"""Casework: the words that staff add to a report."""

from typing import ClassVar, Final

from wtforms.validators import ValidationError

from forms.base import Form
from forms.fields import Choice, Line, Mark, Number, Words
from forms.validators import Filled, Readable, ShortEnough, is_blank
from forms.wording import Message, msgid

STAFF_CHARACTERS: Final = 8_000
COMMENT_CHARACTERS: Final = 2_000
NO_COMMENT: Final = msgid("Please write what should be different.")
NOTHING_WRITTEN: Final = msgid("Please write something first.")


class WordsForm(Form):
    """A note for colleagues; `once` is the page's own number."""

    limit: ClassVar[int] = STAFF_CHARACTERS

    once = Mark()
    text = Words(validators=[Filled(NOTHING_WRITTEN), Readable(), ShortEnough(STAFF_CHARACTERS)])


class ReplyForm(Form):
    """Words to the reporter; `asks` marks a question that waits for an answer.

    `ready` is the code of a ready text, which stands in where nothing was typed. `language` is the
    one that the words are in. `do` says whether they go, or are kept for a second reader.
    """

    limit: ClassVar[int] = STAFF_CHARACTERS

    once = Mark()
    text = Words(validators=[Filled(NOTHING_WRITTEN), Readable(), ShortEnough(STAFF_CHARACTERS)])
    asks = Choice(["yes"])
    ready = Line()
    language = Line()
    do = Choice(["send", "prepare"], first="send")


class DraftForm(Form):
    """Own words that are not sent yet, and what their writer does with them."""

    limit: ClassVar[int] = STAFF_CHARACTERS

    once = Mark()
    text = Words(validators=[Filled(NOTHING_WRITTEN), Readable(), ShortEnough(STAFF_CHARACTERS)])
    language = Line()
    do = Choice(["keep", "send", "discard"], first="keep")


class ReadingForm(Form):
    """What a second reader says of own words; `digest` is the hash of what they read."""

    limit: ClassVar[int] = COMMENT_CHARACTERS

    once = Mark()
    digest = Number()
    agrees = Choice(["yes", "no"], first="no")
    comment = Words(validators=[Readable(), ShortEnough(COMMENT_CHARACTERS)])

    def validate_comment(self, field: Words) -> None:
        """Ask why, where it goes back."""
        if self.agrees.data != "yes" and is_blank(field.data):
            raise ValidationError(Message(NO_COMMENT))
