"""The case as a whole, through HTTP and without script."""

import pytest
from flask import Flask

from crypto.roles import Role
from tests.builders import Seeds
from tests.builders_contact import a_reachable_report, logged
from tests.builders_staff import a_member, first_page, noted
from tests.conftest import Clock
from tests.deciders import Team, Typed, a_team
from tests.visitor import Page
from tests.whole import (
    ACT,
    HIM,
    QUESTION,
    VICTIM,
    at,
    filled,
    owned,
    put,
    take_off,
    text_of,
)


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def test_a_button_that_is_pressed_twice_does_it_once(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = owned(app, team, clock)
    for what, typed in (("/person", VICTIM), ("/act", {**ACT, "done_by": ""})):
        page = team.mika.open(at(case, what))
        for _twice in range(2):
            assert team.mika.send(page, at(case, what), typed).status_code == 303
    page = team.mika.open(at(case))
    for _twice in range(2):
        assert team.mika.send(page, at(case, "/question"), QUESTION).status_code == 303
    page = team.mika.open(at(case))
    assert len([one for one in page.all("li") if one.attributes.get("id", "")[:6] == "person"]) == 1
    assert len([one for one in page.all("li") if one.attributes.get("id", "")[:3] == "act"]) == 1
    assert len(page.all("a", href=at(case, "/question/1"))) == 1
    assert not page.all("a", href=at(case, "/question/2"))


def test_a_change_that_is_sent_twice_is_made_once(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = filled(app, team, clock)
    for what, typed in (("/person/1", {"line": "other"}), ("/act/1", {"sentence": "other"})):
        page = team.mika.open(at(case, what))
        for _twice in range(2):
            assert team.mika.send(page, at(case, what), typed).status_code == 303
        page = team.mika.open(at(case, what))
        for _twice in range(2):
            assert team.mika.send(page, at(case, f"{what}/off")).status_code == 303
    page = team.mika.open(at(case, "/question/1"))
    for _twice in range(2):
        sent = team.mika.send(page, at(case, "/question/1"), {"do": "drop"})
        assert sent.status_code == 303


WRONG: tuple[tuple[str, dict[str, str], str], ...] = (
    ("/person", {**VICTIM, "line": " "}, "Please write a name"),
    ("/person", {**VICTIM, "line": "canary" * 30}, "at most 160 characters"),
    ("/person", {**VICTIM, "part": ""}, "which part they play"),
    ("/person", {**VICTIM, "relation": "perpetrator:police"}, "does not fit the part"),
    ("/person", {**VICTIM, "part": "intervening"}, "does not fit the part"),
    ("/act", {**ACT, "tactic": ""}, "what was done"),
    ("/act", {**ACT, "year": "soon"}, "with four digits, for example 2026."),
    ("/act", {**ACT, "month": "13"}, "from 1 to 12"),
    ("/act", {**ACT, "month": ""}, "add the year and the month"),
    ("/act", {**ACT, "day": "32"}, "no such day"),
    ("/act", {**ACT, "year": "2027"}, "still to come"),
    ("/act", {**ACT, "sentence": "canary" * 60}, "at most 280 characters"),
    ("/act", {**ACT, "done_by": "9"}, "took this one off"),
    ("/act", {**ACT, "done_to": "9"}, "took this one off"),
    ("/person/2", {**VICTIM, "line": " "}, "Please write a name"),
    ("/act/1", {**ACT, "year": "25"}, "with four digits"),
    ("/question", {"question": " "}, "Please write the question."),
    ("/question/1", {"do": "answer", "answer": " "}, "or drop the question"),
)


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(
    app: Flask, team: Team, clock: Clock, subtests: pytest.Subtests
) -> None:
    case, _code = filled(app, team, clock)
    for what, typed, sentence in WRONG:
        with subtests.test(sentence, what=what):
            form = "" if what == "/question" else what
            answer = team.mika.send(team.mika.open(at(case, form)), at(case, what), typed)
            assert answer.status_code == 422
            page = Page(answer)
            assert any(sentence in problem for problem in page.problems)
            for name in ("line", "year", "month", "day", "sentence"):
                if typed.get(name):
                    assert page.one("input", name=name).attributes["value"] == typed[name]


@pytest.mark.parametrize(
    ("what", "typed"),
    [
        ("/person", {**VICTIM, "part": "friend"}),
        ("/act", {**ACT, "tactic": "dance"}),
        ("/act", {**ACT, "done_by": "-1"}),
        ("/person/1", {**VICTIM, "versions": "x"}),
    ],
)
def test_what_no_page_of_ours_offers_is_refused(
    app: Flask, team: Team, clock: Clock, what: str, typed: Typed
) -> None:
    case, _code = filled(app, team, clock)
    assert put(team.mika, case, what, typed).status_code == 400


def test_who_did_it_is_entered_by_owner_and_supervisors_alone(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = owned(app, team, clock)
    refused = put(team.sora, case, "/person", HIM)
    assert refused.status_code == 422
    assert "Only the owner of the report, or a supervisor" in refused.text
    assert 'value="canary-him Li Wei"' in refused.text
    assert put(team.sora, case, "/person", VICTIM).status_code == 303
    assert put(team.sora, case, "/person/1", HIM).status_code == 422
    assert put(team.yui, case, "/person", HIM).status_code == 303
    page = team.sora.open(at(case))
    assert page.all("a", href=at(case, "/person/1"))
    assert not page.all("a", href=at(case, "/person/2"))
    assert put(team.sora, case, "/person/2", VICTIM).status_code == 422
    assert take_off(team.sora, case, "/person/2").status_code == 409
    assert put(team.sora, case, "/act", {**ACT, "done_by": "2"}).status_code == 303
    assert take_off(team.mika, case, "/person/2").status_code == 303
    assert "canary-him" in text_of(team.sora.open(at(case)), "acts")


def test_two_at_once_the_second_sees_who_was_quicker_and_loses_nothing(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = filled(app, team, clock)
    slow: dict[str, tuple[Page, Typed, str]] = {
        "/person/2": (team.sora.open(at(case, "/person/2")), VICTIM, "canary-aunt Rahile"),
        "/act/1": (team.sora.open(at(case, "/act/1")), ACT, "canary-sentence"),
        "/question/1": (
            team.sora.open(at(case, "/question/1")),
            {"answer": "canary-answer"},
            "canary-answer",
        ),
    }
    assert put(team.mika, case, "/person/2", {**VICTIM, "line": "x"}).status_code == 303
    assert take_off(team.mika, case, "/act/1").status_code == 303
    assert put(team.mika, case, "/question/1", {"do": "drop"}).status_code == 303
    mika = team.mika.member.id.hex()[:8]
    for what, (page, typed, words) in slow.items():
        late = team.sora.send(page, at(case, what), typed)
        assert late.status_code == 409
        assert "Somebody was quicker" in late.text
        assert mika in late.text or "Mika Sato" in late.text
        assert words in late.text
    for gone in ("/act/1", "/question/1"):
        assert team.sora.client.get(at(case, gone)).status_code == 409


def test_an_entry_of_another_report_does_not_exist_here(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = filled(app, team, clock)
    other, _code = owned(app, team, clock)
    missing = team.mika.client.get("/staff/nowhere")
    token = team.mika.open(at(other)).all("input", name="token")[0].attributes["value"]
    for what in ("/person/1", "/act/1", "/question/1"):
        assert team.mika.client.get(at(case, what)).status_code == 200
        page = team.mika.client.get(at(other, what))
        assert (page.status_code, page.data) == (404, missing.data)
        typed = {**VICTIM, **QUESTION}
        for name, sent in (
            ("/person/1", {**VICTIM, "versions": "1"}),
            ("/act/1", {**ACT, "done_by": "", "versions": "1"}),
            ("/question/1", {"do": "drop"}),
            ("/person/1/off", {"versions": "1"}),
            ("/act/1/off", {"versions": "1"}),
        ):
            answer = team.mika.client.post(at(other, name), data={**sent, "token": token})
            assert (answer.status_code, answer.data) == (404, missing.data), (name, typed)


def test_for_whom_a_report_does_not_exist_no_address_of_it_does(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    case, _code = a_reachable_report(app, clock)
    missing = team.mika.client.get("/staff/nowhere")
    never = "00" * 16
    token = team.mika.open("/staff/").all("input", name="token")[0].attributes["value"]
    for what in ("", "/print", "/person", "/person/1", "/act", "/act/1", "/question/1"):
        for number in (case, never):
            page = team.mika.client.get(at(number, what))
            assert (page.status_code, page.data) == (404, missing.data), what
    for what, typed in (
        ("/person", VICTIM),
        ("/person", {}),
        ("/person/1/off", {}),
        ("/act", ACT),
        ("/act/1/off", {}),
        ("/question", QUESTION),
        ("/question", {}),
        ("/question/1", {"do": "drop"}),
    ):
        for number in (case, never):
            page = team.mika.client.post(at(number, what), data={**typed, "token": token})
            assert (page.status_code, page.data) == (404, missing.data), what
    member = a_member(app, seeds, "Noor Haddad", Role.STEWARD)
    client = app.test_client()
    client.set_cookie("__Host-l", "en")
    first_page(client, member, clock)
    assert client.get(at(case)).status_code == 404
    assert client.get(at(case, "/print")).status_code == 404


def test_what_was_entered_stands_on_the_page(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = filled(app, team, clock)
    page = team.sora.open(at(case))
    people, acts = text_of(page, "people"), text_of(page, "acts")
    assert "1 canary-him Li Wei (said to have done it) · police or state security" in people
    assert "2 canary-aunt Rahile (victim) · family of the reporter" in people
    assert "Threatened by call, message or letter · online or by phone · by 1 canary-him" in acts
    assert "March 14, 2026" in acts
    assert "whose number is it?" in text_of(page, "unknowns")
    for what, words in (("/person/2", VICTIM), ("/act/1", ACT)):
        form = team.mika.open(at(case, what))
        for name in ("line", "year", "month", "day", "sentence"):
            if name in words:
                assert form.one("input", name=name).attributes["value"] == words[name]


def test_what_stood_there_before_stays_in_the_history(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    case, _code = filled(app, team, clock)
    changed = {**VICTIM, "line": "canary-mother", "relation": ""}
    assert put(team.sora, case, "/person/2", changed).status_code == 303
    moved = {**ACT, "day": "", "done_to": "2"}
    assert put(team.sora, case, "/act/1", moved).status_code == 303
    assert take_off(team.mika, case, "/person/1").status_code == 303
    answered = {"answer": "canary-answer a shop", "do": "answer"}
    assert put(team.sora, case, "/question/1", answered).status_code == 303
    page = team.yui.open(at(case))
    assert "canary-him" not in text_of(page, "people")
    assert "March 2026" in text_of(page, "acts")
    assert "No question is open." in text_of(page, "unknowns")
    timeline = text_of(page, "timeline")
    mika, sora = (who.member.id.hex()[:8] for who in (team.mika, team.sora))
    for words in (
        f"Person added · {mika} 2 canary-aunt Rahile (victim)",
        f"Person changed · {sora} 2 canary-mother (victim)",
        f"Person taken off · {mika} 1 canary-him",
        f"Act added · {mika} Threatened",
        f"Act changed · {sora} Threatened",
        f"Open question · {mika} canary-question",
        f"Open question answered · {sora} canary-answer a shop",
    ):
        assert words in timeline
    verbs = [verb for verb in noted(app, seeds, case) if verb.startswith(("fig", "hap", "unk"))]
    assert verbs == [
        *("figure.added", "figure.added", "happened.added", "unknown.asked"),
        *("figure.changed", "happened.changed", "figure.removed", "unknown.answered"),
    ]
    assert "canary" not in logged(app, seeds)


def test_what_is_taken_off_or_dropped_is_in_the_history_too(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    case, _code = filled(app, team, clock)
    assert take_off(team.sora, case, "/act/1").status_code == 303
    assert take_off(team.mika, case, "/person/2").status_code == 303
    choices = team.mika.open(at(case, "/act")).all("option")
    assert not [one for one in choices if one.attributes["value"] == "2"]
    assert put(team.sora, case, "/question/1", {"do": "drop"}).status_code == 303
    page = team.yui.open(at(case))
    sora = team.sora.member.id.hex()[:8]
    assert "No act was entered yet." in text_of(page, "acts")
    assert f"Act taken off · {sora} Threatened" in text_of(page, "timeline")
    assert f"Open question dropped · {sora} canary-question" in text_of(page, "timeline")
    assert {"happened.removed", "unknown.dropped"} <= set(noted(app, seeds, case))
