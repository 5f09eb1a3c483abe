"""Paper: a report as a whole without names, for a meeting.

People in it are numbers, colleagues too; what somebody wrote is covered wherever something known
by name, a number or an address stands in it (`known_names`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from admin import whole
from admin.cast import Figure, Happened
from admin.desk import Desk
from admin.known_names import Door, Rest, left
from admin.timeline_lines import Line
from admin.whole import Colleague, Told, Whole
from reporting.ids import CaseId


@dataclass(frozen=True, slots=True)
class Paper:
    """A report without names; `standing` are words that only describe somebody in it."""

    whole: Whole = field(repr=False)
    standing: tuple[str, ...] = field(repr=False)


def of(desk: Desk, case: CaseId, rest: Rest) -> Paper:
    """Open a report to be printed, which is noted. Raises as `whole.look` does."""
    shown = whole.open_for_paper(desk, case, left(rest))
    door = Door(desk, shown.view.opened, {one.who.name for one in shown.lines})
    found = (word for text in _texts(shown) for word in door.standing(text))
    return Paper(_without_names(_Pen(door, rest), shown), tuple(dict.fromkeys(found)))


def _texts(shown: Whole) -> Iterator[str]:
    """Yield all that somebody wrote."""
    for one in shown.lines:
        yield one.line.text
        if one.line.happened is not None:
            yield one.line.happened.sentence
    yield from (one.happened.sentence for one in shown.happened)
    yield from (one.unknown.text for one in shown.unknowns)


def _without_names(pen: "_Pen", shown: Whole) -> Whole:
    return replace(
        shown,
        owner=pen.colleague(shown.owner),
        lines=tuple(map(pen.told, shown.lines)),
        figures=tuple(
            replace(one, figure=pen.figure(one.figure), who=pen.colleague(one.who))
            for one in shown.figures
        ),
        called={number: pen.figure(figure) for number, figure in shown.called.items()},
        happened=tuple(replace(one, happened=pen.happened(one.happened)) for one in shown.happened),
        unknowns=tuple(
            replace(
                one,
                unknown=replace(one.unknown, text=pen.text(one.unknown.text)),
                who=pen.colleague(one.who),
            )
            for one in shown.unknowns
        ),
    )


class _Pen:
    """Writes without names; each colleague gets a number when they first come up."""

    def __init__(self, door: Door, rest: Rest) -> None:
        self._door, self._rest = door, rest
        self._numbers: dict[str, int] = {}

    def text(self, text: str) -> str:
        return self._door.covered(text, self._rest)

    def colleague(self, one: Colleague) -> Colleague:
        if not one.name:
            return one
        return Colleague(number=self._numbers.setdefault(one.name, len(self._numbers) + 1))

    def figure(self, figure: Figure) -> Figure:
        return replace(figure, line="")

    def happened(self, happened: Happened) -> Happened:
        return replace(happened, sentence=self.text(happened.sentence))

    def told(self, one: Told) -> Told:
        return replace(
            one,
            line=self._line(one.line),
            who=self.colleague(one.who),
            to=self.colleague(one.to),
        )

    def _line(self, line: Line) -> Line:
        figure = None if line.figure is None else self.figure(line.figure)
        happened = None if line.happened is None else self.happened(line.happened)
        text = self.text(line.text)
        return replace(line, by_name="", text=text, figure=figure, happened=happened)
