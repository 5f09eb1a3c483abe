"""Searching: what somebody looks for among the reports."""

import re
from collections.abc import Sequence
from typing import Final

from typing_extensions import override
from wtforms import Field
from wtforms import Form as AnyForm
from wtforms.validators import StopValidation

from forms.base import Form
from forms.codebook import COUNTRIES, KINDS, LISTS
from forms.fields import Choice, Codes, Line, Mark, Number
from forms.planning import FLAGS
from forms.sifting import Week, tidied, week_of
from forms.validators import Filled, Readable
from forms.wording import Message, msgid

LEVELS: Final = ("3", "2", "1", "0")
STATES: Final = (
    "received",
    "quarantined",
    "triaged",
    "active",
    "monitoring",
    "review",
    "closed",
    "declined",
    "merged",
)
OWNERS: Final = ("", "mine", "nobody")
LANGUAGES: Final = tuple(option.code for option in LISTS["languages"])
NO_NAME: Final = msgid("Please give the search a name, so that you find it again.")
VERIFICATIONS: Final = tuple(option.code for option in LISTS["verification"])
STATE_LINKS: Final = tuple(option.code for option in LISTS["state_link"])
NO_NUMBER: Final = msgid(
    "Please type the number of a report as it stands beside it: digits and the letters a to f."
)
_NUMBER: Final = re.compile(r"[0-9a-f]{0,32}")
_PLACE: Final = re.compile(r"[0-9]{6}-[0-9a-f]{32}")


class Numbered:
    """Refuse what is not the beginning of a report's number."""

    def __call__(self, _form: AnyForm, field: Field) -> None:
        """Say what it looks like."""
        if not _NUMBER.fullmatch(tidied(field.data).lower()):
            raise StopValidation(Message(NO_NUMBER))


class Place(Line):
    """From where a search goes on, or nothing; the page's own."""

    shows_words = False

    @override
    def allows(self, values: Sequence[str]) -> bool:
        return len(values) == 1 and (not values[0] or _PLACE.fullmatch(values[0]) is not None)


class SearchForm(Form):
    """What is looked for; each field may stay empty. `before` is where the search goes on."""

    number = Line(validators=[Numbered()])
    words = Line(validators=[Readable()])
    levels = Codes(LEVELS)
    states = Codes(STATES)
    kinds = Codes(tuple(kind.code for kind in KINDS))
    country = Choice(["", *COUNTRIES])
    language = Choice(["", *LANGUAGES])
    flag = Choice(["", *FLAGS])
    verification = Choice(["", *VERIFICATIONS])
    state_link = Choice(["", *STATE_LINKS])
    owner = Choice(OWNERS)
    first_week = Line(validators=[Week()])
    last_week = Line(validators=[Week()])
    before = Place()

    @property
    def start(self) -> str:
        """The beginning of a number, as numbers are written; only of a form that is valid."""
        return tidied(self.number.data).lower()

    @property
    def weeks(self) -> tuple[int, int]:
        """First and last week, as year times 100 plus week; only of a form that is valid."""
        return week_of(self.first_week.data), week_of(self.last_week.data)


class KeepForm(SearchForm):
    """A search that is to be kept, and under which name; `shared` with all of casework."""

    once = Mark()
    name = Line(validators=[Readable(), Filled(NO_NAME)])
    shared = Choice(["yes"])


class KeptForm(Form):
    """One of the searches that are kept, by its number; `do` runs it or takes it away."""

    search = Number()
    do = Choice(["run", "remove"], first="run")
