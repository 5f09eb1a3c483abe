"""Practice: made-up reports to learn on, from a file; no key is needed to read them."""

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from admin.samples import sample_reports
from forms.answers import Answers, Report
from reporting.triage import Judgement, Level, judge


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up report by its number, as the queue and the page of a report would show it."""

    n: int
    level: Level
    judgement: Judgement
    answers: Answers
    story: str = field(repr=False)
    language: str


@cache
def samples() -> tuple[Sample, ...]:
    """Return every sample, the most urgent first."""
    found = [_sample(n, report) for n, report in enumerate(sample_reports(), 1)]
    return tuple(sorted(found, key=lambda sample: (-sample.level, sample.n)))


def sample(n: int) -> Sample:
    """Return one sample. Raises LookupError for a number that none has."""
    return _sample(n, sample_reports()[n - 1])


def _sample(n: int, report: Report) -> Sample:
    judgement = judge(report.answers)
    return Sample(n, judgement.level, judgement, report.answers, report.story, report.language)


LAST: Final = len(sample_reports())
