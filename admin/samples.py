"""Samples: the made-up reports of the demonstration, as the guided form hands reports over."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from forms.answers import Answers, Report
from forms.choices import CHOICES, STORE
from forms.codebook import KINDS, TACTICS, group_of

LANGUAGE: Final = "en"
Incident = Mapping[str, str | list[str]]

# What the file calls its answers, and the question that they answer.
_QUESTIONS: Final = {
    "relation": "relation",
    "responsible": "state",
    "perpetrator": "actor",
    "basis": "basis",
    "channel": "channel",
    "when": "when",
    "frequency": "frequency",
    "continuing": "continuing",
    "host": "host",
    "danger": "danger",
    "events": "danger_event",
    "harms": "harm",
    "trigger": "trigger",
    "authority": "authority",
    "outcome": "outcome",
    "needs": "need",
}


def sample_reports() -> tuple[Report, ...]:
    """Return every sample report, whole."""
    text = files("admin").joinpath("data/sample_reports.toml").read_text(encoding="utf-8")
    return tuple(_report(incident) for incident in tomllib.loads(text)["incident"])


def _report(incident: Incident) -> Report:
    consents = {STORE: CHOICES[STORE].given("yes", LANGUAGE, str)}
    return Report("guided", _answers(incident), str(incident["story"]), {}, LANGUAGE, consents)


def _answers(incident: Incident) -> Answers:
    groups = {group_of(tactic) for tactic in incident["tactics"]}
    given = {
        question: _codes(incident[name])
        for name, question in _QUESTIONS.items()
        if name in incident
    }
    return {
        **given,
        "kinds": tuple(kind.code for kind in KINDS if kind.code in groups),
        "tactics": tuple(one.code for one in TACTICS if one.code in incident["tactics"]),
    }


def _codes(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
