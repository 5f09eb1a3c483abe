"""Summary: every answer of a draft with the way back to it, for the page before sending."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from forms import draft, questionnaire
from forms.base import Fields
from forms.choices import OFFERED
from forms.guided import MONTHS, given
from reporting.names import Name
from reporting.web import labels, language
from reporting.web.labels import Answered

SHORT_ONES: Final = frozenset({"kinds"})


@dataclass(frozen=True, slots=True)
class Row:
    """One answer, and the address where it can be changed."""

    answered: Answered = field(repr=False)
    there: str


def rows(saved: Fields, today: date) -> Iterator[Row]:
    """Yield a row for each coded answer and each choice that was made, in the forms' order."""
    answers = {**draft.answers(saved, today), **draft.contact(saved)}
    asked = {
        name: screen.key for screen in questionnaire.path(given(saved)) for name in screen.questions
    }
    for one in labels.answered(answers):
        yield Row(one, _there(one.name, asked, is_guided=draft.is_guided(saved)))
    for choice in OFFERED:
        for code in filter(None, saved.get(choice.name, ())):
            label = language.gettext(choice.label_of(code))
            question = language.gettext(choice.about or choice.text)
            answered = Answered(choice.name, question, (Name(code, label, "", ""),))
            yield Row(answered, f"/s/{questionnaire.CHOICES}#{choice.name}")


def _there(name: str, asked: dict[str, str], *, is_guided: bool) -> str:
    if name in SHORT_ONES and not is_guided:
        return f"/q#{name}"
    if name == "tactics":
        return "/s/2/more"
    anchor = MONTHS[0] if name == "months" else name
    return f"/s/{asked[name]}#{anchor}"
