"""Reports of one incident: compared, judged, joined and parted again; without script."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from reporting import mailbox
from reporting.mailbox import Thread
from reporting.models import Case
from reporting.status import Status
from tests.builders import Seeds
from tests.builders_staff import a_stored_report, the_staff
from tests.conftest import Clock
from tests.deciders import Decider, Team, a_team

STORY = "Two men from the embassy waited at my door and asked about my brother. 090-1234-5678"
AGAIN = f"{STORY} It was on Monday."
OTHER = "Somebody broke into our office at night and took the list of our members."


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def two(app: Flask, clock: Clock) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return two reports of one incident, each with its code; the second is in Japanese."""
    here = a_stored_report(app, clock, story=STORY)
    return here, a_stored_report(app, clock, story=AGAIN, language="ja")


def judge(who: Decider, case: str, other: str, verdict: str) -> TestResponse:
    address = f"/staff/case/{case}/compare/{other}"
    return who.send(who.open(address), address, {"verdict": verdict})


def join(who: Decider, move: str, case: str, other: str) -> TestResponse:
    return who.decide(case, move, {"survivor": other})


def joined(who: Decider, case: str, other: str) -> None:
    """Join a new report to another new one."""
    judge(who, case, other, "same_incident")
    who.press(case, "take")
    assert join(who, "merge", case, other).status_code == 303


def owned(team: Team, case: str) -> None:
    """Take a report on until Mika owns it."""
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "accept").status_code == 303
    assert team.mika.decide(case, "assign").status_code == 303


def state(app: Flask, case: str) -> str:
    with the_staff(app).service.read() as session:
        return session.get_one(Case, bytes.fromhex(case)).state


def seen(app: Flask, clock: Clock, code: str) -> Thread:
    service = the_staff(app).service
    with service.read() as session:
        until = clock() + timedelta(hours=1)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        return mailbox.read_thread(session, opened, clock())


def test_what_says_almost_the_same_is_proposed_and_compared_with_its_numbers_hidden(
    app: Flask, team: Team, clock: Clock, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, _), (there, _) = two
    a_stored_report(app, clock, story=OTHER)
    proposed = team.aiko.open(f"/staff/case/{there}/links").response.text
    assert f"compare/{here}" in proposed
    assert "almost the same words" in proposed
    assert "the same number or address stands in both" in proposed
    assert proposed.count("/compare/") == 1
    beside = team.aiko.open(f"/staff/case/{there}/compare/{here}").response.text
    assert beside.count("Two men from the embassy") == 2
    assert "090-1234" not in beside
    address = f"/staff/case/{there}/compare/{here}"
    refused = team.aiko.send(team.aiko.open(address), address)
    assert (refused.status_code, "one of the answers" in refused.text) == (422, True)
    assert judge(team.aiko, there, here, "same_incident").status_code == 303
    assert f"compare/{here}" not in team.aiko.open(f"/staff/case/{there}/links").response.text


def test_reports_that_were_judged_the_same_are_joined_and_taken_apart(
    app: Flask, team: Team, clock: Clock, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, _), (there, code) = two
    judge(team.aiko, there, here, "same_incident")
    team.aiko.press(there, "take")
    refused = team.aiko.decide(there, "merge")
    assert refused.status_code == 422
    assert "do both tell of the same incident" in refused.text
    before = team.aiko.case(there).one("section", id="decide").text
    assert join(team.aiko, "merge", there, here).headers["Location"].endswith("done/merge")
    assert "was joined to another one" in team.aiko.case(there).response.text
    assert "1 report was joined to this one." in team.aiko.case(here).response.text
    assert (state(app, there), seen(app, clock, code).status) == ("merged", Status.WORKING)
    undone = team.aiko.send(
        team.aiko.open(f"/staff/case/{there}/done/merge"), f"/staff/case/{there}/undo"
    )
    assert undone.status_code == 303
    assert state(app, there) == "received"
    assert team.aiko.case(there).one("section", id="decide").text == before
    assert "joined" not in team.aiko.case(here).one("section", id="links").text


def test_what_somebody_called_different_is_never_proposed_again(
    team: Team, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, _), (there, _) = two
    compare = f"/staff/case/{here}/compare/{there}"
    page = team.ren.open(compare)
    twice = [team.ren.send(page, compare, {"verdict": "unsure"}) for _ in range(2)]
    assert [answer.status_code for answer in twice] == [303, 303]
    assert f"compare/{there}" in team.ren.open(f"/staff/case/{here}/links").response.text
    judge(team.aiko, here, there, "different")
    for case, other in ((here, there), (there, here)):
        for who in (team.aiko, team.ren):
            assert other not in who.open(f"/staff/case/{case}/links").response.text
    team.aiko.press(there, "take")
    sent = join(team.aiko, "merge", there, here)
    assert (sent.status_code, "of the same incident" in sent.text) == (422, True)


def test_all_that_was_said_of_a_pair_can_be_read_and_what_was_refused_stays_away(
    team: Team, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, _), (there, _) = two
    for who, verdict in ((team.aiko, "different"), (team.ren, "unsure")):
        assert judge(who, here, there, verdict).status_code == 303
    for case, other in ((here, there), (there, here)):
        page = team.ren.open(f"/staff/case/{case}/compare/{other}")
        (first, second) = (one.text for one in page.within("ol") if one.tag == "li")
        assert "Two different incidents" in first
        assert "Not sure" in second
        assert team.aiko.member.id.hex()[:8] in first
        assert team.ren.member.name in second
        assert "almost the same words" in first
        assert other not in team.ren.open(f"/staff/case/{case}/links").response.text


def test_for_whom_the_other_report_is_not_there_nothing_points_at_it(
    team: Team, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, _), (there, _) = two
    joined(team.aiko, there, here)
    assert there in team.ren.case(here).response.text
    address = f"/staff/case/{there}/skip"
    team.ren.send(team.ren.open(address), address, {"reason": "conflict"})
    page = team.ren.case(here)
    assert there[:8] not in page.response.text
    assert "joined" not in page.one("section", id="links").text
    assert there not in team.ren.open(f"/staff/case/{here}/links").response.text
    hidden = team.ren.client.get("/staff/nowhere")
    compare = f"/staff/case/{here}/compare/{there}"
    fields = {"token": page.all("input", name="token")[0].attributes["value"]}
    for answer in (
        team.ren.client.get(compare),
        team.ren.client.post(compare, data={**fields, "verdict": "same_incident"}),
        team.ren.client.get(f"/staff/case/{here}/compare/{here}"),
        team.ren.client.get(f"/staff/case/{here}/compare/{'0' * 32}"),
    ):
        assert (answer.status_code, answer.data) == (404, hidden.data)


def test_one_person_alone_never_joins_a_report_that_somebody_works_on(
    app: Flask, team: Team, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, _), (there, _) = two
    owned(team, here)
    owned(team, there)
    judge(team.yui, there, here, "same_incident")
    alone = join(team.yui, "merge_a", there, here)
    assert (alone.status_code, "has to agree first" in alone.text) == (409, True)
    # Another supervisor's word does not count while the owner is there.
    assert "I have read both" not in team.kenji.case(there).response.text
    agreed = team.mika.press(there, "countersign")
    assert agreed.status_code == 303
    assert team.mika.client.get(f"/staff/case/{there}/decide/merge_a").status_code == 200
    assert join(team.mika, "merge_a", there, here).status_code == 404
    assert join(team.yui, "merge_a", there, here).status_code == 303
    assert state(app, there) == "merged"
    told = team.mika.open("/staff/list/told").response.text
    assert here[:8] in told
    assert there[:8] in told
    assert "Joined with yours" in team.mika.open("/staff/").response.text
    for case in (here, there):
        assert team.mika.press(case, "told").status_code == 303
    assert "Joined with yours" not in team.mika.open("/staff/").response.text


def test_who_agrees_agrees_to_that_one_other_report_alone(
    app: Flask, team: Team, clock: Clock, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, _), (there, _) = two
    third, _code = a_stored_report(app, clock, story=STORY)
    for case in (here, there, third):
        owned(team, case)
    judge(team.yui, there, here, "same_incident")
    team.mika.press(there, "countersign")
    judge(team.yui, there, third, "same_incident")
    assert join(team.yui, "merge_a", there, third).status_code == 409
    token = team.mika.case(there).all("input", name="token")[0].attributes["value"]
    nowhere = {"token": token, "action": "merge_a", "survivor": "0" * 32}
    refused = team.mika.client.post(f"/staff/case/{there}/countersign", data=nowhere)
    assert refused.status_code == 404


def test_parted_as_two_incidents_they_are_never_proposed_again(
    team: Team, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, _), (there, _) = two
    joined(team.aiko, there, here)
    assert team.kenji.decide(there, "unmerge", {"reason": "not_the_same"}).status_code == 303
    for case, other in ((here, there), (there, here)):
        assert "Two different incidents" in team.ren.case(case).response.text
        assert other not in team.ren.open(f"/staff/case/{case}/links").response.text
    team.aiko.press(there, "take")
    judge(team.aiko, there, here, "same_incident")
    refused = join(team.aiko, "merge", there, here)
    assert (refused.status_code, "worked on this report before" in refused.text) == (409, True)
