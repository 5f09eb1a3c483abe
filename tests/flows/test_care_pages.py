"""What somebody read today is for them alone, and a lighter report is one button away."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from reporting import intake
from tests.builders import Seeds, a_report
from tests.builders_staff import a_stored_report, send_files, taken_out, the_staff
from tests.conftest import Clock
from tests.deciders import Decider, Team, a_team
from tests.multipart import Evidence

LETTER = Evidence("what you can do.pdf", b"%PDF-1.7 canary of a letter", "application/pdf")


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def urgent(app: Flask, clock: Clock) -> str:
    """Store an urgent report; return its number in hex."""
    report = replace(a_report(), answers={"kinds": ("threat",), "danger": ("now",)})
    service = the_staff(app).service
    sealed = intake.prepare(report, service.desk, clock())
    with service.begin() as session:
        intake.store(session, sealed)
    return bytes(sealed.case["id"]).hex()  # type: ignore[arg-type]


def care(who: Decider, page: str = "/staff/me") -> str:
    return " ".join(one.text for one in who.open(page).all("aside"))


def lighter(who: Decider) -> str:
    sent = who.send(who.open("/staff/"), "/staff/next/lighter")
    return sent.headers.get("Location", sent.text)


def test_what_somebody_read_today_is_shown_to_them_and_to_nobody_else(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    assert care(team.ren) == ""
    assert send_files(team.aiko.client, case, LETTER).status_code == 303
    page = team.ren.case(case)
    (link,) = (a.attributes["href"] for a in page.all("a") if "/file/" in a.attributes["href"])
    assert taken_out(team.ren.client, link).status_code == 200
    for address in ("/staff/me", "/staff/"):
        assert "1 report, of them heavy: 1 · 1 file" in care(team.ren, address)
    for other in (team.yui, team.kenji, team.aiko):
        for address in ("/staff/me", "/staff/", "/staff/people"):
            assert "of them heavy" not in other.open(address).response.text
    for address in ("/staff/reading", "/staff/figures"):
        text = team.yui.open(address).response.text
        assert "of them heavy" not in text
        assert team.ren.member.id.hex()[:8] not in text


def test_after_twelve_heavy_ones_a_break_is_offered_and_nothing_is_blocked(
    app: Flask, team: Team, clock: Clock
) -> None:
    cases = [urgent(app, clock) for _ in range(13)]
    for case in cases[:11]:
        team.ren.case(case)
    assert "A break?" not in care(team.ren)
    team.ren.case(cases[11])
    assert "A break? You have read 12 heavy reports." in care(team.ren, "/staff/")
    team.ren.case(cases[12])
    clock.advance(timedelta(minutes=20))
    vars(team.ren).pop("client")
    assert "A break?" not in care(team.ren)
    assert "13 reports" in care(team.ren)


def test_after_ninety_minutes_a_break_is_offered(app: Flask, team: Team, clock: Clock) -> None:
    for _ in range(10):
        case, _code = a_stored_report(app, clock)
        team.ren.case(case)
        clock.advance(timedelta(minutes=10))
    case, _code = a_stored_report(app, clock)
    team.ren.case(case)
    assert "A break? You have read for 100 minutes." in care(team.ren)


def test_lighter_next_is_neither_urgent_nor_with_files(
    app: Flask, team: Team, clock: Clock
) -> None:
    urgent(app, clock)
    heavy, _code = a_stored_report(app, clock)
    assert send_files(team.aiko.client, heavy, LETTER).status_code == 303
    assert "Nothing waits for you" in lighter(team.ren)
    light, _code = a_stored_report(app, clock)
    assert lighter(team.ren) == f"/staff/case/{light}"
    assert "Nothing waits for you" in lighter(team.ren)
    a_stored_report(app, clock)
    page = team.ren.open("/staff/")
    (first, again) = (team.ren.send(page, "/staff/next/lighter") for _twice in range(2))
    assert first.headers["Location"].startswith("/staff/case/")
    assert again.headers["Location"] == "/staff/list/mine"


def test_figures_are_for_who_leads_and_name_no_person(app: Flask, team: Team, clock: Clock) -> None:
    urgent(app, clock)
    page = team.yui.open("/staff/figures").one("main").text
    assert "Inside the team only." in page
    assert "10,000" in page
    assert "urgent" in page.lower()
    assert not team.ren.open("/staff/").all("a", href="/staff/figures")
    assert team.yui.open("/staff/").all("a", href="/staff/figures")
    assert team.ren.client.get("/staff/figures").status_code == 404
    # A minute old at most: then a new report is in it.
    (first, *_others) = team.yui.open("/staff/figures").all("dd")
    urgent(app, clock)
    assert team.yui.open("/staff/figures").all("dd")[0].text == first.text == "1"
    clock.advance(timedelta(minutes=1))
    assert team.yui.open("/staff/figures").all("dd")[0].text == "2"


def test_figures_of_the_team_stay_on_their_page(app: Flask, team: Team, clock: Clock) -> None:
    urgent(app, clock)
    for asked in ("/staff/figures", "/staff/figures?format=csv"):
        answer = team.yui.client.get(asked, headers={"Accept": "text/csv, application/json"})
        assert answer.mimetype == "text/html"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Content-Disposition" not in answer.headers
        assert "Inside the team only." in answer.text
    # Nothing on it leads to a file, and no other address of the staff hands figures out.
    inside = [one.tag for one in team.yui.open("/staff/figures").within("main")]
    assert not {"a", "form", "button", "table"} & set(inside)
    ours = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff")]
    assert [rule for rule in ours if "figures" in rule] == ["/staff/figures"]
