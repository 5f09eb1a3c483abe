"""What is told of more often than before, through HTTP, with the reports behind it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from admin import cards
from admin.recusal import Card
from forms.answers import Answers
from reporting import intake
from tests.builders import Seeds, a_report
from tests.builders_cases import a_card
from tests.builders_staff import noted, the_staff
from tests.conftest import Clock
from tests.deciders import Decider, Team, a_team, at_work
from tests.visitor import Page

CAMPAIGNS = "/staff/campaigns"
LINE: Answers = {"kinds": ("threat",), "state": ("IR",), "channel": ("line",)}
UNTOLD: Answers = {"kinds": ("surveil",), "state": ("CN",)}


@pytest.fixture
def said(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> dict[str, Card]:
    """Return the cards of people by their names, for tests to fill in; nobody else has a tie."""
    found: dict[str, Card] = {}
    monkeypatch.setattr(
        cards, "own", lambda _session, ring, *_about: found.get(ring.person.name, a_card(clock))
    )
    return found


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock, said: dict[str, Card]) -> Team:
    assert said == {}
    return a_team(app, seeds, clock)


def send(app: Flask, clock: Clock, answers: Answers, count: int) -> list[str]:
    """Store reports; return their numbers in hex."""
    service, found = the_staff(app).service, []
    for _ in range(count):
        report = replace(a_report(), answers=answers)
        sealed = intake.prepare(report, service.desk, clock())
        with service.begin() as session:
            intake.store(session, sealed)
        found.append(bytes(sealed.case["id"]).hex())  # type: ignore[arg-type]
    return found


def told_in(page: Page) -> dict[str, str]:
    """Return what each pattern on the page is called, and the text of its section."""
    sections = [one for one in page.all("section") if "card" in one.attributes.get("class", "")]
    heads = page.all("h2")
    return {
        next(one.text for one in heads if section in one.around): section.text
        for section in sections
    }


def cases_in(page: Page) -> list[str]:
    links = [one.attributes["href"] for one in page.all("a")]
    return [link.rpartition("/")[2] for link in links if link.startswith("/staff/case/")]


def later(app: Flask, who: Decider, clock: Clock, weeks: int) -> Decider:
    clock.advance(timedelta(weeks=weeks))
    return at_work(app, who.member, clock)


def test_what_rises_comes_first_with_the_reports_behind_it(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    before = send(app, clock, LINE, 1) + send(app, clock, UNTOLD, 3)
    yui = later(app, team.yui, clock, 5)
    now = send(app, clock, LINE, 4)
    page = yui.open(CAMPAIGNS)
    first, second = told_in(page)
    assert first == "Iran · Threats and warnings · LINE"
    assert "Rising. Last 4 weeks: 4. The 8 weeks before: 1." in told_in(page)[first]
    assert "China" in second
    assert second.endswith("the way is not told")
    assert "Last 4 weeks: 0. The 8 weeks before: 3." in told_in(page)[second]
    assert "Rising" not in told_in(page)[second]
    assert sorted(cases_in(page)) == sorted(before + now)
    assert yui.case(now[0]).response.status_code == 200
    assert "campaigns.viewed" in noted(app, seeds, "")


def test_one_tactic_rises_whichever_state_is_behind_it(
    app: Flask, team: Team, said: dict[str, Card], clock: Clock
) -> None:
    refused: Answers = {"kinds": ("documents",), "tactics": ("documents.refused",)}
    sent = [
        case
        for state in ("CN", "IR", "RU")
        for case in send(app, clock, {**refused, "state": (state,)}, 1)
    ]
    page = team.yui.open(CAMPAIGNS)
    ((head, told),) = told_in(page).items()
    assert head.endswith("\u00b7 all states together")
    assert head.startswith("Passport")
    assert "Rising. Last 4 weeks: 3. The 8 weeks before: 0." in told
    assert "Nothing is told of" not in page.one("main").text
    assert "until somebody works on them again" not in page.one("main").text
    assert sorted(cases_in(page)) == sorted(sent)
    said["Kenji Abe"] = replace(a_card(clock), states=frozenset({"IR"}))
    hidden = team.kenji.open(CAMPAIGNS)
    assert told_in(hidden) == {}
    assert not any(case in hidden.response.text for case in sent)


def test_two_reports_are_no_pattern(app: Flask, team: Team, clock: Clock) -> None:
    send(app, clock, LINE, 2)
    page = team.yui.open(CAMPAIGNS)
    assert told_in(page) == {}
    assert "Nothing is told of by 3 reports or more." in page.one("main").text


def test_whoever_is_recused_sees_neither_the_pattern_nor_that_there_are_such_reports(
    app: Flask, team: Team, said: dict[str, Card], clock: Clock
) -> None:
    shown = send(app, clock, UNTOLD, 3)
    said["Kenji Abe"] = replace(a_card(clock), states=frozenset({"IR"}))
    without = team.kenji.open(CAMPAIGNS).one("main").text
    hidden = send(app, clock, LINE, 3)
    page = team.kenji.open(CAMPAIGNS)
    assert page.one("main").text == without
    assert sorted(cases_in(page)) == sorted(shown)
    assert not any(case in page.response.text for case in hidden)
    both = team.yui.open(CAMPAIGNS)
    assert sorted(cases_in(both)) == sorted(shown + hidden)


def test_it_is_for_casework_alone(app: Flask, team: Team, clock: Clock) -> None:
    send(app, clock, LINE, 3)
    missing = team.ren.client.get("/staff/nowhere")
    page = team.ren.client.get(CAMPAIGNS)
    assert (page.status_code, page.data) == (404, missing.data)
