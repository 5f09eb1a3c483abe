"""Paper: a report as a whole without names, for a meeting.

People in it are numbers, colleagues too; what somebody wrote is covered wherever a name that we
know, a number or an address stands in it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from admin import names, whole
from admin.cast import Figure, Happened
from admin.desk import Desk
from admin.timeline_lines import Line
from admin.whole import Colleague, Told, Whole
from admin.work import Work
from forms import unnaming
from forms.masking import MARK
from forms.unnaming import Named
from reporting.ids import CaseId

NO_ORGANISATION: Final = frozenset({"unknown", "none"})


def of(desk: Desk, case: CaseId) -> Whole:
    """Open a report to be printed, which is noted. Raises as `whole.look` does."""
    shown = whole.open_for_paper(desk, case)
    pen = _Pen(desk, shown)
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

    def __init__(self, desk: Desk, shown: Whole) -> None:
        there = shown.view.opened
        self._numbers: dict[str, int] = {}
        self._known = (
            *_figures(there.work),
            *_hidden(there.matter.exclusions.people),
            *_hidden(_organisations(there.work) - NO_ORGANISATION),
            *_hidden({desk.ring.person.name, *names.known_here(desk).values()}),
            *_hidden({one.who.name for one in shown.lines}),
        )

    def text(self, text: str) -> str:
        return unnaming.covered(text, self._known)

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


def _figures(work: Work) -> Iterable[Named]:
    return (Named(line, f"[{number}]") for number, line in work.cast.lines)


def _organisations(work: Work) -> frozenset[str]:
    """Return the organisations that are named or ever were: older words may name them still."""
    before = (one.before.organisations for one in work.recodings)
    return work.triage.organisations.union(*before)


def _hidden(found: Iterable[str]) -> Iterable[Named]:
    return (Named(name, MARK) for name in sorted(found))
