"""A report counts as corroborated once a second person has agreed; without script."""

import pytest
from flask import Flask

from crypto.roles import Role
from crypto.standing import Stage
from tests.builders import Seeds
from tests.builders_staff import a_member, a_stored_report, noted
from tests.conftest import Clock
from tests.deciders import PLAUSIBLE, URGENT, Team, a_team, at_work
from tests.flows.test_grading_pages import (
    PLAUSIBLE_WORDS,
    SURE,
    answer,
    approvals,
    at,
    give,
    head,
    owned,
)

SURE_WORDS = "At least two independent reliable sources"


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def case(app: Flask, team: Team, clock: Clock) -> str:
    return owned(app, team, clock)


def test_corroborated_holds_once_a_second_person_has_agreed(
    app: Flask, seeds: Seeds, team: Team, case: str
) -> None:
    assert give(team.mika, case, PLAUSIBLE)[0] == 303
    assert not approvals(team.sora, case)
    assert give(team.mika, case, SURE)[0] == 303
    for who in (team.mika, team.sora):
        assert PLAUSIBLE_WORDS in head(who, case)
        assert "A grade waits for a second person" in head(who, case)
    assert approvals(team.sora, case)
    assert approvals(team.yui, case)
    assert not approvals(team.mika, case)
    # Whoever proposed it is asked for nothing, and cannot agree to it.
    mine = team.mika.open(at(case))
    assert not mine.all("form", action=at(case, "/answer"))
    token = {"token": mine.all("input", name="token")[0].attributes["value"]}
    own = team.mika.client.post(
        at(case, "/answer"), data={**token, "version": "2", "agrees": "yes"}
    )
    assert (own.status_code, "You proposed this grade yourself." in own.text) == (409, True)
    page = team.sora.open(at(case))
    for _twice in range(2):
        sent = team.sora.send(page, at(case, "/answer"), {"agrees": "yes"})
        assert sent.status_code == 303
    shown = head(team.mika, case)
    assert SURE_WORDS in shown
    assert "Version 2" in shown
    assert "waits" not in shown
    assert not approvals(team.yui, case)
    assert team.sora.member.id.hex()[:8] in team.mika.open(at(case)).response.text
    deeds = [verb for verb in noted(app, seeds, case) if verb.startswith("graded")]
    assert [verb for verb in deeds if verb != "graded.viewed"] == [
        *("graded", "graded.proposed", "graded.agreed"),
    ]


def test_the_first_grade_can_be_one_that_waits(team: Team, case: str) -> None:
    assert give(team.yui, case, SURE)[0] == 303
    assert "not yet graded" in head(team.mika, case)
    # The owner can be the second person; it is another person that counts.
    assert answer(team.mika, case, {"agrees": "yes"})[0] == 303
    assert SURE_WORDS in head(team.mika, case)


def test_whoever_says_no_says_why_and_the_grade_before_holds(team: Team, case: str) -> None:
    assert give(team.mika, case, PLAUSIBLE)[0] == 303
    assert give(team.mika, case, SURE)[0] == 303
    status, text = answer(team.yui, case, {"agrees": "no"})
    assert (status, "Please write in one sentence why you do not agree." in text) == (422, True)
    long, text = answer(team.yui, case, {"agrees": "no", "words": "They are married. " * 40})
    assert (long, "They are married. They" in text) == (422, True)
    assert answer(team.yui, case, {"agrees": "no", "words": "They are married."})[0] == 303
    assert PLAUSIBLE_WORDS in head(team.mika, case)
    assert "waits" not in head(team.mika, case)
    page = team.mika.open(at(case)).response.text
    assert "They are married." in page
    assert "a second person did not agree" in page
    # Nobody asks another colleague for the very same.
    status, text = give(team.mika, case, SURE)
    assert (status, "Nothing is different from the last version." in text) == (422, True)
    assert give(team.mika, case, {**SURE, "sources": "3"})[0] == 303
    assert approvals(team.yui, case)


def test_any_other_grade_voids_what_waits(team: Team, case: str) -> None:
    assert give(team.mika, case, SURE)[0] == 303
    page = team.sora.open(at(case))
    assert give(team.mika, case, {**SURE, "sources": "3"})[0] == 303
    late = team.sora.send(page, at(case, "/answer"), {"agrees": "yes"})
    assert late.status_code == 409
    assert "never held: another grade came" in team.sora.open(at(case)).response.text
    assert give(team.mika, case, PLAUSIBLE)[0] == 303
    assert not approvals(team.sora, case)
    assert not team.sora.open(at(case)).all("form", action=at(case, "/answer"))
    assert PLAUSIBLE_WORDS in head(team.mika, case)


def test_on_probation_somebody_grades_and_is_no_second_person(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    member = a_member(app, seeds, "Nao Ueda", Role.SUPERVISOR, stage=Stage.PROBATION)
    team = a_team(app, seeds, clock)
    case = owned(app, team, clock)
    new = at_work(app, member, clock)
    assert give(new, case, PLAUSIBLE)[0] == 303
    assert give(team.mika, case, SURE)[0] == 303
    page = new.open(at(case))
    assert not page.all("form", action=at(case, "/answer"))
    token = page.all("input", name="token")[0].attributes["value"]
    typed = {"token": token, "version": "2", "agrees": "yes"}
    assert new.client.post(at(case, "/answer"), data=typed).status_code == 404


def test_what_is_proposed_waits_through_moves_and_is_answered_later(
    app: Flask, team: Team, clock: Clock
) -> None:
    found, _code = a_stored_report(app, clock)
    team.aiko.press(found, "take")
    assert team.aiko.triage(found, "accept", URGENT).status_code == 303
    assert give(team.yui, found, SURE)[0] == 303
    assert team.mika.decide(found, "mis_triage", {"reason": "by_mistake"}).status_code == 303
    assert not approvals(team.kenji, found)
    waits = team.kenji.open(at(found))
    assert "waits for a second person" in waits.response.text
    assert not waits.all("form", action=at(found, "/answer"))
    team.aiko.press(found, "take")
    assert team.aiko.triage(found, "accept", URGENT).status_code == 303
    assert approvals(team.kenji, found)
    assert answer(team.kenji, found, {"agrees": "yes"})[0] == 303
    assert SURE_WORDS in head(team.mika, found)
