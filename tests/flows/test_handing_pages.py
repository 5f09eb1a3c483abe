"""When nobody is left, two people hand a report to one person its reporter did not want."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from admin import call_requests, cards
from admin.models import Lapse
from admin.recusal import Card
from tests.builders import Seeds
from tests.builders_cases import a_card
from tests.builders_contact import told
from tests.builders_staff import noted, the_staff
from tests.conftest import Clock
from tests.deciders import URGENT, Team, a_team
from tests.handing import LANGUAGE, agree, at, filed, handed, offered, propose, sees, waited
from tests.stepping_up import confirm

READS = "may read your report now"
NOTED = frozenset({"IR"})


@pytest.fixture
def people(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    """A team that came in before anybody said anything of their ties."""
    return a_team(app, seeds, clock)


@pytest.fixture
def said(people: Team, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> dict[str, Card]:
    """Return the cards of people by their names, for tests to fill in; nobody else has a tie."""
    found: dict[str, Card] = {"Aiko Mori": replace(a_card(clock), noted=NOTED)}
    everybody = (people.aiko, people.ren, people.mika, people.sora, people.yui, people.kenji)
    monkeypatch.setattr(
        cards,
        "own",
        lambda _session, ring, *_about: found.get(ring.person.name, a_card(clock)),
    )
    monkeypatch.setattr(
        cards,
        "of_everybody",
        lambda *_about: {
            one.member.id: found.get(one.member.name, a_card(clock)) for one in everybody
        },
    )
    return found


@pytest.fixture
def team(people: Team, said: dict[str, Card]) -> Team:
    assert "Aiko Mori" in said
    return people


def test_two_hand_it_on_after_a_time_and_the_reporter_reads_why(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    case, code = filed(app, clock)
    waited(app, clock, team.yui, minutes=29)
    assert "has not waited long enough" in team.yui.open(at(case)).response.text
    waited(app, clock, team.yui, team.kenji, minutes=2)
    page = team.yui.open(at(case))
    assert team.ren.member.id.hex()[:8] in page.response.text
    assert offered(team.yui, case) == [team.aiko.member.id.hex()]
    typed = {**LANGUAGE, "to": team.aiko.member.id.hex()}
    for _twice in range(2):
        assert team.yui.send(page, at(case), typed).status_code == 303
    assert not sees(team.aiko, case)
    assert not any(READS in line for line in told(app, code, clock))
    assert case[:8] in team.kenji.open("/staff/list/approvals").response.text
    seen = team.kenji.open(at(case))
    for _twice in range(2):
        assert team.kenji.send(seen, at(case, "/agree")).status_code == 303
    assert team.kenji.member.id.hex()[:8] in team.yui.open(at(case)).response.text
    assert sees(team.aiko, case)
    assert case[:8] in team.aiko.open("/staff/list/mine").response.text
    assert "did not want anybody from your community" in team.aiko.case(case).response.text
    assert any(READS in line for line in told(app, code, clock))
    deeds = [verb for verb in noted(app, seeds, case) if verb.startswith("handed.")]
    assert deeds == ["handed.proposed", "handed.agreed"]


def test_nobody_but_the_noted_who_reads_it_can_be_named(
    app: Flask, team: Team, said: dict[str, Card], clock: Clock
) -> None:
    noted_too = replace(a_card(clock), noted=NOTED)
    said["Ren Okada"] = replace(noted_too, states=NOTED)
    said["Kenji Abe"] = replace(noted_too, in_government=True)
    case, _code = filed(app, clock, keep_to={"contact_rule": ("not_community", "not_japanese_gov")})
    waited(app, clock, team.yui)
    assert offered(team.yui, case) == [team.aiko.member.id.hex()]
    for other in (team.ren, team.kenji, team.mika, team.yui):
        status, text = propose(team.yui, case, other)
        assert (status, "Choose one of these people." in text) == (422, True)
    said["Aiko Mori"] = replace(noted_too, languages=frozenset({"fr"}))
    assert "nobody of that community" in team.yui.open(at(case)).response.text
    said["Aiko Mori"] = replace(noted_too, until=clock().date() - timedelta(days=1))
    assert "nobody of that community" in team.yui.open(at(case)).response.text


def test_a_reason_is_given_and_nothing_typed_is_lost(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = filed(app, clock)
    waited(app, clock, team.yui)
    sent = team.yui.send(team.yui.open(at(case)), at(case))
    assert (sent.status_code, "Please choose why." in sent.text) == (422, True)


def test_one_person_is_never_both_and_a_second_time_changes_nothing(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = filed(app, clock)
    waited(app, clock, team.yui, team.kenji, team.ren)
    token = {"token": team.yui.open(at(case)).all("input", name="token")[0].attributes["value"]}
    assert team.yui.client.post(at(case, "/back"), data=token).status_code == 404
    assert propose(team.yui, case, team.aiko)[0] == 303
    number = team.ren.open(at(case)).all("input", name="handed")[0].attributes["value"]
    own = team.yui.client.post(at(case, "/agree"), data={**token, "handed": number})
    assert (own.status_code, "Somebody else from outside" in own.text) == (409, True)
    wrong = team.yui.client.post(at(case, "/agree"), data={**token, "handed": "00" * 16})
    assert wrong.status_code == 404
    assert agree(team.ren, case) == 303
    late = team.yui.client.post(at(case, "/agree"), data={**token, "handed": number})
    assert late.status_code == 409
    stale = team.yui.client.post(at(case, "/back"), data={**token, "handed": "00" * 16})
    assert stale.status_code == 404
    again = {**token, **LANGUAGE, "to": team.aiko.member.id.hex()}
    twice = team.yui.client.post(at(case), data=again)
    assert (twice.status_code, "It is handed on already." in twice.text) == (409, True)


def test_only_a_supervisor_names_somebody_and_only_against_that_wish(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = filed(app, clock)
    free, _other = filed(app, clock, keep_to={})
    waited(app, clock, team.yui, team.kenji, team.ren)
    assert team.ren.client.get(at(case)).status_code == 404
    assert team.yui.client.get(at(free)).status_code == 404
    assert team.yui.case(case).all("a", href=at(case))
    assert not team.yui.case(free).all("a", href=at(free))
    assert propose(team.yui, case, team.aiko)[0] == 303
    token = team.ren.open(at(case)).all("input", name="token")[0].attributes["value"]
    typed = {**LANGUAGE, "to": team.aiko.member.id.hex(), "token": token}
    assert team.ren.client.post(at(case), data=typed).status_code == 404


def test_what_somebody_has_is_handed_to_nobody(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = filed(app, clock)
    waited(app, clock, team.yui, team.kenji)
    assert propose(team.yui, case, team.aiko)[0] == 303
    page = team.kenji.open(at(case))
    team.ren.press(case, "take")
    assert team.kenji.send(page, at(case, "/agree")).status_code == 409
    assert team.kenji.send(team.kenji.open(at(case)), at(case, "/back")).status_code == 303
    assert "Somebody has this report" in team.yui.open(at(case)).response.text


def test_what_was_proposed_ends_with_the_next_move(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = filed(app, clock)
    waited(app, clock, team.yui, team.kenji)
    assert propose(team.yui, case, team.aiko)[0] == 303
    page = team.kenji.open(at(case))
    team.ren.press(case, "take")
    assert team.ren.triage(case, "accept", URGENT).status_code == 303
    assert team.kenji.send(page, at(case, "/agree")).status_code == 404
    assert "has not waited long enough" in team.yui.open(at(case)).response.text
    assert not sees(team.aiko, case)


def test_nobody_is_named_or_let_in_who_was_given_no_keys(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = filed(app, clock)
    waited(app, clock, team.yui, team.kenji)
    assert propose(team.yui, case, team.aiko)[0] == 303
    page = team.kenji.open(at(case))
    with the_staff(app).service.begin() as session:
        session.add(Lapse(member_id=team.aiko.member.id))
    assert team.kenji.send(page, at(case, "/agree")).status_code == 409
    assert team.kenji.send(team.kenji.open(at(case)), at(case, "/back")).status_code == 303
    assert "nobody of that community" in team.yui.open(at(case)).response.text


def test_whoever_was_named_is_never_the_second(
    app: Flask, team: Team, said: dict[str, Card], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    waited(app, clock, team.yui)
    assert propose(team.yui, case, team.aiko)[0] == 303
    said["Aiko Mori"] = a_card(clock)
    waited(app, clock, team.aiko, minutes=1)
    assert agree(team.aiko, case) == 409


def test_only_who_decided_or_supervises_takes_it_back(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = filed(app, clock)
    waited(app, clock, team.yui, team.ren, team.kenji)
    assert propose(team.yui, case, team.aiko)[0] == 303
    page = team.ren.open(at(case))
    assert not page.all("form", action=at(case, "/back"))
    assert team.ren.send(page, at(case, "/agree")).status_code == 303
    assert team.ren.send(team.ren.open(at(case)), at(case, "/back")).status_code == 303
    assert not sees(team.aiko, case)


def test_taken_back_it_is_gone_for_who_had_it(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    case = handed(app, team, clock)
    assert sees(team.aiko, case)
    assert team.aiko.client.get(at(case)).status_code in {303, 404}
    confirm(app, team.aiko.client, clock)
    assert team.aiko.client.get(at(case)).status_code == 404
    assert team.aiko.press(case, "take").status_code == 303
    page = team.yui.open(at(case))
    for _twice in range(2):
        assert team.yui.send(page, at(case, "/back")).status_code == 303
    assert not sees(team.aiko, case)
    assert noted(app, seeds, case)[-2:] == ["handed.taken_back", "recusal.hit"]
    assert "<dt>In whose hands</dt><dd>nobody" in team.yui.case(case).response.text
    assert offered(team.yui, case) == [team.aiko.member.id.hex()]


def test_whose_case_it_became_goes_to_the_duty_desk_when_it_is_taken_back(
    app: Flask, team: Team, said: dict[str, Card], clock: Clock
) -> None:
    said["Mika Sato"] = replace(a_card(clock), noted=NOTED)
    case, _code = filed(app, clock)
    team.ren.press(case, "take")
    coded = team.ren.triage(case, "accept", {**URGENT, "level_reason": "x"})
    assert coded.status_code == 303
    waited(app, clock, team.yui, team.kenji)
    assert propose(team.yui, case, team.mika)[0] == 303
    assert agree(team.kenji, case) == 303
    assert team.mika.decide(case, "assign").status_code == 303
    assert team.yui.send(team.yui.open(at(case)), at(case, "/back")).status_code == 303
    assert not sees(team.mika, case)
    with the_staff(app).service.read() as session:
        assert len(call_requests.standing(session)) == 1
    assert team.sora.press(case, "take-over").status_code == 303


def test_what_waits_at_the_duty_desk_can_be_handed_on_too(
    app: Flask, team: Team, said: dict[str, Card], clock: Clock
) -> None:
    said["Mika Sato"] = replace(a_card(clock), noted=NOTED)
    case, _code = filed(app, clock)
    team.ren.press(case, "take")
    assert team.ren.triage(case, "escalate", {**URGENT, "harm_soon": "yes"}).status_code == 303
    waited(app, clock, team.yui, team.kenji)
    assert propose(team.yui, case, team.mika)[0] == 303
    assert agree(team.kenji, case) == 303
    assert case[:8] in team.mika.open("/staff/list/mine").response.text
    assert team.mika.press(case, "take-over").status_code == 303


def test_whoever_says_that_it_is_a_conflict_is_asked_no_more(
    app: Flask, team: Team, clock: Clock
) -> None:
    case = handed(app, team, clock)
    assert team.aiko.press(case, "take").status_code == 303
    page = f"/staff/case/{case}/skip"
    assert team.aiko.send(team.aiko.open(page), page, {"reason": "conflict"}).status_code == 303
    assert not sees(team.aiko, case)
    assert team.yui.send(team.yui.open(at(case)), at(case, "/back")).status_code == 303
    assert "nobody of that community" in team.yui.open(at(case)).response.text
