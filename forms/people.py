"""People: who is asked to join, what they are to do, and what is signed about them."""

from typing import Final

from forms.base import Form
from forms.fields import Choice, Codes, Mark, Words
from forms.limits import LONGEST_NAME
from forms.validators import Filled, ShortEnough
from forms.wording import msgid

ROLES: Final = (
    "reviewer",
    "caseworker",
    "supervisor",
    "steward",
    "statistics_officer",
    "auditor",
    "administrator",
)
NO_NAME: Final = msgid("Please type the name of the person.")
NOT_CONFIRMED: Final = msgid("Please tick this box once it is true.")


class OnceForm(Form):
    """A button and nothing else; `once` is the page's own number."""

    once = Mark()


class InviteForm(Form):
    """Whom to ask, and what they are to do."""

    once = Mark()
    name = Words(validators=[Filled(NO_NAME), ShortEnough(LONGEST_NAME)])
    roles = Codes(ROLES)
    manager = Choice(["yes"])


class DutiesForm(Form):
    """What somebody is to do from now on; `shown` is the fingerprint that stood on the page."""

    once = Mark()
    shown = Mark()
    roles = Codes(ROLES)
    manager = Choice(["yes"])
    confirmed = Choice(["yes"], validators=[Filled(NOT_CONFIRMED)])


class SignForm(Form):
    """A signature; `shown` is the hash of the proposal that stood on the page."""

    once = Mark()
    shown = Mark()
    confirmed = Choice(["yes"], validators=[Filled(NOT_CONFIRMED)])


class RemovalForm(Form):
    """Somebody leaves: their name is typed, so that no wrong button does it."""

    once = Mark()
    name = Words(validators=[Filled(NO_NAME), ShortEnough(LONGEST_NAME)])
