"""Allowing: what a reporter allows, and what they chose anew, for the page of their report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from forms.choices import CHANGEABLE, CHOICES, CONTACT, Choice
from reporting.consent import Choices


@dataclass(frozen=True, slots=True)
class Line:
    """A question and its answer in force, as message ids; `about` names who is asked about."""

    text: str
    about: str
    answer: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One answer that took the place of another, as message ids."""

    about: str
    before: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is given, what is refused or was skipped, what changed, and if they may be answered.

    `answer` is the code of that last answer; a skipped one is empty.
    """

    given: tuple[Line, ...]
    refused: tuple[Line, ...]
    changes: tuple[Changed, ...]
    answer: str


def of(choices: Choices) -> Allowed:
    """Return it; of choices that are not genuine there is nothing."""
    given = {choice.name for choice in CHANGEABLE if _is_given(choice, choices)}
    return Allowed(
        given=tuple(_lines(choices, given)),
        refused=tuple(_lines(choices, {one.name for one in CHANGEABLE} - given)),
        changes=tuple(_changes(choices)),
        answer=choices.answer(CONTACT),
    )


def _is_given(choice: Choice, choices: Choices) -> bool:
    # Not every first answer says no: the shortest time is one, too.
    return choices.answer(choice.name) not in {"", "no"} or choice.codes[0] != "no"


def _lines(choices: Choices, names: set[str]) -> Iterator[Line]:
    for choice in CHANGEABLE:
        if choice.name in names:
            answer = choice.label_of(choices.answer(choice.name))
            yield Line(choice.text, choice.about, answer)


def _changes(choices: Choices) -> Iterator[Changed]:
    for change in choices.changes:
        choice = CHOICES[change.name]
        before, after = choice.label_of(change.before), choice.label_of(change.after)
        yield Changed(choice.about or choice.text, before, after, change.at)
