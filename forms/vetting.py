"""Vetting: the forms of a step from one stage to the next."""

import unicodedata
from collections.abc import Sequence
from typing import ClassVar, Final, Self

from wtforms.validators import ValidationError

from forms.base import Fields, Form
from forms.fields import Codes, Line
from forms.validators import Chosen, Filled, Readable, ShortEnough
from forms.wording import Message, msgid

ORGANISATION_CHARACTERS: Final = 200
NO_ORGANISATION: Final = msgid("Please write the name of the organisation.")
SAME_ORGANISATION: Final = msgid("The two references must come from two organisations.")
NOT_CONFIRMED: Final = msgid("Please ask the organisation first, in a way you found yourself.")
NOT_HELD: Final = msgid("Please hold the interview first.")
NOT_AGREED: Final = msgid("Please read all the rules, and say that you will keep them.")
OTHER_VERSION: Final = msgid("The rules have changed. Please read them again.")
NO_STAGE: Final = msgid("Please choose the next stage.")
NOT_SURE: Final = msgid("Please look at the papers first, and say that you did.")


class ReferencesForm(Form):
    """Two references, each confirmed by another organisation; nothing of what they said."""

    limit: ClassVar[int] = ORGANISATION_CHARACTERS

    first = Line(
        validators=[Filled(NO_ORGANISATION), Readable(), ShortEnough(ORGANISATION_CHARACTERS)]
    )
    first_confirmed = Codes(["yes"], validators=[Chosen(NOT_CONFIRMED)])
    second = Line(
        validators=[Filled(NO_ORGANISATION), Readable(), ShortEnough(ORGANISATION_CHARACTERS)]
    )
    second_confirmed = Codes(["yes"], validators=[Chosen(NOT_CONFIRMED)])

    def validate_second(self, field: Line) -> None:
        """Compare the two, whatever the case or width of their letters."""
        if _plain(field.data) == _plain(self.first.data):
            raise ValidationError(Message(SAME_ORGANISATION))

    @property
    def organisations(self) -> tuple[str, str]:
        """The two organisations of a valid form."""
        return self.first.data.strip(), self.second.data.strip()


class InterviewForm(Form):
    """That the interview was held; nothing of what was said."""

    held = Codes(["yes"], validators=[Chosen(NOT_HELD)])


class ConductForm(Form):
    """Somebody's word to keep the code of conduct, in the version that was on the page."""

    version = Line()
    agreed = Codes(["yes"], validators=[Chosen(NOT_AGREED)])
    current: str

    @classmethod
    def about(cls, current: str, fields: Fields) -> Self:
        """Return the form that only the version in force satisfies."""
        form = cls.of(fields)
        form.current = current
        return form.rechecked(fields)

    def validate_version(self, field: Line) -> None:
        """Refuse a page that stood open while the rules were changed."""
        if field.data != self.current:
            raise ValidationError(Message(OTHER_VERSION))


class SignOffForm(Form):
    """A manager's word for one step, after a look at all that it asks for."""

    stage = Line(validators=[Filled(NO_STAGE)])
    looked = Codes(["yes"], validators=[Chosen(NOT_SURE)])
    offered: Sequence[str]

    @classmethod
    def about(cls, stages: Sequence[str], fields: Fields) -> Self:
        """Return the form that only these stages satisfy."""
        form = cls.of(fields)
        form.offered = tuple(stages)
        return form.rechecked(fields)

    def validate_stage(self, field: Line) -> None:
        """Take only a stage that may follow."""
        if field.data not in self.offered:
            raise ValidationError(Message(NO_STAGE))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
