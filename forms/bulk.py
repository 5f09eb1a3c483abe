"""Bulk: one small thing that is done with many reports at once."""

import re
from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final

from typing_extensions import override
from wtforms import Field
from wtforms.validators import StopValidation

from forms.base import Form
from forms.fields import Choice, Line, Mark, Number
from forms.moves import NO_DAY
from forms.planning import FLAGS, NO_FLAG, NO_KIND, NOBODY_CHOSEN, TASK_CHARACTERS, TASKS, a_day
from forms.searching import NO_NUMBER, Numbered
from forms.sifting import tidied
from forms.validators import Chosen, Readable, ShortEnough, is_blank
from forms.wording import Message, msgid

MOST: Final = 100
WHATS: Final = ("assign", "flag", "task", "link")
VERDICTS: Final = ("same_incident", "different")
NONE_CHOSEN: Final = msgid("Please choose at least one report.")
NO_WHAT: Final = msgid("Please choose what is to be done with them.")
_CASE: Final = re.compile(r"[0-9a-f]{32}")
_SEEN: Final = re.compile(r"[0-9a-f]{32}-[0-9]{1,9}")


class Numbers(Field):
    """The numbers of reports that were chosen, a hundred at most; the page's own."""

    shows_words: ClassVar[bool] = False
    is_too_long: ClassVar[bool] = False
    data: tuple[str, ...]

    def __init__(self, shape: re.Pattern[str], **settings: object) -> None:
        super().__init__(**settings)
        self.shape = shape

    def process_data(self, _value: object) -> None:
        """Begin with none."""
        self.data = ()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take each once, in their order."""
        self.data = tuple(dict.fromkeys(valuelist))[:MOST]

    def allows(self, values: Sequence[str]) -> bool:
        """Say whether a page of ours could have sent this."""
        return all(self.shape.fullmatch(value) for value in values)


class Some:
    """Refuse an empty choice."""

    def __call__(self, _form: Form, field: Numbers) -> None:
        """Say that nothing was chosen."""
        if not field.data:
            raise StopValidation(Message(NONE_CHOSEN))


class _Details(Form):
    """What is done; of the other fields only those count that go with it."""

    limit: ClassVar[int] = TASK_CHARACTERS

    what = Choice(["", *WHATS], validators=[Chosen(NO_WHAT)])
    who = Number()
    flag = Choice(["", *FLAGS])
    kind = Choice(["", *TASKS])
    due = Line()
    text = Line(validators=[Readable(), ShortEnough(TASK_CHARACTERS)])
    number = Line(validators=[Numbered()])
    verdict = Choice(VERDICTS, first=VERDICTS[0])

    @override
    def validate(self, extra_validators: object = None) -> bool:
        """Say whether everything is there that goes with what is done."""
        is_fit: bool = super().validate()
        missing = self._missing()
        for name, message in missing.items():
            self.refuse(name, Message(message))
        return is_fit and not missing

    def _missing(self) -> dict[str, str]:
        needed = {
            "assign": {"who": NOBODY_CHOSEN},
            "flag": {"flag": NO_FLAG},
            "task": {"kind": NO_KIND, "who": NOBODY_CHOSEN, "due": NO_DAY},
            "link": {"number": NO_NUMBER},
        }
        asked = needed.get(self.what.data, {})
        return {name: said for name, said in asked.items() if self._lacks(name)}

    def _lacks(self, name: str) -> bool:
        if name == "due":
            return a_day(self.due.data) is None
        return is_blank(self[name].data)

    @property
    def due_day(self) -> date:
        """Until when; only of a form that is valid."""
        return a_day(self.due.data) or date.min

    @property
    def start(self) -> str:
        """The beginning of the number of the report to link with; only of a valid form."""
        return tidied(self.number.data).lower()


class BulkForm(_Details):
    """The reports that were chosen, and what is to be done with them."""

    cases = Numbers(_CASE, validators=[Some()])


class SeenForm(_Details):
    """The same once more, with the reports as they stood when this was shown."""

    once = Mark()
    cases = Numbers(_SEEN, validators=[Some()])

    @property
    def seen(self) -> tuple[tuple[str, int], ...]:
        """The numbers of the reports, and their revisions."""
        found = (value.split("-") for value in self.cases.data)
        return tuple((case, int(rev)) for case, rev in found)
