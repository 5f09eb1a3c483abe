"""Emergency: whom two people decide to tell, what, and why."""

from typing import ClassVar, Final

from forms.base import Form
from forms.fields import Choice, Codes, Line, Mark, Number, Words
from forms.validators import Chosen, Filled, Readable, ShortEnough
from forms.wording import msgid

WHY_CHARACTERS: Final = 2_000
NO_ONE: Final = msgid("Please choose who is to be told.")
NO_WHY: Final = msgid("Please write why. Both of you sign this.")
RECIPIENTS: Final = ("emergency_service", "helper", "relative", "police")
ITEMS: Final = ("danger", "place", "time", "name", "looks", "language", "health", "reach")


class EmergencyForm(Form):
    """A plan; `called` is the name of an organisation or of a person whom the reporter named."""

    limit: ClassVar[int] = WHY_CHARACTERS

    once = Mark()
    to = Choice(["", *RECIPIENTS], validators=[Chosen(NO_ONE)])
    called = Line(validators=[Readable()])
    items = Codes(ITEMS)
    why = Words(validators=[Filled(NO_WHY), Readable(), ShortEnough(WHY_CHARACTERS)])


class SignForm(Form):
    """That somebody signs a plan; `plan` is its number."""

    once = Mark()
    plan = Number()
