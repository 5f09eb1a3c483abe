"""Grounds: what speaks for comparing two opened reports, found in memory; nothing follows of it."""

from typing import Final

from admin import case_words, cases, identified, likeness_of_texts, link_consent
from admin.cases import Opened
from admin.desk import Desk
from admin.links import Why
from forms.masking import spans

# Numbers and addresses are looked for only so far into a text: it is done again for every report.
LETTERS_SIFTED: Final = 2_000


class Words:
    """A story as it is compared with others."""

    def __init__(self, text: str) -> None:
        self._is_there = bool(text)
        self._sketch, self._numbers = likeness_of_texts.sketch_of(text), _numbers(text)

    def like(self, other: str) -> dict[Why, bool]:
        """Return what another story has in common with this one."""
        sketch = likeness_of_texts.sketch_of(other)
        is_alike = self._is_there and likeness_of_texts.is_alike(self._sketch, sketch)
        has_number = not self._numbers.isdisjoint(_numbers(other))
        return {Why.SAME_WORDS: is_alike, Why.SAME_NUMBER: has_number}


def have_agreed(desk: Desk, here: Opened, there: Opened) -> bool:
    """Say whether the reporters of both let the team compare more than whether they are one."""
    return all(link_consent.is_given(desk.session, one) for one in (here, there))


def shared(desk: Desk, here: Opened, there: Opened) -> int:
    """Return how many identifiers count as marked in both: none before both reporters agreed."""
    if not have_agreed(desk, here, there):
        return 0
    return identified.shared(desk.session, here.work, there.work)


def of(desk: Desk, here: Opened, there: Opened, marked: int) -> tuple[Why, ...]:
    """Return what speaks for comparing two reports in which so many identifiers are marked alike.

    It is the same whoever has them in hand. Raises AlarmError for what was altered.
    """
    with cases.sounding_alarm():
        one, other = (case_words.story_of(desk.session, x.id, x.key) for x in (here, there))
    alike = {Why.SAME_IDENTIFIER: marked > 0, **Words(one).like(other)}
    return tuple(why for why, is_so in alike.items() if is_so)


def _numbers(text: str) -> frozenset[str]:
    """Return the numbers and addresses in a text that may point to somebody, without their gaps."""
    head = text[:LETTERS_SIFTED]
    found = (head[span.start : span.end] for span in spans(head))
    return frozenset("".join(filter(str.isalnum, each)).casefold() for each in found)
