"""Passphrases: what somebody who is signed in types to change theirs."""

from typing import Final

from forms.base import Form
from forms.fields import Words
from forms.limits import LONGEST_PASSPHRASE
from forms.validators import Filled, ShortEnough
from forms.wording import msgid

NOT_CURRENT: Final = msgid("Please type the passphrase you use now.")
NOT_CHOSEN: Final = msgid("Please type a new passphrase.")


class NewPassphraseForm(Form):
    """The passphrase in use, and a new one typed twice."""

    current = Words(validators=[Filled(NOT_CURRENT), ShortEnough(LONGEST_PASSPHRASE)])
    chosen = Words(validators=[Filled(NOT_CHOSEN), ShortEnough(LONGEST_PASSPHRASE)])
    again = Words(validators=[Filled(NOT_CHOSEN), ShortEnough(LONGEST_PASSPHRASE)])


class SecondPassphraseForm(Form):
    """The passphrase in use, and a second one typed twice; with none the second one goes."""

    current = Words(validators=[Filled(NOT_CURRENT), ShortEnough(LONGEST_PASSPHRASE)])
    chosen = Words(validators=[ShortEnough(LONGEST_PASSPHRASE)])
    again = Words(validators=[ShortEnough(LONGEST_PASSPHRASE)])
