import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from admin.models import Alert
from crypto.roles import Role
from tests.arrivals import seat_founders
from tests.builders import Seeds
from tests.builders_staff import (
    PASSPHRASE,
    StaffMember,
    a_member,
    a_reviewer,
    a_stored_report,
    an_auditor,
    first_page,
    flipped,
    sign_in,
    the_staff,
    token_of,
    type_passphrase,
)
from tests.conftest import Clock

SECOND = "four brown otters under a wooden bridge"
THIRD = "nine silver kettles beside the harbour"


@pytest.fixture
def aiko(app: Flask, seeds: Seeds) -> StaffMember:
    seat_founders(app, seeds)
    return a_reviewer(app, seeds)


@pytest.fixture
def browser(client: FlaskClient, aiko: StaffMember, clock: Clock) -> FlaskClient:
    """Aiko's browser, in English, signed in."""
    client.set_cookie("__Host-l", "en")
    sign_in(client, aiko, clock)
    return client


def another(app: Flask) -> FlaskClient:
    made = app.test_client()
    made.set_cookie("__Host-l", "en")
    return made


def send(browser: FlaskClient, page: str, current: str, chosen: str) -> str:
    """Type a passphrase, and a new one twice; return where it leads, or what is wrong."""
    token = token_of(browser.get(page))
    fields = {"token": token, "current": current, "chosen": chosen, "again": chosen}
    answer = browser.post(page, data=fields)
    return answer.headers.get("Location", answer.text)


def plain(page: str) -> str:
    """Return a page without what differs each time it is shown."""
    return re.sub(r'value="[0-9a-f]{16,32}"', "", page)


def test_the_desk_of_somebody_forced_is_an_empty_one_like_any_other(
    app: Flask, browser: FlaskClient, aiko: StaffMember, clock: Clock
) -> None:
    empty = plain(browser.get("/staff/").text)
    no_reports = plain(browser.get("/staff/list/received").text)
    assert "Nothing is waiting." in no_reports
    case, _code = a_stored_report(app, clock)
    assert case[:8] in browser.get("/staff/list/received").text
    assert send(browser, "/staff/me/force", PASSPHRASE, SECOND) == "/staff/me/kept"
    forced = another(app)
    assert plain(first_page(forced, replace(aiko, passphrase=SECOND), clock).text) == empty
    assert plain(forced.get("/staff/list/received").text) == no_reports
    nothing = forced.post("/staff/next", data={"token": token_of(forced.get("/staff/"))})
    assert "Nothing waits for you at the moment." in nothing.text
    nowhere = forced.get("/staff/case/" + "0" * 32)
    there = forced.get(f"/staff/case/{case}")
    assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)
    assert there.status_code == 404
    # Her own browser, which was signed in, is not any more.
    assert browser.get("/staff/").headers["Location"] == "/staff/sign-in"
    first_page(browser, aiko, clock)
    assert plain(browser.get("/staff/list/received").text) == no_reports


def test_a_supervisor_reads_who_was_forced_and_takes_the_warning_away(
    app: Flask, seeds: Seeds, browser: FlaskClient, aiko: StaffMember, clock: Clock
) -> None:
    mei = a_member(app, seeds, "Mei", Role.SUPERVISOR)
    send(browser, "/staff/me/force", PASSPHRASE, SECOND)
    first_page(another(app), replace(aiko, passphrase=SECOND), clock)
    desk = another(app)
    page = first_page(desk, mei, clock).text
    assert "Somebody may be forcing Aiko Mori" in page
    found = re.search(r"/staff/alerts/[0-9a-f]{32}/seen", page)
    assert found
    answer = desk.post(found[0], data={"token": token_of(desk.get("/staff/"))})
    assert answer.headers["Location"] == "/staff/"
    assert "Somebody may be forcing" not in desk.get("/staff/").text
    again = desk.post(found[0], data={"token": token_of(desk.get("/staff/"))})
    assert again.status_code == 404


def test_a_warning_that_was_altered_is_a_warning(
    app: Flask, seeds: Seeds, browser: FlaskClient, aiko: StaffMember, clock: Clock
) -> None:
    mei = a_member(app, seeds, "Mei", Role.SUPERVISOR)
    send(browser, "/staff/me/force", PASSPHRASE, SECOND)
    first_page(another(app), replace(aiko, passphrase=SECOND), clock)
    with the_staff(app).service.begin() as session:
        session.execute(update(Alert).values(content_sealed=flipped(b"a box")))
    assert "A warning for you was altered" in first_page(another(app), mei, clock).text


def test_an_auditor_who_is_forced_shows_an_empty_log(
    app: Flask, seeds: Seeds, aiko: StaffMember, clock: Clock
) -> None:
    ren, desk = an_auditor(app, seeds), another(app)
    assert aiko.id != ren.id
    assert "signed in" in first_page(desk, ren, clock).text
    send(desk, "/staff/me/force", PASSPHRASE, SECOND)
    forced = another(app)
    assert "signed in" not in first_page(forced, replace(ren, passphrase=SECOND), clock).text
    assert forced.get("/staff/audit").status_code == 200


def test_what_is_wrong_with_a_passphrase_is_said_on_its_own_page(browser: FlaskClient) -> None:
    for page in ("/staff/me/force", "/staff/me/passphrase"):
        assert "is not right" in send(browser, page, "not what she chose, I am afraid", SECOND)
        assert "unlike your other passphrase" in send(browser, page, PASSPHRASE, PASSPHRASE)
        assert "too easy to guess" in send(browser, page, PASSPHRASE, "passwordpassword")
        assert "Please type the passphrase you use now" in send(browser, page, "", SECOND)
    assert "Please type a new passphrase" in send(browser, "/staff/me/passphrase", PASSPHRASE, "")


def test_a_passphrase_is_changed_on_its_page(
    app: Flask, browser: FlaskClient, aiko: StaffMember, clock: Clock
) -> None:
    assert send(browser, "/staff/me/passphrase", PASSPHRASE, THIRD) == "/staff/me/kept"
    assert "This is kept" in browser.get("/staff/me/kept").text
    assert type_passphrase(another(app), aiko.name, PASSPHRASE).status_code == 422
    assert "Next report" in first_page(another(app), replace(aiko, passphrase=THIRD), clock).text


def test_a_second_passphrase_is_taken_away_by_leaving_it_empty(
    app: Flask, browser: FlaskClient, aiko: StaffMember
) -> None:
    send(browser, "/staff/me/force", PASSPHRASE, SECOND)
    assert type_passphrase(another(app), aiko.name, SECOND).status_code == 303
    assert send(browser, "/staff/me/force", PASSPHRASE, "") == "/staff/me/kept"
    assert type_passphrase(another(app), aiko.name, SECOND).status_code == 422


def test_the_list_of_people_of_somebody_forced_has_only_themself(
    app: Flask, seeds: Seeds, aiko: StaffMember, clock: Clock
) -> None:
    mei = a_member(app, seeds, "Mei", Role.SUPERVISOR, manages=True)
    desk = another(app)
    first_page(desk, mei, clock)
    assert aiko.id.hex() in desk.get("/staff/people").text
    assert "Ask somebody to join" in desk.get("/staff/people").text
    assert send(desk, "/staff/me/force", PASSPHRASE, SECOND) == "/staff/me/kept"
    forced = another(app)
    first_page(forced, replace(mei, passphrase=SECOND), clock)
    people = forced.get("/staff/people").text
    assert "Mei" in people
    assert len(re.findall(r'href="/staff/people/[0-9a-f]{32}"', people)) == 1
    for told in ("Ask somebody to join", "still on its way", "not there yet", "keep them until"):
        assert told not in people
    assert forced.get(f"/staff/people/{mei.id.hex()}").status_code == 200
    assert forced.get(f"/staff/people/{aiko.id.hex()}").status_code == 404
    assert forced.get("/staff/people/invite").status_code == 404


def test_searching_and_checking_finds_nothing_for_an_auditor_who_is_forced(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    ren, desk = an_auditor(app, seeds), another(app)
    first_page(desk, ren, clock)
    fields = {"token": token_of(desk.get("/staff/audit/found"))}
    assert "<td" in desk.post("/staff/audit/found", data=fields).text
    send(desk, "/staff/me/force", PASSPHRASE, SECOND)
    forced = another(app)
    first_page(forced, replace(ren, passphrase=SECOND), clock)
    fields = {"token": token_of(forced.get("/staff/audit/found"))}
    assert "<td" not in forced.post("/staff/audit/found", data=fields).text
    assert forced.get("/staff/audit/check").status_code == 200
    assert forced.post("/staff/audit/export", data=fields).status_code == 404


def test_what_somebody_forced_says_of_themself_looks_kept_and_goes_nowhere(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    seat_founders(app, seeds)
    mei, desk = a_member(app, seeds, "Mei", Role.SUPERVISOR), another(app)
    first_page(desk, mei, clock)
    send(desk, "/staff/me/force", PASSPHRASE, SECOND)
    forced = another(app)
    first_page(forced, replace(mei, passphrase=SECOND), clock)
    assert forced.get("/staff/coverage").status_code == 200
    form = "/staff/me/declaration"
    said = {"nothing": "yes", "languages": "ja", "region": "kanto", "woman": "no"}
    typed = {**said, "government": "no", "names": "Mei", "press": "save"}
    token = token_of(forced.get(form))
    assert forced.post(form, data={"token": token, **typed}).status_code == 303
    same = forced.post("/staff/me/attest", data={"token": token, "same": "yes"})
    assert same.status_code == 303
    page = forced.get("/staff/me/standing")
    assert page.status_code == 200
    assert "You said that you have no ties" not in page.text
