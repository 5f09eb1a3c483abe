"""Sign-in: name and passphrase, then a one-time code."""

from typing import Final

from forms.base import Form
from forms.fields import Words
from forms.limits import LONGEST_NAME, LONGEST_PASSPHRASE
from forms.validators import Filled, ShortEnough
from forms.wording import msgid

LONGEST_ONE_TIME_CODE: Final = 40  # six digits, and whatever an app puts between them

NO_NAME: Final = msgid("Please type your name.")
NO_PASSPHRASE: Final = msgid("Please type your passphrase.")
NO_ONE_TIME_CODE: Final = msgid("Please type the six digits your app shows.")


class PassphraseForm(Form):
    """The first step."""

    name = Words(validators=[Filled(NO_NAME), ShortEnough(LONGEST_NAME)])
    passphrase = Words(validators=[Filled(NO_PASSPHRASE), ShortEnough(LONGEST_PASSPHRASE)])


class OneTimeCodeForm(Form):
    """The second step."""

    code = Words(validators=[Filled(NO_ONE_TIME_CODE), ShortEnough(LONGEST_ONE_TIME_CODE)])
