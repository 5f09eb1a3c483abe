"""What is known of a report is said and recorded anew on one page, through HTTP without script."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.admin.test_moves_casework import write
from tests.builders import Seeds
from tests.builders_cases import CALM as CALM_ANSWERS
from tests.builders_cases import Office
from tests.builders_contact import logged
from tests.builders_staff import noted, token_of
from tests.conftest import Clock
from tests.deciders import CALM, PLAUSIBLE, Decider, Team, Typed, a_team
from tests.flows.test_search_pages import found, look
from tests.visitor import Page

WHY = "Today they wrote that it was Iran."
IRAN: Typed = {"further_state": "IR", "states": [], "why": WHY}
DANGER: Typed = {
    "harm_soon": "yes",
    "level": "3",
    "level_reason": "Two men wait at her door.",
    "why": "She wrote that they are outside.",
}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def case(app: Flask, team: Team, clock: Clock) -> str:
    """A report that names China, and that Mika owns."""
    return taken(team, Office(app, clock, {}).report({**CALM_ANSWERS, "state": ("CN",)}).hex())


def taken(team: Team, case: str) -> str:
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "accept", CALM).status_code == 303
    assert team.mika.decide(case, "assign").status_code == 303
    return case


def at(case: str) -> str:
    return f"/staff/case/{case}/known"


def record(who: Decider, case: str, typed: Typed) -> TestResponse:
    return who.send(who.open(at(case)), at(case), typed)


def part(page: Page, name: str) -> str:
    """Return the words of one section of the page."""
    text = page.response.text.partition(f'<section id="{name}"')[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_page_says_what_is_recorded_and_where_it_comes_from(team: Team, case: str) -> None:
    (link,) = team.mika.case(case).all("a", href=at(case))
    assert link.text == "What we know"
    page = team.mika.open(at(case))
    assert "States that are named China found at the first look" in part(page, "recorded")
    assert "China" in part(page, "told")
    assert "Nothing was changed since the first look." in part(page, "before")


def test_another_state_reaches_lists_searches_and_history(
    app: Flask, seeds: Seeds, team: Team, case: str
) -> None:
    assert found(look(team.mika, {"country": "CN"})) == {case}
    page = team.mika.open(at(case))
    for _twice in range(2):
        answer = team.mika.send(page, at(case), IRAN)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{at(case)}#recorded")
    page = team.mika.open(at(case))
    assert "States that are named Iran recorded later" in part(page, "recorded")
    assert WHY in part(page, "before")
    assert "China → Iran" in part(page, "before")
    assert "China" in part(page, "told")
    assert found(look(team.mika, {"country": "IR"})) == {case}
    whole = team.yui.open(f"/staff/case/{case}/whole").response.text
    assert "Recorded anew" in whole
    assert "States that are named" in whole
    assert WHY in whole
    verbs = noted(app, seeds, case)
    assert verbs.count("fields.edited") + verbs.count("level.set") == 2
    assert "known.viewed" in verbs
    log = logged(app, seeds)
    assert "states" in log
    assert not {word for word in (WHY, "China", "CN", "IR") if f'"{word}"' in log}
    assert WHY not in log


def test_it_names_the_message_that_it_rests_on(app: Flask, team: Team, clock: Clock) -> None:
    office = Office(app, clock, {})
    number, code = office.filed()
    case = taken(team, number.hex())
    clock.advance(timedelta(minutes=5))
    write(office, code, "It was Iran.")
    page = team.mika.open(at(case))
    (sent,) = page.all("option", value="1")
    assert record(team.mika, case, {**IRAN, "message": "1"}).status_code == 303
    after = team.mika.open(at(case))
    assert f"rests on the message of {sent.text}" in part(after, "recorded")
    assert f"rests on the message of {sent.text}" in part(after, "before")
    assert "It was Iran." not in after.response.text
    assert (
        record(team.mika, case, {**IRAN, "further_state": "RU", "message": "2"}).status_code == 404
    )


def test_a_danger_moves_the_report_forward(team: Team, case: str) -> None:
    calm = record(team.mika, case, {**DANGER, "level": "1"})
    assert calm.status_code == 303  # with a new reason for the level, a person decides so
    before = team.mika.case(case).response.text.partition("</dl>")[0]
    assert "Urgent" not in before
    assert "the form would say: Urgent" in team.mika.open(at(case)).response.text
    assert record(team.mika, case, {**DANGER, "child": "yes"}).status_code == 303
    head = team.mika.case(case).response.text.partition("</dl>")[0]
    assert "Urgent" in head
    assert case[:8] in team.mika.open("/staff/list/now").response.text


REFUSED: tuple[tuple[Typed, str], ...] = (
    ({**IRAN, "why": " "}, "Please write in one sentence why it is different now."),
    ({**IRAN, "why": "x" * 301}, "at most 300 characters"),
    ({"why": "Nothing."}, "Nothing is different from what is recorded."),
    ({**DANGER, "level_reason": CALM["level_reason"], "level": "1"}, "would say a higher level"),
    ({"level_reason": "", "why": "No."}, "Please confirm the level"),
    ({"further_state": "", "states": [], "why": "No."}, "Say which states and organisations"),
)


def test_what_does_not_fit_is_said_and_nothing_is_lost(team: Team, case: str) -> None:
    for typed, says in REFUSED:
        answer = record(team.mika, case, typed)
        assert answer.status_code == 422, typed
        assert says in answer.text
        page = Page(answer)
        assert "Nothing was changed since the first look." in part(page, "before")
        assert str(typed["why"]) in answer.text
    assert team.mika.client.post(at(case), data={"why": "No token."}).status_code != 303


def test_whoever_is_slower_reads_what_is_there_now_and_loses_nothing(
    team: Team, case: str, clock: Clock
) -> None:
    page = team.mika.open(at(case))
    assert record(team.yui, case, DANGER).status_code == 303
    clock.advance(timedelta(minutes=2))
    late = team.mika.send(page, at(case), {**IRAN, "child": "yes", "organisations": "The club"})
    assert late.status_code == 409
    shown = Page(late)
    assert "moved this on 2 minutes ago" in late.text
    assert "She wrote that they are outside." in part(shown, "before")
    assert WHY in late.text
    assert "The club" in late.text
    (child,) = shown.all("input", id="child-yes")
    assert "checked" in child.attributes
    (chosen,) = [one for one in shown.all("option", value="IR") if "selected" in one.attributes]
    assert chosen.text == "Iran"
    again = team.mika.send(shown, at(case), {"harm_soon": "yes", "level": "3"})
    assert again.status_code == 303
    known = part(team.mika.open(at(case)), "recorded")
    assert "Iran" in known
    assert "Urgent" in known


def test_whoever_does_not_own_it_any_more_keeps_what_they_typed(team: Team, case: str) -> None:
    page = team.mika.open(at(case))
    note = {"done": "I wrote.", "promised": "Nothing.", "next": "Wait."}
    assert team.mika.decide(case, "release", note).status_code == 303
    late = team.mika.send(page, at(case), IRAN)
    assert late.status_code == 409
    assert WHY in late.text
    assert not Page(late).all("form", action=at(case))


def test_whoever_neither_owns_nor_leads_reads_it_and_records_nothing(team: Team, case: str) -> None:
    page = team.sora.open(at(case))
    assert "Whoever owns this report records what is new" in page.response.text
    assert not page.all("form", action=at(case))
    (rev,) = team.mika.open(at(case)).all("input", name="rev")
    fields = {**IRAN, "token": token_of(page.response), "rev": rev.attributes["value"]}
    assert team.sora.client.post(at(case), data=fields).status_code == 404
    assert "China" in part(team.mika.open(at(case)), "recorded")
    for stranger in (team.aiko, team.ren):
        assert stranger.client.get(at(case)).status_code == 404


def test_a_grade_of_other_states_is_asked_for_again(team: Team, case: str) -> None:
    grade = f"/staff/case/{case}/grade"
    sure = {**PLAUSIBLE, "state_link": "official_act"}
    assert team.mika.send(team.mika.open(grade), grade, sure).status_code == 303
    assert record(team.mika, case, IRAN).status_code == 303
    assert "to be judged again" in team.mika.case(case).response.text
    assert "Please judge again" in team.mika.open(at(case)).response.text
    page = team.mika.open(grade)
    assert "The states were coded anew since this grade was given." in page.response.text
    assert team.mika.send(page, grade).status_code == 422
    assert team.mika.send(page, grade, {**sure, "after": "1"}).status_code == 303
    assert "to be judged again" not in team.mika.case(case).response.text
