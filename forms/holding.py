"""Holding: that a report may not be erased for now, why, and until which day."""

import unicodedata
from datetime import date
from typing import ClassVar, Final

from wtforms.validators import ValidationError

from forms.base import Form
from forms.fields import Choice, Line, Mark, Revision, Words
from forms.validators import Filled, Readable, ShortEnough
from forms.wording import Message, msgid

REASON_CHARACTERS: Final = 1_000
NO_REASON: Final = msgid("Please write who asks for it, and by which law.")
NOT_SURE: Final = msgid("Please confirm that the report may be erased when its time comes.")
NO_DAY: Final = msgid("Please write a day like 2027-01-31.")


class LiftForm(Form):
    """That a supervisor lets a report go; `sure` is a second step, for what is erased is gone."""

    once = Mark()
    rev = Revision()
    sure = Choice(["yes"], validators=[Filled(NOT_SURE)])


class HoldForm(Form):
    """What a supervisor asks for; `silent` says that the reporter may not be told yet."""

    limit: ClassVar[int] = REASON_CHARACTERS

    once = Mark()
    rev = Revision()
    reason = Words(validators=[Filled(NO_REASON), Readable(), ShortEnough(REASON_CHARACTERS)])
    until = Line(validators=[Filled(NO_DAY)])
    silent = Choice(["yes"])

    def validate_until(self, field: Line) -> None:
        """Take only a day."""
        try:
            _day(field.data)
        except ValueError:
            raise ValidationError(Message(NO_DAY)) from None

    @property
    def last_day(self) -> date:
        """The last day of it; only of a form that is valid."""
        return _day(self.until.data)


def _day(typed: str) -> date:
    return date.fromisoformat(unicodedata.normalize("NFKC", typed).strip())
