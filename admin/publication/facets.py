"""Facets: how a report is coded where it is counted.

One code each: where a report names several that are not counted alike, a person chose which comes
first. Nobody's nationality is among them: the government is the one that staff hold responsible.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from admin.cases import Facets
from admin.counted import Main
from admin.grades import Grade
from admin.publication.frame_records import Record
from admin.work import Work
from forms.answers import Answers
from reporting.statistics import codelists
from reporting.statistics.codelists import OTHER, UNKNOWN, Dim

# How sure it has to be that a state is behind it, for its government to be counted.
ATTRIBUTED: Final = frozenset({"official_act", "identified_agent", "strong_inference"})
_NO_STATE: Final = frozenset({"", "unknown", "unsaid"})


@dataclass(frozen=True, slots=True)
class Several:
    """Between which a person has to choose; empty where nothing is left open."""

    tactics: tuple[str, ...] = field(repr=False)
    origins: tuple[str, ...] = field(repr=False)
    targets: tuple[str, ...] = field(repr=False)

    def lacks(self, main: Main, grade: Grade) -> str:
        """Return the first of them that is not chosen though a grade counts it, if any is not."""
        asked = [("tactic", self.tactics, main.tactic), ("target", self.targets, main.target)]
        if grade.state_link in ATTRIBUTED:
            asked.insert(1, ("state", self.origins, main.origin))
        return next((name for name, codes, chosen in asked if codes and chosen not in codes), "")


def several(answers: Answers, states: frozenset[str]) -> Several:
    """Return what a report names several of that are not counted alike."""
    return Several(
        _open(answers.get("kinds", ()), str),
        _open(sorted(states - _NO_STATE), codelists.origin_of),
        _open(answers.get("target", ()), codelists.target_of),
    )


def coded(facets: Facets, work: Work, grade: Grade, quarter: int) -> Record | None:
    """Return how a report is counted; nothing while a person has to choose what comes first."""
    answers, states, main = facets.answers, work.triage.states, work.main
    if several(answers, states).lacks(main, grade):
        return None
    is_attributed = grade.state_link in ATTRIBUTED
    codes = {
        Dim.TACTIC: _first(answers.get("kinds", ()), main.tactic, str, OTHER),
        Dim.ORIGIN: _first(states - _NO_STATE, main.origin, codelists.origin_of, UNKNOWN)
        if is_attributed
        else UNKNOWN,
        Dim.REGION: codelists.region_of(next(iter(answers.get("prefecture", ())), "")),
        Dim.TARGET: _first(answers.get("target", ()), main.target, codelists.target_of, OTHER),
        Dim.VERIF: codelists.verif_of(grade.verification) or "",
    }
    return Record(quarter, *(codelists.number(dim, code) for dim, code in codes.items()))


def _open(codes: Iterable[str], counted_as: Callable[[str], str]) -> tuple[str, ...]:
    named = tuple(codes)
    return named if len({counted_as(code) for code in named}) > 1 else ()


def _first(
    codes: Collection[str], chosen: str, counted_as: Callable[[str], str], nothing: str
) -> str:
    if chosen in codes:
        return counted_as(chosen)
    return next((counted_as(code) for code in codes), nothing)
