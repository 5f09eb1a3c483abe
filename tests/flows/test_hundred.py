"""A day's reports, a hundred of them, are cleared by forms alone: no script, no dialog."""

from flask import Flask
from sqlalchemy import func, select

from admin.samples import sample_reports
from forms.triage import DANGERS
from reporting import intake
from reporting.models import Case, State
from tests.builders import Seeds
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.deciders import URGENT, a_team

HUNDRED = 100
SAMPLES = sample_reports()
# What a report says yes to is answered by itself.
LOOKED = {**URGENT, "level_reason": "as it stands", **dict.fromkeys(DANGERS, "no")}


def test_one_reviewer_clears_a_hundred_reports_without_a_script(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    service = the_staff(app).service
    with service.begin() as session:
        for n in range(HUNDRED):
            report = SAMPLES[n % len(SAMPLES)]
            intake.store(session, intake.prepare(report, service.desk, clock()))
    aiko, done = a_team(app, seeds, clock).aiko, set()
    for _ in range(HUNDRED):
        case = aiko.pulled()
        answer = aiko.triage(case, "accept", LOOKED)
        assert answer.headers["Location"] == f"/staff/case/{case}/done/accept"
        done.add(case)
    assert len(done) == HUNDRED
    with service.read() as session:
        waiting = select(func.count()).where(Case.state == State.RECEIVED)
        assert session.scalar(waiting.select_from(Case)) == 0
    assert "Nothing is waiting." in aiko.open("/staff/list/received").response.text
