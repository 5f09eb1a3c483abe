"""Known names: the one door through which words about a report go to where it is not read.

What the office knows by name of a report is covered in them: everybody entered in it, whoever its
reporter named, organisations, colleagues, and what was marked. The ways to reach a reporter are not
opened for it: to do so is an act with a second person. Words that only describe somebody are
covered too, unless whoever lets the words go looked at them and leaves them.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum, unique
from typing import Final

from admin import identifiers, names
from admin.cases import Opened
from admin.desk import Desk
from admin.links import Marked
from admin.recusal import NO_ORGANISATION
from admin.work import Work
from forms.masking import MARK
from forms.unnaming import Cover, Named, words_of

DESCRIBED: Final = "described"


@unique
class Rest(StrEnum):
    """What becomes of words that only describe somebody."""

    COVER = "cover"
    LEAVE = "leave"


def left(rest: Rest) -> tuple[str, ...]:
    """Return what the log says of words that were left."""
    return (DESCRIBED,) if rest is Rest.LEAVE else ()


class Door:
    """Covers words about one report."""

    def __init__(self, desk: Desk, there: Opened, also: Iterable[str] = ()) -> None:
        self._cover = Cover(_known(desk, there, also))

    def standing(self, text: str) -> tuple[str, ...]:
        """Return the words of known lines that can be read in a text once names are covered."""
        return self._cover.standing(self._cover.over(text))

    def covered(self, text: str, rest: Rest) -> str:
        """Return a text without everything that is known."""
        found = self._cover.over(text)
        if rest is Rest.LEAVE:
            return found
        return Cover(_single(self._cover.standing(found))).over(found)


def _known(desk: Desk, there: Opened, also: Iterable[str]) -> Iterator[Named]:
    work, matter = there.work, there.matter
    yield from _marked(work.links.marked)
    yield from (Named(line, f"[{number}]") for number, line in work.cast.lines)
    yield from _hidden(matter.organisations.union(_named_before(work)) - NO_ORGANISATION)
    # Nobody is shown that these words stand there: whom somebody keeps out is not for everybody.
    people = {*matter.people, *matter.exclusions.people, *_told_to(work), *also}
    people |= {desk.ring.person.name, *names.known_here(desk).values()}
    yield from _hidden(people)
    words = (word for name in sorted(people) for word in words_of(name))
    yield from _single(word for word in words if len(word) > 1 or word.lower() == word.upper())


def _named_before(work: Work) -> Iterable[str]:
    """Return the organisations that were named once: older words may name them still."""
    return (name for one in work.recodings for name in one.before.organisations)


def _told_to(work: Work) -> Iterable[str]:
    return (one.plan.name for one in work.emergencies)


def _hidden(found: Iterable[str]) -> Iterable[Named]:
    return (Named(name, MARK) for name in sorted(found))


def _single(words: Iterable[str]) -> Iterable[Named]:
    """Return words each of which is a name by itself, whether it has a capital or not."""
    return (Named(word, MARK) for word in dict.fromkeys(words))


def _marked(marked: Iterable[Marked]) -> Iterator[Named]:
    for one in marked:
        for way in dict.fromkeys(identifiers.ways(one.kind, one.value)):
            yield Named(way, MARK, is_code=True)
