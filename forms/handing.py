"""Handing: to whom a report is handed whom its reporter did not want, and why."""

from typing import Final

from forms.base import Form
from forms.fields import Choice, Mark, Number
from forms.validators import Chosen
from forms.wording import msgid

NO_REASON: Final = msgid("Please choose why. The reporter reads it.")
REASONS: Final = ("language", "nobody_free")


class HandingForm(Form):
    """The one who is named, by their number, and the reason."""

    once = Mark()
    to = Number()
    reason = Choice(["", *REASONS], validators=[Chosen(NO_REASON)])


class HandedForm(Form):
    """That somebody agrees to a proposal, or takes it back; `handed` is its number."""

    once = Mark()
    handed = Number()
