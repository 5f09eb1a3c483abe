"""Tasks hold a report open and remind whoever has them, through HTTP and without script."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import Seeds
from tests.conftest import Clock
from tests.deciders import Decider, Team, a_team, at_work
from tests.flows.test_planning_pages import TASK, day, owned, text_of


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def add_task(by: Decider, case: str, **typed: str) -> int:
    address = f"/staff/case/{case}/task"
    return by.send(by.open(address), address, typed).status_code


def test_what_is_missing_in_a_task_is_asked_for_beside_what_was_typed(
    app: Flask, team: Team, clock: Clock
) -> None:
    case = owned(app, team, clock)
    address = f"/staff/case/{case}/task"
    page = team.mika.open(address)
    reviewer = {**TASK, "due": day(clock), "who": team.aiko.member.id.hex()}
    refused = {
        "Please choose what is to be done.": {"text": "the landlord"},
        "Choose a day from today on": {**TASK, "due": day(clock, -1)},
        "This person cannot work on this report.": reviewer,
    }
    for sentence, typed in refused.items():
        answer = team.mika.send(page, address, typed)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert 'value="the landlord"' in answer.text


def test_a_task_holds_the_report_open_until_it_is_done(
    app: Flask, team: Team, clock: Clock
) -> None:
    case = owned(app, team, clock)
    page = f"/staff/case/{case}"
    assert "Planning" in text_of(team.mika, page)
    assert add_task(team.mika, case, **TASK, due=day(clock, 1)) == 303
    shown = text_of(team.mika, page)
    assert "Call or write back · the landlord" in shown
    assert "Doing" in shown
    watched = {"next_check": day(clock, 9), "message": "watching"}
    assert team.mika.decide(case, "watch", watched).status_code == 422
    shown_before = team.mika.case(case)
    for _ in range(2):
        done = team.mika.send(shown_before, f"{page}/task/1", {"done": "yes"})
        assert done.status_code == 303
    shown = text_of(team.mika, page)
    assert "Ended tasks" in shown
    assert "Following up" in shown
    assert team.mika.decide(case, "watch", watched).status_code == 303
    token = team.mika.open("/staff/").all("input", name="token")[0].attributes["value"]
    assert team.mika.client.post(f"{page}/task/9", data={"token": token}).status_code == 404


def test_a_task_reminds_whoever_has_it_and_once_overdue_the_supervisors(
    app: Flask, team: Team, clock: Clock
) -> None:
    case = owned(app, team, clock)
    sora = team.sora.member.id.hex()
    assert add_task(team.mika, case, **TASK, due=day(clock, 1), who=sora) == 303
    assert "waits for a colleague" in text_of(team.mika, f"/staff/case/{case}")
    assert "My tasks 1" in text_of(team.sora, "/staff/")
    assert case[:8] in text_of(team.sora, "/staff/list/tasks")
    assert "overdue" not in text_of(team.sora, "/staff/list/tasks")
    assert case[:8] not in text_of(team.mika, "/staff/list/tasks")
    assert case[:8] not in text_of(team.yui, "/staff/list/overdue")
    clock.advance(timedelta(days=2))
    later = at_work(app, team.sora.member, clock)
    assert "overdue" in text_of(later, "/staff/list/tasks")
    assert case[:8] not in text_of(later, "/staff/list/overdue")
    supervisor = at_work(app, team.yui.member, clock)
    assert case[:8] in text_of(supervisor, "/staff/list/overdue")


def test_what_is_still_open_is_named_before_a_report_is_watched_or_closed(
    app: Flask, team: Team, clock: Clock
) -> None:
    case = owned(app, team, clock)
    for move in ("watch", "propose_close"):
        assert "Still open" not in text_of(team.mika, f"/staff/case/{case}/decide/{move}")
    assert "Still open" not in text_of(team.mika, f"/staff/case/{case}")
    mika = team.mika.member.id.hex()
    assert add_task(team.mika, case, **TASK, due=day(clock, 3), who=mika) == 303
    asked = {"text": "Are you safe?", "asks": "yes"}
    assert team.mika.press(case, "reply", asked).status_code == 303
    for move in ("watch", "propose_close"):
        shown = text_of(team.mika, f"/staff/case/{case}/decide/{move}")
        for words in ("1 task", "1 question that the reporter has not answered"):
            assert words in shown
        assert "to a second person" not in shown
    assert "Still open: 1 task" in text_of(team.mika, f"/staff/case/{case}")
    refused = team.mika.decide(case, "watch", {"next_check": day(clock, 9), "message": "watching"})
    assert refused.status_code == 422
    assert "A task, a question or a request is still open." in refused.text
    assert f'value="{day(clock, 9)}"' in refused.text
