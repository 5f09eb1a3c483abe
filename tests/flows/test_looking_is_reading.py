"""Every page on which something of a report stands counts as reading it, and its reporter is told.

A page that shows nothing of a report is named here, so that a new one is thought about.
"""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from admin.tripwires import LIMITS, Kind
from reporting.models import TraceRow
from tests.builders import Seeds
from tests.builders_staff import the_staff, token_of
from tests.conftest import Clock
from tests.deciders import CALM, Decider, Team, a_team
from tests.evidence import PHOTO, Sent, a_report_with, numbers_on, press
from tests.metered import counted, has_read
from tests.stepping_up import confirm
from tests.walks import on_one

ADDRESS = "/staff/case/<case:case>"
# They show the words of a form alone, or what was done a moment ago.
SHOW_NOTHING = {
    *("check", "done/<move:move>", "flood", "flood/done/<left:left>", "keep", "skip", "task"),
    "unmask",
}
# Somebody asks for these on a page that counts, and without having asked there is nothing there.
ASKED_FOR = {f"evidence/<file:file>/{what}" for what in ("shown", "grey", "colour")}
# These are looked at in tests of their own, which need more of a report than there is here.
ELSEWHERE = {
    *("compare/<case:other>", "words/<draft:draft>", "whole/person/<row:number>"),
    *("whole/act/<row:number>", "whole/question/<row:number>", "hand"),
}
COUNTED = {
    "": "",
    "contact": "contact",
    "decide/<move:move>": "decide/propose_close",
    "emergency": "emergency",
    "evidence": "evidence",
    "evidence/<file:file>/blurred": "evidence/{file}/blurred",
    "file/<file:file>": "file/{file}",
    "grade": "grade",
    "hold": "hold",
    "identifiers": "identifiers",
    "interpreter": "interpreter",
    "known": "known",
    "links": "links",
    "whole": "whole",
    "whole/act": "whole/act",
    "whole/person": "whole/person",
    "whole/print": "whole/print",
    "whole/print/described": "whole/print/described",
}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def sent(app: Flask, team: Team) -> Sent:
    """Send a report with a picture, which Mika takes on."""
    found = a_report_with(app, PHOTO)
    team.aiko.press(found.case, "take")
    assert team.aiko.triage(found.case, "accept", CALM).status_code == 303
    assert team.mika.decide(found.case, "assign").status_code == 303
    assert press(team.mika.client, found, "clean").status_code == 303
    return found


def told(app: Flask) -> int:
    with the_staff(app).service.read() as session:
        return session.scalars(select(func.count()).select_from(TraceRow)).one()


def forget(app: Flask) -> None:
    """Take away what the reporter was told, so that the next page has to tell it."""
    with the_staff(app).service.begin() as session:
        session.execute(delete(TraceRow))


def pages(who: Decider, sent: Sent) -> dict[str, str]:
    """Return the pages that count, each by its address."""
    at = f"/staff/case/{sent.case}"
    (file,) = numbers_on(who.open(f"{at}/evidence"))
    return {name: f"{at}/{rest.format(file=file)}".rstrip("/") for name, rest in COUNTED.items()}


def test_no_page_of_a_report_is_forgotten_here(app: Flask) -> None:
    known = COUNTED.keys() | SHOW_NOTHING | ASKED_FOR | ELSEWHERE
    found = {
        rule.rule.removeprefix(ADDRESS).removeprefix("/")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ADDRESS) and "GET" in (rule.methods or ())
    }
    assert found == known


@on_one
def test_every_page_with_something_of_a_report_tells_its_reporter(
    app: Flask, team: Team, sent: Sent, clock: Clock
) -> None:
    confirm(app, team.yui.client, clock)
    for name, address in pages(team.mika, sent).items():
        forget(app)
        assert team.yui.client.get(address).status_code == 200, name
        assert told(app) == 1, name
    assert counted(app, team.yui.member.id, Kind.STORIES, clock) == 1
    check = f"/staff/case/{sent.case}/check"
    forget(app)
    assert team.yui.client.get(check).status_code == 200
    assert told(app) == 0


@on_one
def test_every_page_with_something_of_a_report_is_refused_at_the_limit(
    app: Flask, team: Team, sent: Sent, clock: Clock
) -> None:
    addresses = pages(team.mika, sent)
    addresses.pop("hold")  # it asks for a second factor before anything else
    has_read(app, team.yui.member.id, Kind.STORIES, clock)
    forget(app)
    token = token_of(team.yui.client.get("/staff/me"))
    for name, address in addresses.items():
        answer = team.yui.client.get(address)
        assert answer.status_code == 429, name
    checked = addresses["evidence/<file:file>/blurred"].replace("/blurred", "/check")
    assert team.yui.client.post(checked, data={"token": token}).status_code == 429
    assert told(app) == 0
    assert counted(app, team.yui.member.id, Kind.STORIES, clock) == LIMITS[Kind.STORIES]
