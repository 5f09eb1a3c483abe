import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from admin.leaving import Item
from crypto.roles import Role
from reporting.settings import Settings
from tests.builders_people import Team, a_team, let_in
from tests.builders_staff import StaffMember, first_page, token_of
from tests.conftest import Clock
from tests.stepping_up import confirm


@pytest.fixture
def team(settings: Settings, clock: Clock) -> Iterator[Team]:
    with a_team(settings, clock) as founded:
        yield founded


@pytest.fixture
def jun(team: Team) -> StaffMember:
    return let_in(team, "Jun Hara", Role.REVIEWER)


def desk(team: Team, person: StaffMember) -> FlaskClient:
    """Return somebody's browser, in English, signed in."""
    browser = team.app.test_client()
    browser.set_cookie("__Host-l", "en")
    first_page(browser, person, team.clock)
    confirm(team.app, browser, team.clock)
    return browser


def post(browser: FlaskClient, page: str, path: str, **fields: object) -> str:
    token = token_of(browser.get(page))
    answer = browser.post(page + path, data={"token": token, **fields})
    return answer.headers.get("Location", answer.text)


def test_somebody_is_let_go_and_two_managers_see_to_the_rest(team: Team, jun: StaffMember) -> None:
    page = f"/staff/people/{jun.id.hex()}/leaving"
    hers, reader = desk(team, team.aiko), desk(team, jun)
    assert f'href="{page}"' in hers.get(f"/staff/people/{jun.id.hex()}").text
    assert "Let them go, now" in hers.get(page).text
    assert post(hers, page, "") == page
    assert reader.get("/staff/").headers["Location"] == "/staff/sign-in"
    shown = hers.get(page).text
    assert "They were let go." in shown
    assert "Once everything is ticked" in shown
    assert post(hers, page, "/list", items=["devices", "secrecy"]) == page
    assert len(re.findall(r" checked>", hers.get(page).text)) == 2
    assert "still open" in post(hers, page, "/confirm")
    post(hers, page, "/list", items=list(Item))
    assert "Another roster manager confirms" in hers.get(page).text
    assert "neither begun nor ticked" in post(hers, page, "/confirm")
    his = desk(team, team.daniel)
    assert "I confirm that all of this is done" in his.get(page).text
    assert post(his, page, "/confirm") == page
    assert "Everything is seen to." in hers.get(page).text
    assert f'href="{page}"' in hers.get(f"/staff/people/{jun.id.hex()}").text


def test_for_everybody_else_the_page_does_not_exist(team: Team, jun: StaffMember) -> None:
    page = f"/staff/people/{team.sora.id.hex()}/leaving"
    browser = desk(team, jun)
    assert browser.get(page).status_code == 404
    token = token_of(browser.get("/staff/"))
    for path in ("", "/list", "/confirm"):
        assert browser.post(page + path, data={"token": token}).status_code == 404


def test_a_list_that_was_not_begun_is_begun_on_the_page(team: Team, jun: StaffMember) -> None:
    browser = desk(team, team.aiko)
    person = f"/staff/people/{jun.id.hex()}"
    token = token_of(browser.get(f"{person}/remove"))
    once = re.search(r'name="once" value="([0-9a-f]+)"', browser.get(f"{person}/remove").text)
    assert once
    fields = {"token": token, "once": once[1], "name": "Jun Hara"}
    assert browser.post(f"{person}/remove", data=fields).status_code == 303
    assert "Begin the list" in browser.get(f"{person}/leaving").text
    post(browser, f"{person}/leaving", "")
    assert "Tick what is done" in browser.get(f"{person}/leaving").text
