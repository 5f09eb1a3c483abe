"""Reporters of joined reports write, read how it ended and take their own report back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from reporting import mailbox, withdrawal
from reporting.status import Status
from reporting.withdrawal import Registry
from tests.builders import Seeds
from tests.builders_staff import a_stored_report, the_staff
from tests.conftest import Clock
from tests.deciders import PLAUSIBLE, Team, a_team
from tests.flows.test_joined_reports import AGAIN, STORY, joined, owned, seen, state

CLOSING = {
    **PLAUSIBLE,
    "outcome": "helped",
    "message": "closed_recorded",
}


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def two(app: Flask, clock: Clock) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return two reports of one incident, each with its code; the second is in Japanese."""
    here = a_stored_report(app, clock, story=STORY)
    return here, a_stored_report(app, clock, story=AGAIN, language="ja")


def by_code(app: Flask, clock: Clock, code: str, act: Callable[..., None]) -> None:
    service = the_staff(app).service
    with service.begin() as session:
        until = clock() + timedelta(hours=1)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        act(session, opened, Registry(service.office, service.journal), clock())


def write(app: Flask, clock: Clock, code: str) -> None:
    by_code(
        app,
        clock,
        code,
        lambda session, opened, _log, now: mailbox.write(
            session, opened, "They came back.", "ja", now
        ),
    )


def test_what_a_joined_reporter_writes_reaches_the_owner_and_the_end_reaches_them(
    app: Flask, team: Team, clock: Clock, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, first), (there, second) = two
    joined(team.aiko, there, here)
    owned(team, here)  # and what was joined goes on to casework with it
    assert team.aiko.client.get(f"/staff/case/{there}").status_code == 404
    write(app, clock, second)
    assert "1 has a new message" in team.mika.case(here).response.text
    assert there[:8] in team.mika.open("/staff/list/joined_mail").response.text
    assert there not in team.sora.open("/staff/list/joined_mail").response.text
    assert "They came back." in team.mika.case(there).response.text
    assert "has a new message" not in team.mika.case(here).response.text
    assert team.mika.decide(here, "propose_close", CLOSING).status_code == 303
    write(app, clock, second)
    held = team.yui.decide(here, "approve_close")
    assert (held.status_code, "nobody has read yet" in held.text) == (409, True)
    assert seen(app, clock, second).status is Status.WORKING
    team.mika.case(there)
    assert team.yui.decide(here, "approve_close").status_code == 303
    own, other = seen(app, clock, first), seen(app, clock, second)
    assert (own.status, other.status) == (Status.CLOSED, Status.CLOSED)
    assert "kept safely" in own.messages[-1].text
    assert "安全に保管します" in other.messages[-1].text
    reopened = team.yui.decide(here, "reopen", {"reason": "new_facts"})
    assert reopened.status_code == 303


def test_a_joined_report_that_nobody_leads_goes_to_the_supervisors_and_is_parted(
    app: Flask, team: Team, clock: Clock, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, first), (there, second) = two
    joined(team.aiko, there, here)
    owned(team, here)
    assert there not in team.yui.open("/staff/list/unmerge").response.text
    by_code(app, clock, first, withdrawal.take_back)
    assert seen(app, clock, second).status is Status.WORKING
    assert "Joined, but left alone" in team.yui.open("/staff/").response.text
    assert "Joined, but left alone" not in team.mika.open("/staff/").response.text
    assert there in team.yui.open("/staff/list/unmerge").response.text
    page = team.yui.case(there).response.text
    assert "Nobody leads this report any more" in page
    assert here not in page
    assert team.yui.decide(there, "unmerge", {"reason": "other_gone"}).status_code == 303
    assert state(app, there) == "received"
    assert there in team.ren.open("/staff/list/received").response.text


def test_a_joined_reporter_takes_back_their_own_report_and_no_other(
    app: Flask, team: Team, clock: Clock, two: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    (here, first), (there, second) = two
    joined(team.aiko, there, here)
    by_code(app, clock, second, withdrawal.take_back)
    assert (state(app, here), state(app, there)) == ("received", "withdrawn")
    assert seen(app, clock, first).status is Status.RECEIVED
    assert "joined" not in team.aiko.case(here).one("section", id="links").text
    by_code(app, clock, second, withdrawal.undo)
    assert state(app, there) == "received"
    page = team.aiko.case(there).one("section", id="links").text
    assert ("joined" in page, "The same incident" in page) == (False, True)
