"""Sifting: what an auditor looks for in the log."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from typing_extensions import override
from wtforms import Field
from wtforms import Form as AnyForm
from wtforms.validators import StopValidation

from forms.base import Form
from forms.fields import Line
from forms.wording import Message, msgid

_START: Final = re.compile(r"[0-9a-z]{0,32}")
_WEEK: Final = re.compile(r"([0-9]{4})-?W?(0[1-9]|[1-4][0-9]|5[0-3])")
_ROW: Final = re.compile(r"[1-9][0-9]{0,8}")

NO_START: Final = msgid(
    "Please type only the beginning of a number, as it stands in the log: digits and letters."
)
NO_WEEK: Final = msgid("Please type a week like 2026-W48.")


class Start:
    """Refuse what is not the beginning of an id, or of a word that stands for one."""

    def __call__(self, _form: AnyForm, field: Field) -> None:
        """Say what it looks like."""
        if not _START.fullmatch(tidied(field.data).lower()):
            raise StopValidation(Message(NO_START))


class Week:
    """Refuse what is no week; nothing typed is every week."""

    def __call__(self, _form: AnyForm, field: Field) -> None:
        """Say how a week is written."""
        if tidied(field.data) and not _WEEK.fullmatch(tidied(field.data).upper()):
            raise StopValidation(Message(NO_WEEK))


class Row(Line):
    """A row of the log, or nothing; the page's own."""

    shows_words = False

    @override
    def allows(self, values: Sequence[str]) -> bool:
        return len(values) == 1 and (not values[0] or _ROW.fullmatch(values[0]) is not None)


class SiftForm(Form):
    """What is looked for; each field may stay empty. `before` is where the search goes on."""

    verb = Line()
    actor = Line(validators=[Start()])
    subject = Line(validators=[Start()])
    first_week = Line(validators=[Week()])
    last_week = Line(validators=[Week()])
    before = Row()

    @property
    def starts(self) -> tuple[str, str]:
        """The beginnings of the two ids, as the log writes them; only of a form that is valid."""
        return tidied(self.actor.data).lower(), tidied(self.subject.data).lower()

    @property
    def weeks(self) -> tuple[int, int]:
        """First and last week, as year times 100 plus week; only of a form that is valid."""
        return week_of(self.first_week.data), week_of(self.last_week.data)

    @property
    def row(self) -> int | None:
        """The row below which the search goes on; nothing for one that begins."""
        return int(self.before.data) if self.before.data else None


def week_of(typed: str) -> int:
    """Return a week as year times 100 plus week, 0 for nothing typed."""
    found = _WEEK.fullmatch(tidied(typed).upper())
    return int(found[1] + found[2]) if found else 0


def tidied(typed: str) -> str:
    """Return what was typed with digits and letters of every width in their plain form."""
    return unicodedata.normalize("NFKC", typed).strip()
