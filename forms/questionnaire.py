"""The questionnaire: which screen asks what, in which order, and which answer opens what.

Pure: it knows codes and no page. A screen's key is its address after `/s/`. Follow-up screens
(`…/more`) take the place of script: they ask only what the answers before them opened, and are
skipped when that is nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from forms.answers import Answers
from forms.codebook import HOME, KINDS
from forms.questions import ABROAD, QUESTIONS, TITLES, detail_of

FIRST: Final = "1"
CHOICES: Final = "9"
CHECK: Final = "10"
FILES: Final = "8/files"
FILES_PAGE: Final = 8
SAFETY: Final = "0"
MOST_ON_A_SCREEN: Final = 40
ABOUT_SOMEBODY_ELSE: Final = frozenset(
    {"relative", "friend", "organisation", "witness", "professional"}
)
BEYOND_THE_CODE: Final = frozenset({"signal", "email", "partner"})
EVERY_DETAIL: Final = tuple(detail_of(kind.code) for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of the guided form, with the names of the questions that are open on it."""

    key: str
    questions: tuple[str, ...]

    @property
    def number(self) -> int:
        """The number of the page that it belongs to."""
        return int(self.key.partition("/")[0])

    @property
    def title(self) -> str:
        """The heading of its page."""
        return TITLES[self.number]


def _details(answers: Answers) -> list[tuple[str, ...]]:
    """Return the questions about details, in as many screens as they need."""
    screens: list[tuple[str, ...]] = [()]
    room = MOST_ON_A_SCREEN
    for kind in answers.get("kinds", ()):
        name = detail_of(kind)
        size = len(QUESTIONS[name].offered)
        if size > room:
            screens.append(())
            room = MOST_ON_A_SCREEN
        screens[-1] += (name,)
        room -= size
    return screens


def _more_details(answers: Answers) -> tuple[str, ...]:
    return tuple(name for names in _details(answers)[1:] for name in names)


def _third_person(answers: Answers) -> tuple[str, ...]:
    return ("third_ok",) if has(answers, "relation", ABOUT_SOMEBODY_ELSE) else ()


def _reasons(answers: Answers) -> tuple[str, ...]:
    return ("basis", "channel") if {"state", "actor"} & answers.keys() else ("channel",)


def _where(answers: Answers) -> tuple[str, ...]:
    match answers.get("host"):
        case (code,) if code == ABROAD:
            return ("country",)
        case (code,) if code == HOME:
            return ("prefecture",)
        case _:
            return ()


def _told(answers: Answers) -> tuple[str, ...]:
    told = answers.get("authority", ())
    nobody = ("barrier",) if "none" in told else ()
    return (("outcome",) if set(told) - {"none"} else ()) + nobody


_OPENED_BY_RULES: Final = MappingProxyType(
    {"hours": "reach_hours", "not_named": "not_names", "not_region": "not_regions"}
)


def _contact(answers: Answers) -> tuple[str, ...]:
    reach = ("reach",) if has(answers, "contact", BEYOND_THE_CODE) else ()
    rules = answers.get("contact_rule", ())
    return reach + tuple(name for code, name in _OPENED_BY_RULES.items() if code in rules)


def has(answers: Answers, name: str, codes: Iterable[str]) -> bool:
    """Say whether one of these codes was chosen."""
    return not set(codes).isdisjoint(answers.get(name, ()))


_ALWAYS: Final = MappingProxyType(
    {
        "1": ("relation",),
        "2": ("kinds",),
        "3": ("story", "language", "interpreter"),
        "4": ("state", "actor"),
        "5": ("when", "months", "frequency", "continuing", "host", "place"),
        "6": ("danger", "danger_event", "harm", "target", "trigger", "gender"),
        "7": ("authority",),
        "8": ("need", "contact", "contact_rule", "evidence"),
        "9": (),
    }
)
_OPENED: Final[Mapping[str, Callable[[Answers], tuple[str, ...]]]] = MappingProxyType(
    {
        "1/more": _third_person,
        "2/more": lambda answers: _details(answers)[0],
        "2/more/2": _more_details,
        "4/more": _reasons,
        "5/more": _where,
        "7/more": _told,
        "8/more": _contact,
    }
)
ORDER: Final = tuple(sorted((*_ALWAYS, *_OPENED)))
# Files are asked for on a page of their own: a line that breaks must take no words with it.
_STEPS: Final = (*ORDER[: ORDER.index(CHOICES)], FILES, *ORDER[ORDER.index(CHOICES) :])


def screen(key: str, answers: Answers) -> Screen:
    """Return a screen with the questions that these answers open; raise KeyError for no screen."""
    return Screen(key, _ALWAYS[key] if key in _ALWAYS else _OPENED[key](answers))


def may_ask(key: str) -> tuple[str, ...]:
    """Return every question that a screen may ask, whatever the answers; raise KeyError."""
    everything = {
        "1/more": ("third_ok",),
        "2/more": EVERY_DETAIL,
        "2/more/2": EVERY_DETAIL,
        "4/more": ("basis", "channel"),
        "5/more": ("country", "prefecture"),
        "7/more": ("outcome", "barrier"),
        "8/more": ("reach", *_OPENED_BY_RULES.values()),
    }
    return _ALWAYS[key] if key in _ALWAYS else everything[key]


def path(answers: Answers) -> tuple[Screen, ...]:
    """Return the screens that these answers lead through, in order."""
    screens = (screen(key, answers) for key in ORDER)
    return tuple(one for one in screens if one.questions or one.key == CHOICES)


def after(key: str, answers: Answers) -> str:
    """Return the key of the step after this one; after the last comes the check page."""
    return next(iter(_open_steps(_STEPS[_STEPS.index(key) + 1 :], answers)), CHECK)


def before(key: str, answers: Answers) -> str:
    """Return the key of the step before this one; before the first comes the safety page."""
    return next(iter(_open_steps(_STEPS[: _STEPS.index(key)][::-1], answers)), SAFETY)


def _open_steps(steps: tuple[str, ...], answers: Answers) -> list[str]:
    """Return those of the steps on which something is asked."""
    asked = {FILES, *(one.key for one in path(answers))}
    return [step for step in steps if step in asked]
