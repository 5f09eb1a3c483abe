"""Summing: what the first paragraph about a report says. It is made of codes, and of no free text.

Lists come as message ids where they are ours, and as names where they are places.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from admin.casework import CaseView
from admin.facts import Answer, Danger
from admin.web.whole_words import DANGERS, KIND_LABELS, NEEDS, RULES, TACTIC_LABELS
from forms.choices import CHOICES, SHARE
from forms.codebook import COUNTRIES, group_of
from reporting import names
from reporting.web import language

LIFE: Final = "c_life"


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened, who is behind it, which danger, what the reporter wants and allows.

    `is_coded` says whether somebody of the team named the states. `dangers` are those to which
    somebody said yes, `foreseen` those that the form says yes to and nobody answered.
    """

    happened: tuple[str, ...]
    states: tuple[str, ...] = field(repr=False)
    is_coded: bool
    dangers: tuple[str, ...]
    foreseen: tuple[str, ...]
    wants: tuple[str, ...]
    rules: tuple[str, ...]
    shares: tuple[str, ...]
    shares_asked: tuple[str, ...]
    in_danger: str


def of(view: CaseView) -> Summary:
    """Return it for an opened report."""
    triage, answers = view.opened.work.triage, view.answers
    said_yes = {danger for danger, answer in triage.dangers.items() if answer is Answer.YES}
    states = triage.states or frozenset(answers.get("state", ()))
    tag = language.current().code
    return Summary(
        happened=_happened(answers.get("tactics", ()), answers["kinds"]),
        states=tuple(names.country(one, tag).text for one in sorted(states & set(COUNTRIES))),
        is_coded=bool(triage.states),
        dangers=_dangers(said_yes),
        foreseen=_dangers(triage.foreseen - triage.dangers.keys()),
        wants=_words(NEEDS, answers.get("need", ())),
        rules=_words(RULES, view.keep_to.get("contact_rule", ())),
        shares=_shares(view, "yes"),
        shares_asked=_shares(view, "ask"),
        in_danger=CHOICES[LIFE].label_of(view.choices.answer(LIFE)),
    )


def _happened(tactics: Iterable[str], kinds: Iterable[str]) -> tuple[str, ...]:
    """Return the tactics, and the kinds of which no tactic was chosen."""
    told = tuple(tactics)
    groups = {group_of(tactic) for tactic in told}
    return (
        *_words(TACTIC_LABELS, told),
        *_words(KIND_LABELS, (kind for kind in kinds if kind not in groups)),
    )


def _dangers(found: Iterable[Danger]) -> tuple[str, ...]:
    there = frozenset(found)
    return tuple(words for danger, words in DANGERS.items() if danger in there)


def _shares(view: CaseView, answer: str) -> tuple[str, ...]:
    shared = (one for one in CHOICES.values() if one.name.startswith(f"{SHARE}."))
    return tuple(one.about for one in shared if view.choices.answer(one.name) == answer)


def _words(words: Mapping[str, str], codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(words[code] for code in codes if code in words)
