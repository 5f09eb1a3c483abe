"""Triage: from answer codes to the level that orders the queue (forms/data/triage.toml).

Only ever an order: no level closes, declines or shares anything, and a person confirms or changes
it. Answers are codes by the name of their question, as in forms.answers; their order means
nothing, a danger that was not asked counts as not sure, and a code that we do not know as nothing.

Where the file names a whole group (`legal.*`), a group chosen without detail is meant as well: some
detail of it is true. What is told in addition may lower a level in three ways only: details of a
group that until then counted its median, a danger that is less than not sure, and a time long ago.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from forms.answers import Answers
from forms.codebook import KINDS, TACTICS, group_of, load

# The file calls some questions by the name of their list; answers have the name of the question.
_NAMES: Final = {"authority_outcome": "outcome", "perpetrator": "actor", "tactic": "tactics"}

Facts = frozenset[str]  # "question:code"
Found = tuple[int, Facts]  # points, and the facts that earned them
_NOTHING: Final = frozenset[str]()


class Level(IntEnum):
    """The one number about a report that stays readable; the numbers are those of triage.toml."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    URGENT = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a report's answers come to.

    `points` is what each axis of the file gave, `score` their sum. `reasons` are the answers that
    counted, as `question:code`, those of the weightiest rules last. `flags` are the ones among the
    answers that whoever reads the report must mind first.
    """

    level: Level
    score: int
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    points: Mapping[str, int]


def judge(answers: Answers) -> Judgement:
    """Return the level of a report, and why."""
    told = frozenset(f"{name}:{code}" for name, codes in answers.items() for code in codes)
    found = {name: axis(told) for name, axis in _AXES.items()}
    points = {name: earned for name, (earned, _) in found.items()}
    score = sum(points.values())
    cap, floor, urgent = _capped(told), _lifted(told, points["severity"]), _overridden(told)
    level = _reached(score)
    if cap:
        level = min(level, Level.MEDIUM)
    if floor:
        level = max(level, Level.HIGH)
    if urgent:
        level = Level.URGENT
    rules = [*(facts for _, facts in found.values()), cap, floor, urgent]
    return Judgement(level, score, _in_order(rules), tuple(sorted(told & FLAGS)), points)


def level_of(answers: Answers) -> Level:
    """Return the level of a report."""
    return judge(answers).level


def _reached(score: int) -> Level:
    return max((level for level, least in _THRESHOLDS.items() if score >= least), default=Level.LOW)


def _in_order(rules: Iterable[Facts]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact for facts in rules for fact in sorted(facts)))


# ---------------------------------------------------------------- the six axes


def _imminence(told: Facts) -> Found:
    danger = told & _DANGER.keys()
    return max((_DANGER[fact] for fact in danger), default=_UNASKED), danger


def _severity(told: Facts) -> Found:
    counted = told & _TACTIC_SEVERITY.keys()
    detailed = {group_of(fact.removeprefix("tactics:")) for fact in counted}
    bare = (told & _KIND_SEVERITY.keys()) - {f"kinds:{group}" for group in detailed}
    severities = {fact: _SEVERITY[fact] for fact in counted | bare}
    highest = max(severities.values(), default=0)
    return highest, frozenset(
        fact for fact, one in severities.items() if highest and one == highest
    )


def _capability(told: Facts) -> Found:
    lines = (
        (3, (told & _CLOSE_TACTICS) | _found_and_threatened(told) | _proven_spyware(told)),
        (2, told & _NEAR),
        (1, told & _GOOD_BASIS),
    )
    return _highest(lines)


def _family(told: Facts) -> Found:
    lines = ((2, told & _FAMILY_HARMED), (1, _groups(told, _FAMILY_GROUPS) | told & _MADE_TO_TELL))
    return _highest(lines)


def _vulnerability(told: Facts) -> Found:
    facts = told & _VULNERABLE
    return min(len(facts), MOST_VULNERABILITY), facts


def _persistence(told: Facts) -> Found:
    return (1, _GOES_ON | often) if told >= _GOES_ON and (often := told & _OFTEN) else (0, _NOTHING)


def _highest(lines: Iterable[Found]) -> Found:
    return next(((points, facts) for points, facts in lines if facts), (0, _NOTHING))


def _found_and_threatened(told: Facts) -> Facts:
    threats = _groups(told, ("threat",)) | told & _EXPOSED
    return (told & _LOCATED) | threats if told & _LOCATED and threats else _NOTHING


def _proven_spyware(told: Facts) -> Facts:
    return _PROVEN_SPYWARE if told >= _PROVEN_SPYWARE else _NOTHING


def _groups(told: Facts, groups: Iterable[str]) -> Facts:
    """Return the details of these groups, or the group itself when it has none."""
    facts = _NOTHING
    for group in groups:
        details = frozenset(fact for fact in told if fact.startswith(f"tactics:{group}."))
        facts |= details or told & {f"kinds:{group}"}
    return facts


# ---------------------------------------------------------------- what holds whatever the score


def _capped(told: Facts) -> Facts:
    """Long ago and over."""
    return told & (_LONG_AGO | _OVER) if told & _LONG_AGO and told >= _OVER else _NOTHING


def _lifted(told: Facts, severity: int) -> Facts:
    """Answers that never count less than high."""
    facts = told & _ALWAYS_HIGH
    if severity >= GRAVE:
        facts |= told & _CHILD
    leaving = _groups(told, ("documents", "legal")) | told & _PRESSED_HOME
    if told >= _TRAVEL and leaving:
        facts |= _TRAVEL | leaving
    if told & _RECENT and told >= _FAMILY_DETAINED:
        facts |= _FAMILY_DETAINED | told & _RECENT
    return facts


def _overridden(told: Facts) -> Facts:
    """Answers that are urgent."""
    recent = told & _URGENT_WHEN_RECENT if told & _RECENT else _NOTHING
    return told & _URGENT | recent | (told & _RECENT if recent else _NOTHING)


# ---------------------------------------------------------------- what the file says


def _facts(question: str, codes: Iterable[str]) -> Facts:
    return frozenset(f"{question}:{code}" for code in codes)


def _named(entries: Iterable[str]) -> Facts:
    """Return the facts of entries such as `danger_event:child`, by the names of answers."""
    parts = (entry.partition(":") for entry in entries)
    return frozenset(f"{_NAMES.get(name, name)}:{code}" for name, _, code in parts)


_FILE: Final = load("triage.toml")
_AXIS: Final = _FILE["axis"]
_OVERRIDES: Final = _FILE["overrides"]
_THRESHOLDS: Final = {Level[name.upper()]: least for name, least in _FILE["thresholds"].items()}

_DANGER: Final = {f"danger:{code}": points for code, points in _AXIS["imminence"].items()}
_UNASKED: Final[int] = _AXIS["imminence"]["unsure"]
_TACTIC_SEVERITY: Final = {f"tactics:{one.code}": one.severity for one in TACTICS}
_KIND_SEVERITY: Final = {f"kinds:{kind.code}": kind.severity for kind in KINDS}
_SEVERITY: Final = {**_TACTIC_SEVERITY, **_KIND_SEVERITY}
_CLOSE_TACTICS: Final = _facts("tactics", _AXIS["capability"]["score3_tactics"])
_NEAR: Final = _facts("tactics", _AXIS["capability"]["score2_tactics"]) | _facts(
    "danger_event", _AXIS["capability"]["score2_events"]
)
_GOOD_BASIS: Final = _facts("basis", _AXIS["capability"]["score1_basis"])
_FAMILY_HARMED: Final = _facts("tactics", _AXIS["family"]["score2_tactics"])
_FAMILY_GROUPS: Final[tuple[str, ...]] = tuple(_AXIS["family"]["score1_groups"])
_MADE_TO_TELL: Final = _facts("tactics", _AXIS["family"]["score1_tactics"])
_VULNERABLE: Final = _named(_AXIS["vulnerability"]["points"])
_URGENT: Final = _named(_OVERRIDES["urgent_any"])
_RECENT: Final = _facts("when", _OVERRIDES["urgent_recent_when"])
_URGENT_WHEN_RECENT: Final = _facts("tactics", _OVERRIDES["urgent_recent_tactics"]) | _facts(
    "danger_event", _OVERRIDES["urgent_event_recent"]
)
FLAGS: Final = _named(entry.partition(" -> ")[0] for entry in _OVERRIDES["flags"])

# What the file says in sentences: score3_combo, one_point, high_floor, medium_cap.
MOST_VULNERABILITY: Final = 3
GRAVE: Final = 2
_LOCATED: Final = _facts("danger_event", ("known_location", "followed_now"))
_EXPOSED: Final = _facts("tactics", ("online.dox", "online.sexual"))
_PROVEN_SPYWARE: Final = frozenset({"tactics:cyber.spyware", "basis:technical"})
_GOES_ON: Final = frozenset({"continuing:yes"})
_OFTEN: Final = _facts("frequency", ("many", "constant"))
_CHILD: Final = frozenset({"danger_event:child"})
_TRAVEL: Final = frozenset({"danger_event:travel_soon"})
_PRESSED_HOME: Final = frozenset({"tactics:coerce.return"})
_FAMILY_DETAINED: Final = frozenset({"tactics:family.detained"})
_ALWAYS_HIGH: Final = frozenset({"tactics:physical.sexual"})
_LONG_AGO: Final = _facts("when", ("y5", "older"))
_OVER: Final = frozenset({"danger:past"})

_AXES: Final = {
    "imminence": _imminence,
    "severity": _severity,
    "capability": _capability,
    "family": _family,
    "vulnerability": _vulnerability,
    "persistence": _persistence,
}
