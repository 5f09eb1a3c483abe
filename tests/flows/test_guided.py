"""The guided form carries a whole report to the reviewer, and what it asks depends on answers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin import cases
from admin.samples import sample_reports
from crypto.custody import open_sealed
from crypto.envelope import Label, Secret, expand
from crypto.roles import Group
from forms.answers import Report
from reporting import places, records
from reporting.models import Case, CasePart, CaseWrap, Part, Wrapped
from reporting.runtime import Runtime
from tests.builders import Seeds
from tests.guided import answer_all
from tests.visitor import Visitor

SAMPLES = sample_reports()


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


@pytest.mark.parametrize("report", SAMPLES, ids=range(len(SAMPLES)))
def test_each_sample_report_can_be_entered_whole_and_comes_out_the_same(
    app: Flask, seeds: Seeds, visitor: Visitor, report: Report
) -> None:
    check = answer_all(visitor, report)
    assert check.heading == "Check and send"
    words = check.one("div", **{"class": "words"})
    assert "".join(words.texts) == report.story
    visitor.fill("/s/10", {}, "send")
    # What was ticked has no order of its own.
    said = {name: set(codes) for name, codes in report.answers.items()}
    assert opened(app, seeds) == (said, report.story, "yes")


def opened(app: Flask, seeds: Seeds) -> tuple[dict[str, set[str]], str, str]:
    """Open the only report with the key that reviewers hold."""
    runtime: Runtime = app.extensions["tomoshibi"]
    with runtime.read() as session:
        case = session.scalars(select(Case)).one()
        wrap = session.get_one(CaseWrap, (case.id, Wrapped.CASE))
        place = places.wrap(case.id, Wrapped.CASE, Group.INTAKE)
        key = open_sealed(seeds.by_group[Group.INTAKE], wrap.key_sealed, place)
        facets = cases.open_facets(case, session.get_one(CasePart, (case.id, Part.FACETS)), key)
        story = session.get_one(CasePart, (case.id, Part.STORY))
        answers = {name: set(codes) for name, codes in facets.answers.items()}
        return answers, words_in(case.id, story, key), facets.consent


def words_in(case: bytes, part: CasePart, key: Secret) -> str:
    place = places.part(case, Part.STORY, part.rev)
    record = records.reopen(expand(key, Label.STORY), part.content_sealed, place)
    return records.text(record, "text")
