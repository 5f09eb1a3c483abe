"""What the page of a case as a whole says, to whom it is new, and what is left of it on paper."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crypto.roles import Role
from crypto.standing import Stage
from tests.builders import Seeds
from tests.builders_contact import a_reachable_report, told
from tests.builders_staff import a_member, a_stored_report, first_page, noted, send_files
from tests.conftest import Clock
from tests.deciders import URGENT, Decider, Team, Typed, a_team
from tests.multipart import Evidence
from tests.stepping_up import confirm
from tests.whole import VICTIM, ask, at, back, filled, put, text_of, write


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def test_a_colleague_reads_in_one_paragraph_what_it_is_about(
    app: Flask, team: Team, clock: Clock
) -> None:
    answers = {
        "tactics": ("threat.death",),
        "state": ("IR",),
        "need": ("legal",),
        "danger": ("now",),
    }
    case, _code = a_reachable_report(
        app, clock, answers=answers, life="support", kinds=("threat", "family")
    )
    team.aiko.press(case, "take")
    typed = {**URGENT, "harm_soon": "yes", "child": "yes", "states": "IR"}
    page = team.aiko.open(at(case))
    assert "only the form says: somebody may be killed" in text_of(page)
    assert "(only the reporter says so yet)" in text_of(page)
    assert team.aiko.triage(case, "escalate", typed).status_code == 303
    page = team.sora.case(case)
    link = page.one("a", href=at(case))
    assert link.attributes["data-key"] == "w"
    gist = team.sora.open(at(case)).one("p", **{"class": "gist"}).text
    for words in (
        "Urgent",
        "Being worked on since November 24, 2026",
        "Owner: the duty desk.",
        "Due:",
        "What happened: Threatened with death or serious harm; Pressure on family or friends.",
        "State behind it: Iran.",
        "Danger: somebody may be killed, hurt or taken within days; a child is affected.",
        "Language: English.",
        "The reporter wants: A lawyer.",
        "Keep to: No calls or voice mail; First line must not show what it is about.",
        "May be given to: nobody.",
        "In danger to life, may be told: only a support organisation.",
    ):
        assert words in gist
    assert "reporter says so" not in gist
    more = team.sora.open(at(case)).one("p", **{"class": "gist more"}).text
    assert "Grade: none yet." in more
    assert "Files: 0." in more


def test_what_others_did_since_ones_last_look_stands_first(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = filled(app, team, clock)
    assert not team.sora.open(at(case)).all("section", id="new")
    assert put(team.mika, case, "/person", {**VICTIM, "line": "canary-uncle"}).status_code == 303
    assert not team.sora.open(at(case)).all("section", id="new")
    sora = back(app, team.sora, clock, days=3)
    write(app, clock, code)
    sora.press(case, "note", {"text": "\n canary-note of mine\nand more"})
    clock.advance(timedelta(minutes=2))
    page = sora.open(at(case))
    new, before = text_of(page, "new"), text_of(page, "timeline")
    for words in ("New since November 24, 2026", "canary-uncle", "The reporter wrote"):
        assert words in new
    assert new.count("new ") >= 2
    assert "canary-note" not in new
    assert "canary-uncle" not in before
    assert "canary-note of mine" in before
    assert "and more" not in before
    assert "canary-written" not in text_of(page)
    assert "canary-uncle" in text_of(sora.open(at(case)), "new")


def test_what_is_new_for_one_is_not_for_another(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = filled(app, team, clock)
    clock.advance(timedelta(minutes=2))
    assert not team.sora.open(at(case)).all("section", id="new")
    yui = back(app, team.yui, clock, days=1)
    yui.press(case, "note", {"text": "canary-note of hers"})
    clock.advance(timedelta(minutes=2))
    assert not yui.open(at(case)).all("section", id="new")
    sora = back(app, team.sora, clock, days=1)
    assert "canary-note of hers" in text_of(sora.open(at(case)), "new")
    yui = back(app, team.yui, clock, days=1)
    assert "Nothing is new since November 25, 2026" in text_of(yui.open(at(case)))


def test_looking_is_an_opening_and_no_message_counts_as_read_by_it(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    case, code = a_reachable_report(app, clock)
    write(app, clock, code)
    for what in ("", "", "/print", "/person"):
        team.aiko.open(at(case, what))
    assert noted(app, seeds, case) == [
        *("case.received", "case.opened", "case.opened", "case.opened", "case.printed"),
        "case.opened",
    ]
    assert len(told(app, code, clock)) == 1
    team.aiko.case(case)
    assert noted(app, seeds, case)[-1] == "message.read"
    assert len(told(app, code, clock)) == 2


def test_on_probation_it_counts_as_one_of_the_reports_of_a_day(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    client.set_cookie("__Host-l", "en")
    cases = [a_stored_report(app, clock)[0] for _ in range(21)]
    first_page(
        client, a_member(app, seeds, "Nao Ueda", Role.REVIEWER, stage=Stage.PROBATION), clock
    )
    for case in cases[:20]:
        assert client.get(at(case)).status_code == 200
    assert client.get(at(cases[0], "/print")).status_code == 200
    assert client.get(f"/staff/case/{cases[0]}").status_code == 200
    for what in ("", "/print", "/person"):
        assert client.get(at(cases[20], what)).status_code == 429


def taken_over(app: Flask, team: Team, clock: Clock) -> tuple[str, str]:
    case, code = a_reachable_report(app, clock, life="support", kinds=("physical", "family"))
    team.aiko.press(case, "take")
    found = {**URGENT, "harm_soon": "yes"}
    assert team.aiko.triage(case, "escalate", found).status_code == 303
    assert team.mika.press(case, "take-over").status_code == 303
    for who in (team.mika, team.sora, team.yui):
        confirm(app, who.client, clock)
    return case, code


def told_outside(team: Team, case: str) -> None:
    """Let two people sign that somebody outside is told."""
    plan: Typed = {
        "to": "helper",
        "called": "canary-shelter",
        "items": ["danger"],
        "why": "canary-why",
    }
    address = f"/staff/case/{case}/emergency"
    team.mika.send(team.mika.open(address), address, plan)
    number = team.yui.open(address).all("input", name="plan")[0].attributes["value"]
    team.yui.send(team.yui.open(address), f"{address}/sign", {"plan": number})


def ask_contact(team: Team, case: str) -> str:
    """Let Mika ask to read the ways of contact; return the number of what was asked."""
    address = f"/staff/case/{case}/contact"
    why = {"reason": "arrange", "why": "canary-why"}
    assert team.mika.send(team.mika.open(address), address, why).status_code == 303
    return team.sora.open(address).all("input", name="ask")[0].attributes["value"]


def answer_contact(team: Team, case: str, number: str, agrees: str) -> None:
    address = f"/staff/case/{case}/contact"
    said = {"ask": number, "agrees": agrees}
    sent = team.sora.send(team.sora.open(address), f"{address}/second", said)
    assert sent.status_code == 303


def test_second_people_are_in_the_timeline(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = taken_over(app, team, clock)
    told_outside(team, case)
    answer_contact(team, case, ask_contact(team, case), "no")
    clock.advance(timedelta(minutes=1))
    number = ask_contact(team, case)
    answer_contact(team, case, number, "yes")
    address = f"/staff/case/{case}/contact"
    opened = team.mika.send(team.mika.open(address), f"{address}/open", {"ask": number})
    assert opened.status_code == 200
    shown = text_of(team.sora.open(at(case)), "timeline")
    mika = team.mika.member.id.hex()[:8]
    for words in (
        "Emergency: somebody wants to tell: A support organisation",
        "Emergency: signed by a second person, to tell: A support organisation",
        f"Asked to read how to reach the reporter: Help has to be arranged with them · {mika}",
        "Agreed that a colleague reads how to reach the reporter",
        "Did not agree that a colleague reads how to reach the reporter",
        f"Read how to reach the reporter: Help has to be arranged with them · {mika}",
    ):
        assert words in shown
    assert "canary" not in shown


def test_what_is_urgent_is_opened_first_and_the_timeline_says_by_whom(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = taken_over(app, team, clock)
    address = f"/staff/case/{case}/contact"
    first = {"reason": "danger", "why": "canary-why", "do": "open"}
    assert team.mika.send(team.mika.open(address), address, first).status_code == 200
    shown = text_of(team.sora.open(at(case)), "timeline")
    mika = team.mika.member.id.hex()[:8]
    assert f"Read how to reach the reporter: Somebody may be in danger · {mika}" in shown


def end_tasks(who: Decider, case: str, clock: Clock) -> None:
    """Give two tasks; end one as done, and the other as not needed any more."""
    task = {"kind": "call_back", "text": "canary-task", "due": clock().date().isoformat()}
    address = f"/staff/case/{case}/task"
    for _each in range(2):
        assert who.send(who.open(address), address, task).status_code == 303
    for number, done in ((1, "yes"), (2, "no")):
        form = f"{address}/{number}"
        assert who.send(who.case(case), form, {"done": done}).status_code == 303


def test_what_was_said_and_done_is_in_the_timeline(app: Flask, team: Team, clock: Clock) -> None:
    case, code = filled(app, team, clock)
    mika = team.mika
    end_tasks(mika, case, clock)
    mika.press(case, "reply", {"text": "When was it?", "asks": "yes"})
    mika.press(case, "reply", {"text": "We are here."})
    clock.advance(timedelta(minutes=2))
    write(app, clock, code)
    mika.press(case, "translation", {"text": "canary-translation"})
    send_files(mika.client, case, Evidence("canary-name.jpg", b"\xff\xd8 x", "image/jpeg"))
    send_files(mika.client, case, Evidence("canary.bin", b"x", "canary/li-wei"))
    handover = {"done": "canary-done", "promised": "Nothing.", "next": "Ask."}
    assert mika.decide(case, "release", handover).status_code == 303
    shown = text_of(team.sora.open(at(case)), "timeline")
    for words in (
        *("March 14, 2026", "The report came in", "New task: Call or write back"),
        *("canary-task", "Task done", "Task not needed any more", "Question to the reporter"),
        *("The reporter answered", "Message to the reporter", "Translation of the story: English"),
        *("File to the reporter: a picture", "File to the reporter: a file", "Handover note"),
        *("canary-done", "Give back to the team"),
    ):
        assert words in shown
    for never in ("canary-written", "When was it?", "canary-translation", "canary-name", "li-wei"):
        assert never not in shown
    assert "The reporter wrote" not in shown
    days = [one.text for one in team.sora.open(at(case)).all("p", **{"class": "when"})]
    assert days[0] == "March 14, 2026"


def test_on_paper_nobody_has_a_name(app: Flask, seeds: Seeds, team: Team, clock: Clock) -> None:
    case, _code = filled(app, team, clock)
    note = "Li Wei rang Rahile on +81 90-1234-5678, write to canary@example.org; Mika saw it"
    assert team.mika.press(case, "note", {"text": note}).status_code == 303
    wrote = {"question": "Does li wei know Mika Sato? 090-1234-5678"}
    assert ask(team.mika, case, wrote).status_code == 303
    renamed = {**VICTIM, "line": "canary-mother 李伟明"}
    assert put(team.mika, case, "/person/2", renamed).status_code == 303
    assert team.sora.press(case, "note", {"text": "昨天李伟来了"}).status_code == 303
    page = team.yui.open(at(case, "/print"))
    assert "Printed by Yui Kato on November 24, 2026. Destroy it after the meeting." in text_of(
        page
    )
    shown = page.one("main").text.replace("Printed by Yui Kato", "")
    for words in ("Person 1 (said to have done it)", "Person 2 (victim)", "Colleague 1", "[•••]"):
        assert words in shown
    for name in (
        "Li Wei",
        "li wei",
        "Rahile",
        "canary-aunt",
        "canary-him",
        "canary-mother",
        "李伟",
    ):
        assert name not in shown
    for other in ("1234", "example.org", "Mika", "Sora", "Aiko", "Yui", "They called"):
        assert other not in shown
    for member in (team.mika, team.sora, team.yui, team.aiko):
        assert member.member.id.hex()[:8] not in shown
    assert not page.all("script")
    assert noted(app, seeds, case)[-1] == "case.printed"


def test_the_page_with_names_is_not_for_paper(app: Flask, team: Team, clock: Clock) -> None:
    case, _code = filled(app, team, clock)
    page = team.yui.open(at(case))
    (kept,) = [one for one in page.all("div") if one.attributes.get("class") == "never-paper"]
    for one in page.within("main"):
        if "canary" in one.text:
            assert kept in one.around or one is kept
