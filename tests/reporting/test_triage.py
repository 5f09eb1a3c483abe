"""The level comes from triage.toml alone; every rule of it has a case in which only it decides."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest

from forms.answers import Answers
from forms.codebook import group_of, load
from reporting.triage import FLAGS, Level, judge, level_of

RUBRIC = load("triage.toml")
OVERRIDES = RUBRIC["overrides"]
LOW, MEDIUM, HIGH, URGENT = Level

# What the sample reports call the questions.
ASKED_AS = {"perpetrator": "actor", "events": "danger_event", "harms": "harm", "needs": "need"}
CODED = frozenset(
    {"tactics", "basis", "relation", "danger", "when", "frequency", "continuing", "outcome"}
)

# Worked out by hand: imminence, severity, capability, family, vulnerability, persistence.
SAMPLES = {
    "JP-CN-01": ((1, 2, 1, 1, 0, 0), 5, MEDIUM),
    "JP-CN-03": ((1, 1, 1, 0, 0, 0), 3, HIGH),  # must travel soon, and papers were refused
    "JP-CN-05": ((1, 2, 2, 1, 1, 1), 8, HIGH),
    "JP-CN-07": ((1, 3, 0, 2, 0, 0), 6, HIGH),
    "JP-KH-09": ((0, 1, 1, 0, 0, 0), 2, LOW),
    "JP-MM-11": ((1, 2, 1, 0, 1, 0), 5, MEDIUM),
    "GB-HK-13": ((1, 2, 3, 0, 0, 0), 6, HIGH),  # a threat, and they know where
    "GB-IR-15": ((3, 2, 3, 0, 0, 0), 8, URGENT),  # danger now
    "US-CN-17": ((2, 2, 3, 1, 0, 0), 8, HIGH),
    "MA-CN-19": ((3, 3, 2, 0, 2, 0), 10, URGENT),
    "TH-KH-21": ((2, 3, 3, 0, 0, 0), 8, URGENT),  # a killing within a month
    "LT-BY-23": ((0, 1, 1, 0, 0, 0), 2, LOW),
    "DE-VN-25": ((3, 3, 3, 0, 0, 0), 9, URGENT),  # danger now
    "CA-SA-27": ((1, 2, 3, 0, 0, 0), 6, HIGH),  # spyware that an expert found
    "US-IR-29": ((1, 2, 3, 0, 1, 1), 8, HIGH),
    "US-CN-31": ((0, 1, 0, 0, 0, 0), 1, LOW),
    "ADV-01-mapping": ((3, 0, 0, 0, 0, 0), 3, URGENT),  # danger now, and nothing else
}
SAMPLE_FLAGS = {
    "CA-SA-27": ("danger_event:device_unsafe",),
    "US-IR-29": ("relation:insider",),
}


def told(*facts: str) -> dict[str, tuple[str, ...]]:
    """Return the answers that say these things, each as question:code."""
    answers: dict[str, tuple[str, ...]] = {"kinds": ()}
    for fact in facts:
        question, _, code = fact.partition(":")
        answers[question] = (*answers.get(question, ()), code)
        if question == "tactics":
            answers["kinds"] += (group_of(code),)
    return answers


def sample_answers() -> Iterator[tuple[str, Answers]]:
    """Yield each sample report's coded answers by its name."""
    text = files("admin").joinpath("data/sample_reports.toml").read_text(encoding="utf-8")
    for incident in tomllib.loads(text)["incident"]:
        yield incident["id"], told(*_facts(incident))


def _facts(incident: Mapping[str, Any]) -> Iterator[str]:
    for name, value in incident.items():
        question = ASKED_AS.get(name, name)
        if question in CODED | set(ASKED_AS.values()):
            codes = [value] if isinstance(value, str) else value
            yield from (f"{question}:{code}" for code in codes)


SAMPLE_ANSWERS = dict(sample_answers())


def test_every_sample_report_is_worked_out_by_hand() -> None:
    assert SAMPLE_ANSWERS.keys() == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_report_gets_the_level_worked_out_by_hand(name: str) -> None:
    points, score, level = SAMPLES[name]
    found = judge(SAMPLE_ANSWERS[name])
    assert tuple(found.points.values()) == points
    assert (found.score, found.level) == (score, level)
    assert found.flags == SAMPLE_FLAGS.get(name, ())


def test_the_levels_and_axes_are_those_of_the_rubric() -> None:
    ranks = {name.upper(): level["rank"] for name, level in RUBRIC["levels"].items()}
    assert {level.name: level.value for level in Level} == ranks
    assert list(judge({}).points) == list(RUBRIC["axis"])


@pytest.mark.parametrize(
    ("facts", "score", "level"),
    [
        ((), 1, LOW),  # danger was not asked: not sure
        (("danger:past",), 0, LOW),
        (("danger:unsure", "kinds:threat"), 3, LOW),
        (("kinds:family", "danger:ongoing"), 3, LOW),  # median 1, family 1
        (("kinds:physical",), 4, MEDIUM),
        (("danger:soon", "kinds:physical"), 5, MEDIUM),
        (("danger:soon", "kinds:physical", "basis:known_person"), 6, HIGH),
        (("tactics:family.hurt", "tactics:physical.assault", "danger:ongoing"), 9, HIGH),
        (
            (
                "tactics:family.hurt",
                "tactics:physical.assault",
                "danger:ongoing",
                "continuing:yes",
                "frequency:constant",
            ),
            10,
            URGENT,
        ),
    ],
)
def test_a_level_begins_at_its_threshold(facts: tuple[str, ...], score: int, level: Level) -> None:
    found = judge(told(*facts))
    assert (found.score, found.level) == (score, level)


@pytest.mark.parametrize(
    ("facts", "axis", "points"),
    [
        *((("danger:" + code,), "imminence", n) for code, n in RUBRIC["axis"]["imminence"].items()),
        (("kinds:physical",), "severity", 3),
        (("kinds:legal",), "severity", 2),  # the median of its details is 1.5
        (("kinds:physical", "tactics:physical.disrupt"), "severity", 1),  # its detail is known
        (("kinds:physical", "tactics:threat.hint"), "severity", 3),
        (("kinds:other",), "severity", 0),
        *(
            ((f"tactics:{code}",), "capability", 3)
            for code in RUBRIC["axis"]["capability"]["score3_tactics"]
        ),
        (("danger_event:known_location", "tactics:threat.return"), "capability", 3),
        (("danger_event:followed_now", "tactics:online.dox"), "capability", 3),
        (("danger_event:followed_now", "tactics:online.sexual"), "capability", 3),
        (("danger_event:known_location", "kinds:threat"), "capability", 3),  # some threat it was
        (("danger_event:known_location", "tactics:online.smear"), "capability", 2),
        (("tactics:cyber.spyware", "basis:technical"), "capability", 3),
        (("tactics:cyber.account", "basis:technical"), "capability", 1),
        *(
            ((f"tactics:{code}",), "capability", 2)
            for code in RUBRIC["axis"]["capability"]["score2_tactics"]
        ),
        (("danger_event:known_location",), "capability", 2),
        (("danger_event:followed_now",), "capability", 2),
        *(
            ((f"basis:{code}",), "capability", 1)
            for code in RUBRIC["axis"]["capability"]["score1_basis"]
        ),
        (("basis:feeling", "tactics:threat.message"), "capability", 0),
        *(
            ((f"tactics:{code}",), "family", 2)
            for code in RUBRIC["axis"]["family"]["score2_tactics"]
        ),
        (("kinds:family",), "family", 1),
        (("tactics:family.visit",), "family", 1),
        (("tactics:coerce.spy",), "family", 1),
        (("tactics:coerce.information",), "family", 1),
        (("tactics:coerce.pay",), "family", 0),
        (("danger_event:child",), "vulnerability", 1),
        (("danger_event:removal_date",), "vulnerability", 1),
        (("need:protection",), "vulnerability", 1),
        (("harm:crisis",), "vulnerability", 1),
        (("danger_event:self_harm",), "vulnerability", 1),
        (("outcome:leaked",), "vulnerability", 1),
        (("outcome:worse",), "vulnerability", 1),
        (("relation:insider",), "vulnerability", 1),
        (("danger_event:child", "outcome:worse", "outcome:leaked"), "vulnerability", 3),
        (
            ("danger_event:child", "outcome:worse", "outcome:leaked", "harm:crisis"),
            "vulnerability",
            3,
        ),
        (("continuing:yes", "frequency:many"), "persistence", 1),
        (("continuing:yes", "frequency:constant"), "persistence", 1),
        (("continuing:yes", "frequency:few"), "persistence", 0),
        (("continuing:no", "frequency:many"), "persistence", 0),
        (("frequency:many",), "persistence", 0),
    ],
)
def test_an_axis_counts_its_highest_line(facts: tuple[str, ...], axis: str, points: int) -> None:
    assert judge(told(*facts)).points[axis] == points


@pytest.mark.parametrize(
    ("facts", "what_decides", "with_it", "without_it"),
    [
        (("kinds:other",), "danger:now", URGENT, LOW),
        (("danger:past",), "danger_event:self_harm", URGENT, LOW),
        (("danger:past",), "danger_event:removal_date", URGENT, LOW),
        (("danger:past",), "harm:crisis", URGENT, LOW),
        *(
            ((f"tactics:{code}",), f"when:{when}", URGENT, level_of(told(f"tactics:{code}")))
            for code in OVERRIDES["urgent_recent_tactics"]
            for when in OVERRIDES["urgent_recent_when"]
        ),
        *(
            ((f"when:{when}",), "danger_event:person_missing", URGENT, LOW)
            for when in OVERRIDES["urgent_recent_when"]
        ),
        (("when:y1",), "danger_event:person_missing", LOW, LOW),
        (("tactics:physical.poison",), "when:y1", HIGH, HIGH),
        (("danger:past", "tactics:threat.death"), "danger_event:child", HIGH, LOW),
        (("danger:past", "tactics:threat.return"), "danger_event:child", LOW, LOW),
        (("tactics:coerce.return",), "danger_event:travel_soon", HIGH, LOW),
        (("tactics:documents.civil",), "danger_event:travel_soon", HIGH, LOW),
        (("tactics:legal.lawsuit",), "danger_event:travel_soon", HIGH, LOW),
        (("kinds:legal",), "danger_event:travel_soon", HIGH, LOW),
        (("tactics:coerce.pay",), "danger_event:travel_soon", LOW, LOW),
        (("danger:past", "tactics:family.detained"), "when:d30", HIGH, MEDIUM),
        (("danger:past", "tactics:family.detained"), "when:y1", MEDIUM, MEDIUM),
        (("danger:past",), "tactics:physical.sexual", HIGH, LOW),
        (("danger:past", "tactics:physical.killing"), "when:y5", MEDIUM, HIGH),
        (("danger:past", "tactics:physical.killing"), "when:older", MEDIUM, HIGH),
        (("danger:past", "tactics:physical.killing"), "when:y1", HIGH, HIGH),
        (("danger:ongoing", "tactics:physical.killing"), "when:older", HIGH, HIGH),
        # After the cap come the floor and the overrides.
        (("danger:past", "when:older"), "tactics:physical.sexual", HIGH, LOW),
        (("danger:past", "when:older", "tactics:physical.killing"), "harm:crisis", URGENT, MEDIUM),
    ],
)
def test_one_answer_decides(
    facts: tuple[str, ...], what_decides: str, with_it: Level, without_it: Level
) -> None:
    assert level_of(told(*facts)) is without_it
    assert level_of(told(*facts, what_decides)) is with_it


def test_no_recent_case_is_urgent_before_its_time_is_told() -> None:
    assert all(
        level_of(told(f"tactics:{code}")) < URGENT for code in OVERRIDES["urgent_recent_tactics"]
    )


@pytest.mark.parametrize("flag", sorted(FLAGS))
def test_a_flag_is_raised_by_its_answer_alone(flag: str) -> None:
    assert judge(told("kinds:other", flag)).flags == (flag,)
    assert judge(told("kinds:other")).flags == ()


def test_the_flags_are_those_of_the_rubric() -> None:
    assert {flag.partition(":")[2] for flag in FLAGS} == {
        entry.partition(" -> ")[0].partition(":")[2] for entry in OVERRIDES["flags"]
    }


def test_reasons_are_the_answers_that_counted() -> None:
    found = judge(
        told(
            "tactics:threat.death", "tactics:threat.message", "danger:soon", "channel:x", "when:d7"
        )
    )
    assert found.reasons == ("danger:soon", "tactics:threat.death")
    assert judge(told("danger:past", "when:y5", "kinds:other")).reasons == (
        "danger:past",
        "when:y5",
    )


@pytest.mark.parametrize(
    ("some", "more"),
    [
        (("kinds:physical",), "tactics:physical.disrupt"),  # a detail below its group's median
        (("kinds:physical",), "danger:past"),
        (("tactics:physical.killing", "danger:past"), "when:older"),
    ],
)
def test_three_ways_in_which_telling_more_lowers_the_level(
    some: tuple[str, ...], more: str
) -> None:
    assert level_of(told(*some, more)) < level_of(told(*some))
