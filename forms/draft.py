"""Draft: everything one person has typed about a report so far, and the report that it makes.

A draft is one set of fields, whichever forms they were typed into: somebody may begin with the
short form, go on with the guided one, and come back.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from forms import dates, masking, questionnaire
from forms.answers import Answers, GivenConsent, Report
from forms.base import CHECKED, Fields
from forms.codebook import UNSURE_KIND
from forms.guided import form_of, given, typed_months
from forms.questions import ABROAD, QUESTIONS, Seal
from forms.report import ShortForm

SHORT_FORM: Final = "q"
STORY: Final = "story"
SHOWN_IN: Final = "shown_in"  # the language in which the choices stood on the page
Consents = Mapping[str, GivenConsent]


def is_guided(saved: Fields) -> bool:
    """Say whether a screen of the guided form was answered."""
    return not set(questionnaire.ORDER).isdisjoint(saved.get(CHECKED, ()))


def gap(saved: Fields, today: date) -> str:
    """Return the key of the first form that has to be looked at again, or nothing.

    It is the key of a screen, or SHORT_FORM.
    """
    if not is_guided(saved):
        return "" if ShortForm.of(saved).validate() else SHORT_FORM
    for screen in questionnaire.path(given(saved)):
        form = form_of(screen.key, screen.questions).about(screen, saved, today)
        if not form.validate():
            return screen.key
    return ""


def has_personal_number(saved: Fields) -> bool:
    """Say whether the own words seem to hold something that points to a person."""
    return bool(masking.spans(story(saved)))


def masked(saved: Fields) -> Fields:
    """Return the own words with a mark in place of what points to a person."""
    return {STORY: (masking.masked(story(saved)),)}


def story(saved: Fields) -> str:
    """Return the person's own words."""
    return "".join(saved.get(STORY, ()))


def report(saved: Fields, today: date, language: str, consents: Consents) -> Report:
    """Return the report of a draft without a gap, in the language of the page it is sent from."""
    form = "guided" if is_guided(saved) else "short"
    return Report(form, answers(saved, today), story(saved), contact(saved), language, consents)


def answers(saved: Fields, today: date) -> Answers:
    """Return the coded answers to what is open now, by the name of their question.

    What was answered before the answer that opened it was changed stays behind.
    """
    chosen = given(saved)
    found = {
        name: chosen[name] for name in _open(saved, Seal.FACETS, Seal.CONSENT) if name in chosen
    }
    details = [found.pop(name) for name in tuple(found) if name.startswith("tactics.")]
    tactics = tuple(code for codes in details for code in codes)
    country = found.pop("country", ("other",))
    if found.get("host") == (ABROAD,):
        found["host"] = country
    months = dates.read(typed_months(saved), today).values
    return {
        **found,
        "kinds": chosen.get("kinds", (UNSURE_KIND,)),
        **({"tactics": tactics} if tactics else {}),
        **({"months": months} if months else {}),
    }


def contact(saved: Fields) -> Answers:
    """Return the answers that only caseworkers may open, to what is open now."""
    return {name: saved[name] for name in _open(saved, Seal.CONTACT) if any(saved.get(name, ()))}


def _open(saved: Fields, *seals: Seal) -> tuple[str, ...]:
    return tuple(
        name
        for screen in questionnaire.path(given(saved))
        for name in screen.questions
        if QUESTIONS[name].seal in seals
    )
