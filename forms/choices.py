"""Choices: what a reporter may allow, one question each, and what an answer was given to.

Nothing is chosen beforehand, and a question that was skipped counts as its first answer, which
gives away the least: no, never, nobody, the shortest time. Only the permission to keep the report
has no such answer; it is taken back by taking the report back.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from forms.answers import GivenConsent
from forms.codebook import LISTS, Data, Option, load

STORE: Final = "c_store"
CONTACT: Final = "c_contact"
SHARE: Final = "c_share"
LINK: Final = "c_link"
KEEP: Final = "c_keep"
# Codes of answers that questions.toml writes in words, in its order; permanent like all codes.
_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "c_life": ("nobody", "support", "police"),
    KEEP: ("1", "3", "10"),
}
KEEP_YEARS: Final[Mapping[str, int]] = {code: int(code) for code in _CODES[KEEP]}


@dataclass(frozen=True, slots=True)
class Choice:
    """One question; texts are message ids.

    `name` is the name of field and answer. `about` names who would be given something, where the
    same question is asked about several; `note` says what else to know, or nothing. `options` go
    from the answer that gives away the least to the one that gives away the most. One that is not
    in the form is asked in the mailbox alone, where whoever is asked has time to think.
    """

    name: str
    text: str
    about: str
    note: str
    options: tuple[Option, ...]
    is_in_form: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its answers."""
        return tuple(option.code for option in self.options)

    @property
    def words(self) -> tuple[str, ...]:
        """All that stands on the page with this question, as message ids."""
        shown = [self.text, self.about, self.note]
        if self.name != STORE:  # a single tick, whose label is the text itself
            shown += [option.label for option in self.options]
        return tuple(text for text in shown if text)

    def label_of(self, code: str) -> str:
        """Return the words of an answer; of a skipped one those of the first."""
        labels = {option.code: option.label for option in self.options}
        return labels.get(code, self.options[0].label)

    def given(self, answer: str, language: str, say: Callable[[str], str]) -> GivenConsent:
        """Return an answer with the hash of the words it was given to, in `say`'s language."""
        shown = "\n".join(say(text) for text in self.words)
        return GivenConsent(answer, hashlib.sha256(shown.encode()).hexdigest(), language)


def _asked(entry: Data) -> Iterator[Choice]:
    code, note = entry["id"], "" if entry["required"] else entry.get("note", "")
    if "list" not in entry:
        is_in_form = "mailbox_only" not in entry
        yield Choice(code, entry["text"], "", note, _options(entry), is_in_form)
        return
    for about in LISTS[entry["list"]]:
        yield Choice(f"{code}.{about.code}", entry["text"], about.label, note, _options(entry))


def _options(entry: Data) -> tuple[Option, ...]:
    answers = entry["answers"]
    if entry["id"] in _CODES:
        pairs = zip(_CODES[entry["id"]], answers, strict=True)
        return tuple(Option(code, label) for code, label in pairs)
    return tuple(option for option in LISTS["consent_answer"] if option.code in answers)


_QUESTIONS: Final = load("questions.toml")
CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(
    {choice.name: choice for entry in _QUESTIONS["consent"] for choice in _asked(entry)}
)
CHANGEABLE: Final = tuple(choice for choice in CHOICES.values() if choice.name != STORE)
# What the form asks for; the rest is asked in the mailbox alone.
OFFERED: Final = tuple(choice for choice in CHANGEABLE if choice.is_in_form)
