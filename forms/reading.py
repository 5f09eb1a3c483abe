"""Reading: going on after a second factor was shown, and letting a colleague go on."""

import re
from collections.abc import Sequence
from typing import Final

from typing_extensions import override

from forms.base import Form
from forms.fields import Mark, Words
from forms.validators import Filled, Readable, ShortEnough
from forms.wording import msgid

SENTENCE_CHARACTERS: Final = 400
NO_SENTENCE: Final = msgid("Please write in one sentence why they may go on.")
_PAGE: Final = re.compile(r"/staff(?:/[0-9a-z-]+)*")


class There(Mark):
    """The address of a page of ours; the page's own."""

    @override
    def allows(self, values: Sequence[str]) -> bool:
        return len(values) == 1 and _PAGE.fullmatch(values[0]) is not None


class GoOnForm(Form):
    """Where somebody was about to go."""

    there = There()


class AllowForm(Form):
    """Why a colleague who was stopped may go on."""

    once = Mark()
    sentence = Words(validators=[Filled(NO_SENTENCE), Readable(), ShortEnough(SENTENCE_CHARACTERS)])
