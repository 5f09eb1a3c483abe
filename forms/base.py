"""Base: what every form of ours has in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple, Self

import wtforms

from forms.wording import Message

Fields = Mapping[str, tuple[str, ...]]
CHECKED: Final = "checked"


class UnknownAnswerError(ValueError):
    """The form holds a field or a code that no page of ours offers."""


class TooLongError(ValueError):
    """A text is longer than may be saved; nothing of the form was."""


@dataclass(frozen=True, slots=True, repr=False)
class Echo:
    """What a form sent, as it can be given back: codes to repeat unseen, and words to show."""

    codes: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]


class Problem(NamedTuple):
    """What to look at again: the field, and what to do there."""

    field: str
    message: Message


class Form(wtforms.Form):
    """A form over saved or sent fields; it never shows a text that is not ours.

    `secrets` are fields that no page about an error gives back.
    """

    secrets: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        """WTForms settings: its own translations stay off."""

        locales = False

    @classmethod
    def of(cls, fields: Fields) -> Self:
        """Return the form filled with fields as typed."""
        return cls(formdata=_Sent(fields))

    @classmethod
    def shown(cls, fields: Fields) -> Self:
        """Return the form filled with saved fields, with its problems if it was checked before."""
        return cls.of(fields).rechecked(fields)

    @classmethod
    def refuse_unknown(cls, fields: Fields) -> None:
        """Raise UnknownAnswerError for a field or a code that this form does not offer."""
        form = cls()
        for name, values in fields.items():
            if name not in form or not form[name].allows(values):
                raise UnknownAnswerError

    @classmethod
    def refuse_too_long(cls, fields: Fields) -> None:
        """Raise TooLongError for a text that may not be saved even for a while."""
        if any(field.is_too_long for field in cls.of(fields)):
            raise TooLongError

    @classmethod
    def echo(cls, fields: Fields) -> Echo:
        """Return what was sent into this form's fields but its secrets, whole and unchecked.

        A code that is not offered would only be refused again, so it stays out.
        """
        form = cls()
        sent = [
            (form[name], value)
            for name, values in fields.items()
            if name in form and name not in cls.secrets
            for value in values
            if form[name].shows_words or form[name].allows((value,))
        ]
        return Echo(
            codes=tuple((field.name, value) for field, value in sent if not field.shows_words),
            words=tuple((field.name, value) for field, value in sent if field.shows_words),
        )

    def refuse(self, field: str, message: Message) -> None:
        """Say of an answer what is wrong with it, where only somebody else can know."""
        self[field].errors = (message,)

    def rechecked(self, fields: Fields) -> Self:
        """Find the problems again if these saved fields were checked before."""
        if CHECKED in fields:
            self.validate()
        return self

    def typed(self, *, checked: bool) -> Fields:
        """Return every field as it will be saved; `checked` lets the page show its problems."""
        saved = {field.name: _values(field.data) for field in self}
        return {**saved, CHECKED: ("yes",)} if checked else saved

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The first problem of each field, in the page's order."""
        return tuple(Problem(field.name, field.errors[0]) for field in self if field.errors)


class _Sent:
    """Fields in the shape that WTForms reads."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def getlist(self, name: str) -> list[str]:
        return list(self._fields[name])


def _values(data: str | tuple[str, ...]) -> tuple[str, ...]:
    return (data,) if isinstance(data, str) else data
