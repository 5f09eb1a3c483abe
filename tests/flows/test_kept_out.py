"""Whom a reporter keeps out by name or by where they live sees nothing of their report."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from forms.answers import Answers
from reporting.models import Case
from tests.builders import Seeds, a_report
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.deciders import a_team
from tests.guided import answer_all
from tests.visitor import Visitor

NAMED: Answers = {"contact_rule": ("not_named",)}
PLACED: Answers = {"contact_rule": ("not_region",)}


def sent(app: Flask, contact: Answers) -> str:
    """Fill in the guided form with these wishes, and send it; return the report's number."""
    visitor = Visitor(app.test_client())
    answer_all(visitor, replace(a_report(), contact=contact))
    visitor.fill("/s/10", {}, "send")
    with the_staff(app).service.read() as session:
        return session.scalars(select(Case.id)).one().hex()


def test_whoever_has_a_name_like_it_sees_nothing_and_only_supervisors_read_the_name(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    case = sent(app, {**NAMED, "not_names": ("canary-7f3\u3001 AIKO  mori",)})
    team = a_team(app, seeds, clock)
    assert team.aiko.client.get(f"/staff/case/{case}").status_code == 404
    assert case[:8] not in team.aiko.open("/staff/list/received").response.text
    reviewer = team.ren.case(case).response.text
    assert "Nobody whose name I write" in reviewer
    assert "canary-7f3" not in reviewer
    assert "canary-7f3, AIKO  mori" in team.yui.case(case).response.text


@pytest.mark.parametrize(
    ("contact", "seen"),
    [
        ({**NAMED, "not_names": ("Emi Sato",)}, False),  # what everybody here declared
        ({**NAMED, "not_names": ("Emi Tanaka",)}, True),
        ({**NAMED, "not_names": (" , ;",)}, True),
        ({**PLACED, "not_regions": ("hokkaido", "kanto")}, False),
        ({**PLACED, "not_regions": ("hokkaido",)}, True),
    ],
    ids=["alias", "another name", "no name", "region", "another region"],
)
def test_what_somebody_declared_of_themself_decides(
    app: Flask, seeds: Seeds, clock: Clock, contact: Answers, *, seen: bool
) -> None:
    case = sent(app, contact)
    team = a_team(app, seeds, clock)
    for one in (team.aiko, team.yui):
        assert (one.client.get(f"/staff/case/{case}").status_code == 200) is seen
        assert (case[:8] in one.open("/staff/list/received").response.text) is seen
