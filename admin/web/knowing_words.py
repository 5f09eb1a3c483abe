"""Knowing words: what each thing is called that is recorded of a report, and how it is said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from admin import recodings
from admin.facts import Answer
from admin.recodings import Codes, Source
from admin.web.case_wording import ANSWERS, DANGERS
from admin.web.wording import LEVELS
from forms.codebook import COUNTRIES
from forms.triage import UNKNOWN
from forms.wording import msgid
from reporting import names
from reporting.triage import Level
from reporting.web import language

RECORDED: Final[Mapping[str, str]] = {
    recodings.LEVEL: msgid("Level"),
    recodings.LEVEL_REASON: msgid("Why this level"),
    **{str(danger): question for danger, question in DANGERS.items()},
    recodings.MAY_BE_STATE: msgid("May a state be behind it?"),
    recodings.REACHES_ABROAD: msgid("Does it reach somebody outside that state?"),
    recodings.STATES: msgid("States that are named"),
    recodings.ORGANISATIONS: msgid("Organisations that are named"),
}
SOURCES: Final[Mapping[Source, str]] = {
    Source.TOLD: msgid("as the form says"),
    Source.FIRST: msgid("found at the first look"),
    Source.LATER: msgid("recorded later"),
}
NOT_KNOWN: Final = msgid("not known")
NONE_NAMED: Final = msgid("No organisation is named")


@dataclass(frozen=True, slots=True)
class Saying:
    """What is recorded, in words; `is_typed` says that somebody typed them."""

    texts: tuple[str, ...] = field(repr=False)
    is_typed: bool = False


def saying(name: str, codes: Codes) -> Saying:
    """Return in the page's language what is recorded; nothing stays nothing."""
    if name == recodings.LEVEL_REASON:
        return Saying(codes, is_typed=True)
    if name == recodings.ORGANISATIONS and UNKNOWN not in codes:
        return Saying(codes, is_typed=True)
    say = _SAID.get(name, _answer)
    return Saying(tuple(map(say, codes)))


def _level(code: str) -> str:
    return language.gettext(LEVELS[Level(int(code))])


def _answer(code: str) -> str:
    return language.gettext(ANSWERS[Answer(code)])


def _state(code: str) -> str:
    if code in COUNTRIES:
        return names.country(code, language.current().code).text
    return language.gettext(NOT_KNOWN)


def _organisation(_code: str) -> str:
    return language.gettext(NONE_NAMED)


_SAID: Final[Mapping[str, Callable[[str], str]]] = {
    recodings.LEVEL: _level,
    recodings.STATES: _state,
    recodings.ORGANISATIONS: _organisation,
}
