"""The first look at a report: take it, say what was found, decide, pass it on; without script."""

from datetime import timedelta

import pytest
from flask import Flask

from forms.answers import Answers
from tests.builders import Seeds
from tests.builders_cases import Office
from tests.builders_staff import a_stored_report, noted
from tests.conftest import Clock
from tests.deciders import CALM, URGENT, Team, Typed, a_team


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def test_next_hands_out_the_most_urgent_report_and_accepting_it_passes_it_to_casework(
    app: Flask, team: Team, clock: Clock
) -> None:
    a_stored_report(app, clock, kinds=("other",))
    urgent, _code = a_stored_report(app, clock, kinds=("physical", "family"))
    assert team.aiko.pulled() == urgent
    done = team.aiko.triage(urgent, "accept", URGENT)
    assert done.headers["Location"] == f"/staff/case/{urgent}/done/accept"
    assert "Accept" in team.aiko.open(done.headers["Location"]).one("p", role="status").text
    assert team.aiko.client.get(f"/staff/case/{urgent}").status_code == 404
    assert "Triaged, waiting for an owner" in team.mika.case(urgent).response.text


def test_two_people_are_never_handed_the_same_report(app: Flask, team: Team, clock: Clock) -> None:
    for _ in range(2):
        a_stored_report(app, clock)
    assert team.aiko.pulled() != team.ren.pulled()
    nothing = team.aiko.pull()
    assert "Nothing waits for you at the moment." in nothing.text


def test_the_button_for_the_next_report_pressed_twice_hands_out_one(
    app: Flask, team: Team, clock: Clock
) -> None:
    for _ in range(2):
        a_stored_report(app, clock)
    home = team.aiko.open("/staff/")
    first, second = (team.aiko.send(home, "/staff/next") for _ in range(2))
    assert "/staff/case/" in first.headers["Location"]
    assert second.headers["Location"] == "/staff/list/mine"
    assert len(team.aiko.open("/staff/list/mine").all("td", **{"class": "door"})) == 1


def test_without_the_answers_nothing_is_accepted_and_everything_typed_stays(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.pulled()
    typed = {"organisations": "United Front", "level": "1", "level_reason": "long ago"}
    refused = team.aiko.triage(case, "accept", typed)
    assert refused.status_code == 422
    assert "Please answer all six questions about danger." in refused.text
    assert "United Front</textarea>" in refused.text
    assert 'value="long ago"' in refused.text
    assert "Received" in team.aiko.case(case).all("dl")[0].text


def test_words_that_were_damaged_on_their_way_are_asked_for_again(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.pulled()
    refused = team.aiko.triage(case, "keep", {**CALM, "level_reason": "long \ufffd ago"})
    assert refused.status_code == 422
    assert 'value="long \ufffd ago"' in refused.text


def test_what_was_found_is_kept_without_a_decision(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.pulled()
    found = {**CALM, "further_state": "CN", "organisations": "United Front\n\n", "child": "yes"}
    kept = team.aiko.triage(case, "keep", found)
    assert kept.headers["Location"] == f"/staff/case/{case}#decide"
    page = team.aiko.case(case)
    assert "checked" in page.one("input", id="child-yes").attributes
    assert "checked" in page.one("input", id="missing-no").attributes
    assert "checked" in page.one("input", id="state-CN").attributes
    assert page.one("textarea", id="organisations").text == "United Front"


def test_a_report_is_passed_on_with_a_reason_and_comes_to_somebody_else(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    assert team.aiko.pulled() == case
    address = f"/staff/case/{case}/skip"
    asked = team.aiko.send(team.aiko.open(address), address)
    assert asked.status_code == 422
    assert "Please choose a reason." in asked.text
    passed = team.aiko.send(team.aiko.open(address), address, {"reason": "distressing"})
    assert "Whoever comes next gets it." in team.aiko.open(passed.headers["Location"]).response.text
    assert "Nothing waits for you" in team.aiko.pull().text
    assert team.ren.pulled() == case


def test_a_report_that_nobody_has_in_hand_is_taken_before_it_is_decided(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    assert team.aiko.case(case).all("input", id="rest_no") == []
    taken = team.aiko.press(case, "take")
    assert taken.headers["Location"] == f"/staff/case/{case}#decide"
    assert team.ren.case(case).all("form", action=f"/staff/case/{case}/take") == []
    assert team.aiko.triage(case, "accept").status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(5, 303), (31, 409)])
def test_a_decision_is_taken_back_within_its_seconds_and_not_after(
    app: Flask, team: Team, clock: Clock, seconds: int, status: int
) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.press(case, "take")
    team.aiko.triage(case, "quarantine")
    done = team.aiko.decide(case, "quarantine", {"reason": "machine"})
    clock.advance(timedelta(seconds=seconds))
    page = team.aiko.open(done.headers["Location"])
    answer = team.aiko.send(page, f"/staff/case/{case}/undo")
    assert answer.status_code == status
    assert ("This cannot be taken back any more." in answer.text) == (status == 409)
    stands = "Received" if status == 303 else "Set aside"
    assert stands in team.aiko.case(case).all("dl")[0].text


def test_the_deeds_stand_in_the_log(app: Flask, seeds: Seeds, team: Team, clock: Clock) -> None:
    case, _code = a_stored_report(app, clock)
    team.aiko.pulled()
    team.aiko.triage(case, "accept")
    assert "accept" in noted(app, seeds, case)


def test_a_long_story_is_folded_and_nothing_of_it_is_lost(
    app: Flask, team: Team, clock: Clock
) -> None:
    story = "".join(f"line {number}\n" for number in range(20))
    case, _code = a_stored_report(app, clock, story=story)
    page = team.aiko.case(case)
    rest = page.one("details", **{"class": "rest"})
    assert "line 12" in rest.text
    assert "line 11" not in rest.text
    assert all(f"line {number}" in page.response.text for number in range(20))


def test_what_the_reporter_said_yes_to_is_never_answered_together(
    app: Flask, team: Team, clock: Clock
) -> None:
    now: Answers = {"kinds": ("threat",), "danger": ("now",)}
    case = Office(app, clock, {}).report(now).hex()
    team.aiko.press(case, "take")
    typed = {"level": "3", "level_reason": "", "rest_no": "yes"}
    refused = team.aiko.triage(case, "accept", typed)
    assert refused.status_code == 422
    assert "answer all six questions about danger" in refused.text
    page = team.aiko.case(case)
    assert "this line does not touch it" in page.response.text
    assert team.aiko.triage(case, "accept", {**typed, "harm_soon": "yes"}).status_code == 303


def test_what_the_reporter_said_is_taken_over_in_one_go(
    app: Flask, team: Team, clock: Clock
) -> None:
    now: Answers = {"kinds": ("threat",), "danger": ("now",)}
    case = Office(app, clock, {}).report(now).hex()
    team.aiko.press(case, "take")
    assert team.aiko.case(case).one("input", id="as_told").attributes["data-key"] == "y"
    told: Typed = {"level": [], "level_reason": "", "as_told": "yes"}
    refused = team.aiko.triage(case, "accept", told)
    assert "answer all six questions about danger" in refused.text
    assert team.aiko.triage(case, "accept", {**told, "rest_no": "yes"}).status_code == 303
    assert "LevelUrgent" in team.mika.case(case).one("main").text


def test_what_was_taken_over_is_changed_as_any_other_answer(
    app: Flask, team: Team, clock: Clock
) -> None:
    now: Answers = {"kinds": ("threat",), "danger": ("now",)}
    case = Office(app, clock, {}).report(now).hex()
    team.aiko.press(case, "take")
    told: Typed = {"level": [], "level_reason": "", "as_told": "yes"}
    assert team.aiko.triage(case, "keep", told).status_code == 303
    page = team.aiko.case(case)
    assert "checked" in page.one("input", id="harm_soon-yes").attributes
    assert "checked" in page.one("input", id="level-3").attributes
    assert "checked" not in page.one("input", id="as_told").attributes
    changed = {"level": "2", "level_reason": "it is over", "harm_soon": "no", "as_told": "yes"}
    assert team.aiko.triage(case, "keep", changed).status_code == 303
    page = team.aiko.case(case)
    assert "checked" in page.one("input", id="harm_soon-no").attributes
    assert "checked" in page.one("input", id="level-2").attributes
