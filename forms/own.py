"""Own: what somebody changes about how they themself come in."""

import re
from collections.abc import Sequence
from typing import Final

from typing_extensions import override

from forms.base import Form
from forms.fields import Mark, Words
from forms.limits import LONGEST_PASSPHRASE
from forms.signin import LONGEST_ONE_TIME_CODE, NO_ONE_TIME_CODE, NO_PASSPHRASE, Answer
from forms.validators import Filled, ShortEnough
from forms.wording import msgid

NOT_MADE: Final = msgid("Your browser made no passkey. Please press the button once more.")
_ROW: Final = re.compile(r"[0-9a-f]{32}")


class Row(Words):
    """The number of a row, as a page of ours gave it out."""

    shows_words = False

    @override
    def allows(self, values: Sequence[str]) -> bool:
        return len(values) == 1 and _ROW.fullmatch(values[0]) is not None


class Passphrase(Words):
    """The passphrase that locks what is changed."""

    def __init__(self, **settings: object) -> None:
        checks = [Filled(NO_PASSPHRASE), ShortEnough(LONGEST_PASSPHRASE)]
        super().__init__(validators=checks, **settings)


class PasskeyForm(Form):
    """A new passkey: what its owner calls it, and what their browser `made`."""

    label = Words()
    passphrase = Passphrase()
    made = Answer(validators=[Filled(NOT_MADE)])


class CodesForm(Form):
    """An app for codes; `secret` is what it makes them of, in hex."""

    secret = Mark()
    code = Words(validators=[Filled(NO_ONE_TIME_CODE), ShortEnough(LONGEST_ONE_TIME_CODE)])
    passphrase = Passphrase()


class RemoveForm(Form):
    """Which second factor goes."""

    which = Words()
    passphrase = Passphrase()


class EndForm(Form):
    """Where somebody is signed in no longer."""

    row = Row()
