"""Answers: the frozen values that valid forms hand to the services."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Answers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """What a person agreed to, and the SHA-256 of the exact words they saw in which language."""

    answer: str
    wording_sha256: str
    language: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report as valid forms hand it over.

    `form` is "short" or "guided". `answers` are codes of the codebook by the name of their
    question; one that was skipped is absent, and `kinds` is always there. `months` stand among
    them as written in forms.dates. `contact` holds the answers that only caseworkers may open.
    `story` is the person's own words with line ends folded to LF, maybe empty. `language` is the
    page's language tag. Nothing here appears in a `repr`: it would be one careless log line from
    a disk.
    """

    form: str
    answers: Answers = field(repr=False)
    story: str = field(repr=False)
    contact: Answers = field(repr=False)
    language: str
    consents: Mapping[str, GivenConsent] = field(repr=False)
