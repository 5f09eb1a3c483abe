"""Sign-in: name and passphrase, then a one-time code or what a passkey answers."""

from collections.abc import Sequence
from typing import Final

import wtforms
from typing_extensions import override

from forms.base import Form
from forms.fields import Words
from forms.limits import LONGEST_NAME, LONGEST_PASSPHRASE
from forms.validators import Filled, ShortEnough
from forms.wording import msgid

LONGEST_ONE_TIME_CODE: Final = 40  # six digits, and whatever an app puts between them
LONGEST_ANSWER: Final = 16_384  # of a passkey; an answer has a few hundred characters

NO_NAME: Final = msgid("Please type your name.")
NO_PASSPHRASE: Final = msgid("Please type your passphrase.")
NO_ONE_TIME_CODE: Final = msgid("Please type the six digits your app shows.")


class Answer(Words):
    """What a script of ours puts there for a passkey; nobody types or reads it."""

    shows_words = False

    @override
    def allows(self, values: Sequence[str]) -> bool:
        return len(values) == 1 and len(values[0]) <= LONGEST_ANSWER


class UnlessAnswered(Filled):
    """Refuse a code that is missing, where no passkey answered either."""

    @override
    def __call__(self, form: wtforms.Form, field: wtforms.Field) -> None:
        """Say what is missing."""
        if not form["answer"].data:
            super().__call__(form, field)


class PassphraseForm(Form):
    """The first step."""

    name = Words(validators=[Filled(NO_NAME), ShortEnough(LONGEST_NAME)])
    passphrase = Words(validators=[Filled(NO_PASSPHRASE), ShortEnough(LONGEST_PASSPHRASE)])


class FactorForm(Form):
    """The second step."""

    code = Words(validators=[UnlessAnswered(NO_ONE_TIME_CODE), ShortEnough(LONGEST_ONE_TIME_CODE)])
    answer = Answer()


class StepUpForm(Form):
    """What is asked for in between, beside whatever somebody was about to send."""

    step_up = Words(
        validators=[UnlessAnswered(NO_ONE_TIME_CODE), ShortEnough(LONGEST_ONE_TIME_CODE)]
    )
    answer = Answer()
