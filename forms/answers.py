"""Answers: the frozen values that valid forms hand to the services."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """What a person agreed to, and the SHA-256 of the exact words they saw in which language."""

    answer: str
    wording_sha256: str
    language: str


@dataclass(frozen=True, slots=True)
class ShortReport:
    """A report as the short form takes it.

    `kinds` are codes of the codebook in its order; `story` is the person's own words with line
    ends folded to LF. At least one of the two holds something. `language` is the page's language
    tag. Nothing here appears in a `repr`: it would be one careless log line from a disk.
    """

    kinds: tuple[str, ...] = field(repr=False)
    story: str = field(repr=False)
    language: str
    store: GivenConsent
