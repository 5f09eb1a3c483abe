"""Labels: how questions and answers read in the language of the page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from forms.answers import Answers
from forms.codebook import COUNTRIES, PREFECTURES, TACTICS
from forms.questions import QUESTIONS, Asks, Question
from forms.wording import msgid
from reporting import names
from reporting.names import Name
from reporting.web import language

WHAT_EXACTLY: Final = msgid("What exactly happened?")
AS_TYPED: Final = "auto"  # the direction of a person's own words: they are never translated
ENDS: Final = (msgid("First time"), msgid("Last time"))
IN_COUNTRIES: Final = frozenset({Asks.COUNTRY, Asks.COUNTRIES})
_TACTICS: Final = {tactic.code: tactic.label for tactic in TACTICS}


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answers, in the page's language but for names that keep their own."""

    name: str
    question: str
    labels: tuple[Name, ...] = field(repr=False)


def options(question: Question) -> tuple[Name, ...]:
    """Return what a question offers; places stand as the page's language sorts them."""
    code = language.current().code
    if question.asks in IN_COUNTRIES:
        places = names.countries(code)
    elif question.asks is Asks.PREFECTURE:
        places = names.prefectures(code)
    elif question.name == "language":
        places = names.tongues()
    else:
        places = ()
    known = {place.code for place in places}
    others = [option for option in question.offered if option.code not in known]
    return (*places, *(_said(option.code, option.label) for option in others))


def answered(answers: Answers) -> Iterator[Answered]:
    """Yield answers with their questions, in the order of the questionnaire."""
    for name, question in QUESTIONS.items():
        if name in answers:
            text = language.gettext(question.text)
            yield Answered(name, text, tuple(_labels(question, answers[name])))
        if name == "kinds" and "tactics" in answers:
            labels = tuple(_said(code, _TACTICS.get(code, code)) for code in answers["tactics"])
            yield Answered("tactics", language.gettext(WHAT_EXACTLY), labels)


def _labels(question: Question, codes: tuple[str, ...]) -> Iterator[Name]:
    if question.asks is not Asks.MONTHS:
        yield from (label_of(question, code) for code in codes)
        return
    for when, value in zip(ENDS, codes, strict=False):
        if value:
            yield Name(value, f"{language.gettext(when)}: {language.month(value)}")


def reason(fact: str) -> Answered:
    """Return an answer that counted for the level, known by its question and code."""
    name, _, code = fact.partition(":")
    (found,) = answered({name: (code,)})
    return found


def label_of(question: Question, code: str) -> Name:
    """Return how one answer reads; a person's words and codes nobody knows stay as they are."""
    if question.asks is Asks.LINE:
        return Name(code, code, "", AS_TYPED)
    tag = language.current().code
    if code in PREFECTURES:
        return names.prefecture(code, tag)
    if code in COUNTRIES:
        return names.country(code, tag)
    labels = {option.code: option.label for option in question.options}
    return _said(code, labels.get(code, code))


def _said(code: str, label: str) -> Name:
    return Name(code, language.gettext(label), "", "")
