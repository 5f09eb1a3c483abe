"""Joining: the passphrase that somebody new chooses, and the first code of their app."""

from typing import Final

from wtforms.validators import ValidationError

from forms.base import Form
from forms.fields import Mark, Words
from forms.signin import LONGEST_ONE_TIME_CODE, NO_ONE_TIME_CODE
from forms.validators import Filled, ShortEnough
from forms.wording import Message, msgid

NO_PASSPHRASE: Final = msgid("Please choose a passphrase.")
NOT_THE_SAME: Final = msgid("The two passphrases are not the same. Please type both again.")


class JoinForm(Form):
    """Keys for somebody new; `secret` is what their app makes its codes of, in hex."""

    secret = Mark()
    passphrase = Words(validators=[Filled(NO_PASSPHRASE)])
    again = Words()
    code = Words(validators=[Filled(NO_ONE_TIME_CODE), ShortEnough(LONGEST_ONE_TIME_CODE)])

    def validate_again(self, field: Words) -> None:
        """Refuse two passphrases that differ: nobody can see what they typed."""
        if field.data != self.passphrase.data:
            raise ValidationError(Message(NOT_THE_SAME))
