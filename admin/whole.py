"""Whole: a report as one page that a colleague understands who has never seen it.

To look at it is to open the report: it is noted, counted and told to its writer as there. What
others did since somebody last looked stands first, for them alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from admin import (
    cases,
    casework,
    casting,
    cleanings,
    custody,
    following,
    handing,
    looks,
    names,
    overview,
    timeline,
    transitions,
)
from admin.casework import CaseView
from admin.cast import Cast, Entry, Figure, Happened, Part, Version
from admin.desk import Desk
from admin.facts import NOBODY
from admin.overview import Overview
from admin.timeline import Around
from admin.timeline_lines import Line
from admin.transitions import NotNowError
from admin.unknowns import Unknown
from admin.work import Work
from reporting import traces
from reporting.ids import CaseId

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the team by their name, or on paper by a number only; nobody has neither."""

    name: str = field(default="", repr=False)
    number: int = 0

    def __bool__(self) -> bool:
        return bool(self.name or self.number)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the timeline as somebody reads it."""

    line: Line
    who: Colleague
    to: Colleague
    is_new: bool


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A person or a body: what stands there now, who said so and when."""

    number: int
    figure: Figure = field(repr=False)
    who: Colleague
    at: datetime
    may_change: bool


@dataclass(frozen=True, slots=True)
class HappenedShown:
    """An act: what stands there now."""

    number: int
    happened: Happened = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnknownShown:
    """An open question, its number and who asked it."""

    number: int
    unknown: Unknown = field(repr=False)
    who: Colleague


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything on the page. `new` are the lines that somebody else left since `since`.

    `figures` and `happened` are what stands there. `called` are all figures that ever were, for
    lines that name one.
    """

    view: CaseView = field(repr=False)
    head: Overview = field(repr=False)
    owner: Colleague
    since: datetime | None
    new: tuple[Told, ...] = field(repr=False)
    lines: tuple[Told, ...] = field(repr=False)
    figures: tuple[FigureShown, ...] = field(repr=False)
    called: Mapping[int, Figure] = field(repr=False)
    happened: tuple[HappenedShown, ...] = field(repr=False)
    unknowns: tuple[UnknownShown, ...] = field(repr=False)
    may_write: bool
    may_name: bool


def look(desk: Desk, case: CaseId) -> Whole:
    """Open a report as a whole, and note that this person has looked at it now.

    Raises as `casework.open_case` does.
    """
    view = casework.open_beside(desk.session, desk.ring, desk.journal, case, desk.now)
    since = looks.take(desk.session, desk.ring, case, desk.now)
    return _of(desk, view, since)


def open_for_paper(desk: Desk, case: CaseId, left: tuple[str, ...] = ()) -> Whole:
    """Open a report as a whole to be printed; what is new on it stays new. Raises as `look`.

    `left` is what of it is not covered by choice, for the log.
    """
    view = casework.open_beside(desk.session, desk.ring, desk.journal, case, desk.now)
    desk.note("case.printed", case, fields=left)
    return _of(desk, view, None)


def look_to_write(desk: Desk, case: CaseId) -> Work:
    """Open a report for a form in which something is said of people, acts or open questions.

    Raises as `look`, and NotNowError where nothing can be said any more.
    """
    view = casework.open_beside(desk.session, desk.ring, desk.journal, case, desk.now)
    if not casting.may_write(view.opened.work):
        raise NotNowError(transitions.STATE, transitions.MOVED_ON)
    return view.opened.work


def _of(desk: Desk, view: CaseView, since: datetime | None) -> Whole:
    me, work, head = desk.ring.person, view.opened.work, overview.of(desk, view.opened)
    lines = timeline.of(view, _around(desk, view))
    called = _called(desk, lines, work.cast, work.unknowns)
    told = tuple(
        Told(
            line=line,
            who=Colleague(line.by_name) if line.by_name else called[line.by],
            to=called[line.to],
            is_new=timeline.is_new(line, since, me.id, me.name),
        )
        for line in lines
    )
    may_name = casting.may_name(me, work)
    return Whole(
        view=view,
        head=head,
        owner=Colleague(head.owner),
        since=since,
        new=tuple(one for one in told if one.is_new),
        lines=tuple(one for one in told if not one.is_new),
        figures=_figures(work.cast, called, may_name=may_name),
        called={number: entry.last for number, entry in enumerate(work.cast.figures, 1)},
        happened=tuple(
            HappenedShown(number, happened)
            for number, happened, _version in _standing(work.cast.happened)
        ),
        unknowns=tuple(
            UnknownShown(number, one, called[one.by])
            for number, one in enumerate(work.unknowns, 1)
            if one.is_open
        ),
        may_write=casting.may_write(work),
        may_name=may_name,
    )


def _around(desk: Desk, view: CaseView) -> Around:
    """Return what a timeline needs from outside; what does not exist for somebody is not in it."""
    there = view.opened
    with cases.sounding_alarm():
        lines = traces.read(desk.session, there.id, there.thread)
        steps = custody.read(desk.session, there)
    followers = following.followers(desk, there.id, there.work)
    return Around(
        traces=lines,
        in_vain=tuple(step for step in steps if step.deed in cleanings.FAILURES),
        others=_others(desk, there.work),
        followers=frozenset(one.there.id for one in followers),
        shows_handing=handing.may_see(desk.ring.person, there),
    )


def _others(desk: Desk, work: Work) -> frozenset[bytes]:
    """Return the reports that exist for whoever looks, of those that something was said of."""
    said = {CaseId(one.other) for one in work.links.judged}
    return frozenset(other for other in said if following.visible(desk, other) is not None)


def _called(
    desk: Desk, lines: Iterable[Line], cast: Cast, unknowns: Iterable[Unknown]
) -> Mapping[bytes, Colleague]:
    said = {version.by for entry in cast.figures for version in entry.versions}
    asked = {one.by for one in unknowns}
    told = {member for line in lines for member in (line.by, line.to)}
    known = names.all_called(desk, (said | asked | told) - {NOBODY})
    return {NOBODY: Colleague(), **{member: Colleague(name) for member, name in known.items()}}


def _figures(
    cast: Cast, called: Mapping[bytes, Colleague], *, may_name: bool
) -> tuple[FigureShown, ...]:
    return tuple(
        FigureShown(
            number=number,
            figure=figure,
            who=called[version.by],
            at=version.at,
            may_change=may_name or figure.part is not Part.PERPETRATOR,
        )
        for number, figure, version in _standing(cast.figures)
    )


def _standing(entries: tuple[Entry[T], ...]) -> Iterator[tuple[int, T, Version[T]]]:
    for number, entry in enumerate(entries, 1):
        if entry.now is not None:
            yield number, entry.now, entry.versions[-1]
