"""Contact: what is asked before anybody reads how a reporter can be reached."""

from typing import ClassVar, Final

from forms.base import Form
from forms.fields import Choice, Mark, Number, Words
from forms.validators import Chosen, Filled, Readable, ShortEnough
from forms.wording import msgid

WHY_CHARACTERS: Final = 2_000
NO_REASON: Final = msgid("Please choose a reason. The reporter reads it.")
NO_WHY: Final = msgid("Please write why. Only the team reads this.")
REASONS: Final = ("danger", "requested", "arrange", "no_answer")


class AskForm(Form):
    """Why somebody wants to read it; `do` says whether an urgent one is opened at once."""

    limit: ClassVar[int] = WHY_CHARACTERS

    once = Mark()
    reason = Choice(["", *REASONS], validators=[Chosen(NO_REASON)])
    why = Words(validators=[Filled(NO_WHY), Readable(), ShortEnough(WHY_CHARACTERS)])
    do = Choice(["ask", "open"], first="ask")


class AnsweredForm(Form):
    """What a second person says of what was asked; `ask` is the number of that."""

    once = Mark()
    ask = Number()
    agrees = Choice(["yes", "no"], first="no")


class OpenForm(Form):
    """That somebody opens what a second person agreed to."""

    once = Mark()
    ask = Number()
