"""Reports are graded by the strength of their evidence, and corroborated by two; without script."""

from dataclasses import replace

import pytest
from flask import Flask

from admin import cards
from admin.recusal import Card
from crypto.roles import Role
from crypto.standing import Stage
from tests.builders import Seeds
from tests.builders_cases import a_card
from tests.builders_staff import a_member, a_stored_report, noted
from tests.conftest import Clock
from tests.deciders import CALM, PLAUSIBLE, URGENT, Decider, Team, Typed, a_team, at_work

SURE: Typed = {**PLAUSIBLE, "verification": "corroborated", "sources": "2"}
CLOSING = {"outcome": "helped", "message": "closed_done"}
PLAUSIBLE_WORDS = "Consistent, not contradicted, single source"
SURE_WORDS = "At least two independent reliable sources"


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


def test_closing_begins_with_the_grade_and_another_one_is_a_new_version(
    app: Flask, seeds: Seeds, team: Team, case: str
) -> None:
    assert give(team.mika, case, PLAUSIBLE)[0] == 303
    begun = team.mika.open(f"/staff/case/{case}/decide/propose_close")
    chosen = [
        one.attributes["value"] for one in begun.all("option") if "selected" in one.attributes
    ]
    assert {"plausible", "unclear"} <= set(chosen)
    assert "Nobody said who sent them.</textarea>" in begun.response.text
    other = {**CLOSING, "verification": "supported", "verification_basis": "A letter."}
    assert team.mika.decide(case, "propose_close", other).status_code == 303
    proposed = team.yui.open(f"/staff/case/{case}/decide/approve_close").response.text
    assert "Single source plus document" in proposed
    assert "A letter." in proposed
    assert "Version 2" in head(team.yui, case)
    assert [verb for verb in noted(app, seeds, case) if verb == "graded"] == ["graded"] * 2
    assert team.yui.decide(case, "approve_close").status_code == 303
    assert "Version 2" in head(team.yui, case)
    closed = team.yui.open(at(case))
    assert "Nobody works on this report now" in closed.response.text
    assert not closed.all("form", action=at(case))
    assert team.mika.decide(case, "reopen", {"reason": "new_facts"}).status_code == 303
    assert "Version 2" in head(team.mika, case)


def test_closing_with_the_grade_that_it_has_makes_no_version(team: Team, case: str) -> None:
    assert give(team.mika, case, PLAUSIBLE)[0] == 303
    assert team.mika.decide(case, "propose_close", CLOSING).status_code == 303
    assert "Version 1" in head(team.yui, case)
    assert team.yui.decide(case, "approve_close").status_code == 303


def test_without_a_grade_nothing_closes_and_what_is_typed_stays(team: Team, case: str) -> None:
    bare = {**CLOSING, "verification": "plausible", "state_link": "unclear"}
    refused = team.mika.decide(case, "propose_close", {**bare, "state_link_basis": "A van."})
    assert refused.status_code == 422
    assert "Say what both grades rest on" in refused.text
    assert "A van.</textarea>" in refused.text
    wrong = team.mika.decide(case, "propose_close", {**PLAUSIBLE, **CLOSING, "sources": "some"})
    assert (wrong.status_code, "a number from 0 to 99" in wrong.text) == (422, True)
    assert team.mika.decide(case, "propose_close", {**PLAUSIBLE, **CLOSING}).status_code == 303


def test_nothing_closes_as_corroborated_that_nobody_agreed_to(team: Team, case: str) -> None:
    refused = team.mika.decide(case, "propose_close", {**SURE, **CLOSING})
    assert refused.status_code == 422
    assert "Corroborated takes a colleague who agrees." in refused.text
    assert give(team.mika, case, SURE)[0] == 303
    waits = team.mika.client.get(f"/staff/case/{case}")
    assert "a request is still open" in waits.text
    assert answer(team.sora, case, {"agrees": "yes"})[0] == 303
    edited = team.mika.decide(case, "propose_close", {**CLOSING, "verification_basis": "More."})
    assert (edited.status_code, "a colleague who agrees" in edited.text) == (422, True)
    assert team.mika.decide(case, "propose_close", CLOSING).status_code == 303
    assert team.yui.decide(case, "approve_close").status_code == 303


@pytest.mark.parametrize("typed", [PLAUSIBLE, SURE], ids=["given", "proposed"])
def test_a_grade_after_the_proposal_voids_it(team: Team, case: str, typed: Typed) -> None:
    assert team.mika.decide(case, "propose_close", {**PLAUSIBLE, **CLOSING}).status_code == 303
    assert give(team.yui, case, {**typed, "state_link_basis": "The van was hired."})[0] == 303
    refused = team.kenji.decide(case, "approve_close")
    assert (refused.status_code, "changed since it was proposed" in refused.text) == (409, True)
    again = team.kenji.decide(case, "return", {"reason": "codes_not_right"})
    assert again.status_code == 303


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


def test_closing_with_the_first_grade_asks_what_comes_first_as_the_page_of_grades_does(
    app: Flask, team: Team, clock: Clock
) -> None:
    found, _code = a_stored_report(app, clock, kinds=("threat", "cyber"))
    team.aiko.press(found, "take")
    assert team.aiko.triage(found, "accept", CALM).status_code == 303
    assert team.mika.decide(found, "assign").status_code == 303
    address = f"/staff/case/{found}/decide/propose_close"
    page = team.mika.open(address)
    # Right below the one of the first level: whoever goes by ear from heading to heading hears it.
    assert "What comes first?" in {one.text for one in page.all("h2")}
    refused = team.mika.decide(found, "propose_close", {**PLAUSIBLE, **CLOSING})
    assert refused.status_code == 422
    assert "This report names several. Choose the one that comes first" in refused.text
    assert PLAUSIBLE["verification_basis"] in refused.text
    chosen = {**PLAUSIBLE, **CLOSING, "main_tactic": "cyber"}
    assert team.mika.decide(found, "propose_close", chosen).status_code == 303


def test_nothing_is_asked_where_a_report_names_one_of_each(team: Team, case: str) -> None:
    assert "What comes first?" not in (
        team.mika.open(f"/staff/case/{case}/decide/propose_close").response.text
    )
    assert "What comes first?" not in team.mika.open(at(case)).response.text
