"""Planning: what somebody of the team plans for a report. The codes stand in sealed records."""

import unicodedata
from datetime import date
from typing import ClassVar, Final

from wtforms.validators import ValidationError

from forms.base import Form
from forms.fields import Choice, Line, Mark, Number
from forms.moves import NO_DAY
from forms.validators import Filled, Readable, ShortEnough
from forms.wording import Message, msgid

TASK_CHARACTERS: Final = 200
# What somebody can be given to do; the next look at what is only watched comes by itself.
TASKS: Final = (
    "call_back",
    "check_source",
    "ask_colleague",
    "prepare_message",
    "find_help",
    "keep_evidence",
    "review",
    "other",
)
FLAGS: Final = (
    "self_harm",
    "child",
    "code_not_safe",
    "do_not_write",
    "unsafe_device",
    "team_at_risk",
    "interpreter_needed",
    "lawyer",
    "media_interest",
)
NO_KIND: Final = msgid("Please choose what is to be done.")
NOBODY_CHOSEN: Final = msgid("Please choose who does it.")
NO_LINE: Final = msgid("Please write in one line why.")
NO_FLAG: Final = msgid("Please choose one of them.")


def _day(typed: str) -> date:
    return date.fromisoformat(unicodedata.normalize("NFKC", typed).strip())


def a_day(typed: str) -> date | None:
    """Return the day that somebody typed, nothing where it is none."""
    try:
        return _day(typed)
    except ValueError:
        return None


class ADay:
    """Refuse what is no day, as 2027-01-31 is one."""

    def __call__(self, _form: Form, field: Line) -> None:
        """Say how a day is written."""
        if a_day(field.data) is None:
            raise ValidationError(Message(NO_DAY))


class TaskForm(Form):
    """What is to be done, by whom and until when; `who` is the number of a person."""

    limit: ClassVar[int] = TASK_CHARACTERS

    once = Mark()
    kind = Choice(["", *TASKS], validators=[Filled(NO_KIND)])
    who = Number(validators=[Filled(NOBODY_CHOSEN)])
    due = Line(validators=[ADay()])
    text = Line(validators=[Readable(), ShortEnough(TASK_CHARACTERS)])

    @property
    def due_day(self) -> date:
        """Until when; only of a form that is valid."""
        return _day(self.due.data)


class EndForm(Form):
    """How a task ends: it is done, or nobody does it any more."""

    once = Mark()
    done = Choice(["yes", "no"], first="yes")


class FlagForm(Form):
    """A flag that is set or taken away."""

    once = Mark()
    flag = Choice(["", *FLAGS], validators=[Filled(NO_FLAG)])


class KeepForm(Form):
    """Why somebody keeps a report for themselves for a day."""

    limit: ClassVar[int] = TASK_CHARACTERS

    once = Mark()
    why = Line(validators=[Filled(NO_LINE), Readable(), ShortEnough(TASK_CHARACTERS)])


class CheckForm(Form):
    """On which day somebody looks again."""

    once = Mark()
    next_check = Line(validators=[ADay()])

    @property
    def day(self) -> date:
        """The day; only of a form that is valid."""
        return _day(self.next_check.data)
