"""Reports are graded by their evidence, and every version is kept; without script."""

from dataclasses import replace

import pytest
from flask import Flask

from admin import cards
from admin.recusal import Card
from tests.builders import Seeds
from tests.builders_cases import a_card
from tests.builders_staff import a_stored_report, noted
from tests.conftest import Clock
from tests.deciders import CALM, PLAUSIBLE, Decider, Team, Typed, a_team

SURE: Typed = {**PLAUSIBLE, "verification": "corroborated", "sources": "2"}
PLAUSIBLE_WORDS = "Consistent, not contradicted, single source"


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def case(app: Flask, team: Team, clock: Clock) -> str:
    return owned(app, team, clock)


def owned(app: Flask, team: Team, clock: Clock) -> str:
    """Return a report that Mika owns."""
    found, _code = a_stored_report(app, clock)
    team.aiko.press(found, "take")
    assert team.aiko.triage(found, "accept").status_code == 303
    assert team.mika.decide(found, "assign").status_code == 303
    return found


def at(case: str, what: str = "") -> str:
    return f"/staff/case/{case}/grade{what}"


def give(who: Decider, case: str, typed: Typed) -> tuple[int, str]:
    sent = who.send(who.open(at(case)), at(case), typed)
    return sent.status_code, sent.text


def answer(who: Decider, case: str, typed: Typed) -> tuple[int, str]:
    sent = who.send(who.open(at(case)), at(case, "/answer"), typed)
    return sent.status_code, sent.text


def head(who: Decider, case: str) -> str:
    facts = who.case(case).response.text.partition("</dl>")[0]
    return facts.partition("How strong is the evidence?")[2]


def approvals(who: Decider, case: str) -> bool:
    return case[:8] in who.open("/staff/list/approvals").response.text


def test_the_owner_grades_it_and_every_version_is_kept(
    app: Flask, seeds: Seeds, team: Team, case: str
) -> None:
    assert "not yet graded" in head(team.sora, case)
    page = team.mika.open(at(case))
    assert "It says nothing about the person" in page.response.text
    assert "Nobody has graded it yet." in page.response.text
    for _twice in range(2):
        assert team.mika.send(page, at(case), PLAUSIBLE).status_code == 303
    shown = head(team.sora, case)
    assert PLAUSIBLE_WORDS in shown
    assert "Unclear" in shown
    assert "Version 1" in shown
    assert team.mika.member.id.hex()[:8] in shown
    better = {"verification": "supported", "verification_basis": "A letter with a seal."}
    assert give(team.mika, case, better)[0] == 303
    history = team.sora.open(at(case)).response.text
    assert "A letter with a seal." in history
    assert "Their account fits what is known." in history
    whole = " ".join(team.sora.open(f"/staff/case/{case}/whole").response.text.split())
    assert f"Grade given: {PLAUSIBLE_WORDS}" in whole
    assert "held until another one came" in history
    changed = history.partition("What is different from the version before:")[2].partition("</p>")
    assert changed[0].strip() == ("how sure it is what happened; what it rests on that it happened")
    assert "Version 2" in head(team.yui, case)
    deeds = [verb for verb in noted(app, seeds, case) if verb == "graded"]
    assert deeds == ["graded", "graded"]


def test_the_form_begins_with_the_grade_that_holds(team: Team, case: str) -> None:
    assert give(team.mika, case, PLAUSIBLE)[0] == 303
    page = team.mika.open(at(case))
    chosen = {one.attributes["value"] for one in page.all("option") if "selected" in one.attributes}
    assert {"plausible", "unclear", "2", "3"} <= chosen
    assert "Their account fits what is known.</textarea>" in page.response.text
    status, text = give(team.mika, case, {})
    assert (status, "Nothing is different from the last version." in text) == (422, True)


MISSING: tuple[tuple[Typed, str], ...] = (
    ({"verification": ""}, "Please choose how sure it is what happened."),
    ({"verification_basis": " "}, "Please write in one sentence what this rests on."),
    (
        {"verification": "adjudicated", "verification_basis": ""},
        "Please write which court or inquiry found it.",
    ),
    ({"state_link": ""}, "Please choose how sure it is that a state is behind it."),
    ({"state_link_basis": ""}, "Please write in one sentence what this rests on."),
    ({"reliable": ""}, "Please choose how reliable the source is."),
    ({"credible": ""}, "Please choose how credible it is."),
    ({"sources": "some"}, "Please write a number from 0 to 99."),
    ({"sources": "100"}, "Please write a number from 0 to 99."),
    ({"sources": ""}, "Please write a number from 0 to 99."),
    ({"verification_basis": "x" * 501}, "at most 500 characters"),
    (
        {"verification": "corroborated", "sources": "1"},
        "This needs at least two sources that do not depend on each other.",
    ),
)


def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    app: Flask, seeds: Seeds, team: Team, case: str
) -> None:
    for typed, says in MISSING:
        kept = {**PLAUSIBLE, "state_link_basis": "A van stood there.", **typed}
        status, text = give(team.mika, case, kept)
        assert (status, says in text) == (422, True), typed
        for name in ("verification_basis", "state_link_basis"):
            assert f"\n{kept[name]}</textarea>" in text
    assert "not yet graded" in head(team.mika, case)
    assert "graded" not in noted(app, seeds, case)


def test_what_a_court_found_holds_once_it_is_named_in_any_digits(team: Team, case: str) -> None:
    ruled = {"verification": "adjudicated", "verification_basis": "The court of Tokyo."}
    assert give(team.mika, case, {**PLAUSIBLE, **ruled, "sources": " ٢"})[0] == 303
    assert "Found by a court" in head(team.mika, case)
    page = team.mika.open(at(case)).response.text
    assert "The court of Tokyo." in page
    assert "<dd>2</dd>" in page


def test_only_who_owns_it_or_supervises_grades_it(team: Team, case: str) -> None:
    token = {"token": team.sora.case(case).all("input", name="token")[0].attributes["value"]}
    page = team.sora.open(at(case))
    assert not page.all("form", action=at(case))
    assert "Whoever works on this report grades it" in page.response.text
    fields = {**token, **PLAUSIBLE, "after": "0"}
    assert team.sora.client.post(at(case), data=fields).status_code == 404
    assert give(team.yui, case, PLAUSIBLE)[0] == 303


def test_whoever_only_triages_has_no_such_page(app: Flask, team: Team, clock: Clock) -> None:
    fresh, _code = a_stored_report(app, clock)
    assert "not yet graded" in head(team.aiko, fresh)
    assert not team.aiko.case(fresh).all("a", href=at(fresh))
    assert team.aiko.client.get(at(fresh)).status_code == 404
    # A supervisor sees the page, but nobody works on the report yet.
    assert "Nobody works on this report now" in team.yui.open(at(fresh)).response.text
    token = {"token": team.yui.open("/staff/me").all("input", name="token")[0].attributes["value"]}
    sent = team.yui.client.post(at(fresh), data={**token, **PLAUSIBLE, "after": "0"})
    assert (sent.status_code, "Nobody works on this report now" in sent.text) == (409, True)


def test_whoever_was_slower_reads_the_other_grade_beside_what_they_typed(
    team: Team, case: str
) -> None:
    page = team.mika.open(at(case))
    assert give(team.yui, case, PLAUSIBLE)[0] == 303
    late = team.mika.send(page, at(case), {**PLAUSIBLE, "verification_basis": "My own words."})
    assert late.status_code == 422
    assert "Somebody graded this report since you looked." in late.text
    assert "My own words.</textarea>" in late.text
    assert "Their account fits what is known." in late.text
    assert 'name="after" value="1"' in late.text


def test_for_whom_the_report_does_not_exist_neither_does_its_grade(
    team: Team, case: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert give(team.mika, case, SURE)[0] == 303
    tied = replace(a_card(clock), states=frozenset({"CN"}))
    said: dict[str, Card] = {}
    monkeypatch.setattr(
        cards, "own", lambda _session, ring, *_about: said.get(ring.person.name, a_card(clock))
    )
    assert approvals(team.sora, case)
    page = team.sora.open(at(case))
    # No state is named in the report, and Sora's card is not empty.
    said["Sora Ito"] = tied
    hidden = team.sora.client.get("/staff/nowhere")
    assert team.sora.client.get(at(case)).data == hidden.data
    assert team.sora.send(page, at(case, "/answer"), {"agrees": "yes"}).status_code == 404
    assert not approvals(team.sora, case)
    assert "not yet graded" in head(team.mika, case)


def test_what_comes_first_is_asked_where_a_report_names_several_and_nothing_typed_is_lost(
    app: Flask, team: Team, clock: Clock
) -> None:
    answers = {"kinds": ("threat", "cyber"), "target": ("activist", "journalist")}
    found, _code = a_stored_report(app, clock, **answers)
    team.aiko.press(found, "take")
    assert team.aiko.triage(found, "accept", {**CALM, "states": ["IR", "KP"]}).status_code == 303
    assert team.mika.decide(found, "assign").status_code == 303
    act = {**PLAUSIBLE, "state_link": "official_act"}
    status, text = give(team.mika, found, act)
    assert status == 422
    assert "This report names several." in text
    assert PLAUSIBLE["verification_basis"] in text
    for chosen in ({"main_tactic": "cyber"}, {"main_state": "IR"}):
        act = {**act, **chosen}
        assert give(team.mika, found, act)[0] == 422
    assert give(team.mika, found, {**act, "main_target": "journalist"})[0] == 303
    page = team.mika.open(at(found))
    for name, code in {"tactic": "cyber", "state": "IR", "target": "journalist"}.items():
        (select,) = page.all("select", name=f"main_{name}")
        options = [one for one in page.all("option") if select in one.around]
        assert {one.attributes["value"] for one in options if "selected" in one.attributes} == {
            code
        }


def test_nothing_is_asked_where_a_report_names_one_of_each(team: Team, case: str) -> None:
    assert "What comes first?" not in (
        team.mika.open(f"/staff/case/{case}/decide/propose_close").response.text
    )
    assert "What comes first?" not in team.mika.open(at(case)).response.text
