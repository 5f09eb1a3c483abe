"""Declaring one's ties over the pages: what opens before, and what opens afterwards."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin.conduct import CONDUCT
from crypto.roles import Role
from crypto.standing import Stage
from tests.builders import FOUNDED, Seeds
from tests.builders_staff import a_member, a_stored_report, first_page, sign_in, token_of
from tests.conftest import Clock
from tests.founded import fill

DECLARATION, STANDING = "/staff/me/declaration", "/staff/me/standing"
MINE: dict[str, str | list[str]] = {
    "state_0": "CN",
    "ties_0": ["family", "office"],
    "organisation_0": "Harbour Club",
    "languages": ["ja", "en"],
    "region": "kanto",
    "woman": "yes",
    "government": "no",
    "names": "Aiko Mori",
    "press": "save",
}
LONG_AGO: tuple[date, ...] = (FOUNDED - timedelta(days=200),)


@pytest.fixture
def overdue(app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock) -> FlaskClient:
    """The browser of a reviewer who has not declared for two hundred days."""
    client.set_cookie("__Host-l", "en")
    aiko = a_member(app, seeds, "Aiko Mori", Role.REVIEWER, declared=LONG_AGO)
    sign_in(client, aiko, clock)
    return client


def test_whoever_is_overdue_is_led_to_the_form_from_everywhere(
    app: Flask, overdue: FlaskClient, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    for address in ("/staff/", f"/staff/case/{case}", "/staff/people", "/staff/me/passphrase"):
        assert overdue.get(address).headers["Location"] == DECLARATION, address


def test_words_sent_by_somebody_overdue_are_given_back(
    app: Flask, overdue: FlaskClient, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    typed = {"token": token_of(overdue.get(DECLARATION)), "text": "an hour of work"}
    page = overdue.post(f"/staff/case/{case}/note", data=typed)
    assert page.status_code == 403
    assert "an hour of work</textarea>" in page.text


def test_the_form_says_that_it_is_due_and_shows_no_other_page(overdue: FlaskClient) -> None:
    page = overdue.get(DECLARATION)
    assert "nothing else opens for you" in page.text
    assert "/staff/practice" not in page.text
    assert "30 days later" in overdue.get(STANDING).text


def test_somebody_overdue_can_sign_out(overdue: FlaskClient) -> None:
    token = token_of(overdue.get(DECLARATION))
    left = overdue.post("/staff/sign-out", data={"token": token})
    assert left.headers["Location"] == "/staff/sign-in"


def test_what_is_declared_opens_everything_and_hides_what_it_is_about(
    overdue: FlaskClient,
) -> None:
    made = fill(overdue, DECLARATION, **MINE)
    assert made.headers["Location"] == STANDING
    page = overdue.get(STANDING).text
    assert "China" in page
    assert "Harbour Club" in page
    assert "Reports that name no country" in page
    assert overdue.get("/staff/").status_code == 200


def test_another_country_is_one_press_away_and_keeps_what_was_typed(overdue: FlaskClient) -> None:
    page = fill(overdue, DECLARATION, **{**MINE, "press": "more"})
    assert page.status_code == 200
    assert 'name="state_1"' in page.text
    assert "Harbour Club</textarea>" in page.text
    assert "Please look at this again" not in page.text


def test_what_is_missing_is_said_beside_its_field(overdue: FlaskClient) -> None:
    page = fill(overdue, DECLARATION, press="save")
    assert page.status_code == 422
    assert 'href="#region"' in page.text
    assert 'id="names-error"' in page.text


def test_what_no_page_of_ours_sends_is_refused(overdue: FlaskClient) -> None:
    assert fill(overdue, DECLARATION, **MINE, level="0").status_code == 400
    assert fill(overdue, DECLARATION, **{**MINE, "names": "x" * 50_000}).status_code == 413


def test_the_form_begins_with_what_was_declared_the_last_time(overdue: FlaskClient) -> None:
    fill(overdue, DECLARATION, **MINE)
    page = overdue.get(DECLARATION).text
    assert '<option value="CN" selected>' in page
    assert "Harbour Club</textarea>" in page
    assert 'name="state_1"' in page


def test_a_word_that_nothing_changed_puts_the_next_one_off(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    client.set_cookie("__Host-l", "en")
    first_page(client, a_member(app, seeds, "Aiko Mori", Role.REVIEWER, declared=(FOUNDED,)), clock)
    assert "February 22, 2027" in client.get(STANDING).text
    page = fill_word(client)
    assert page.status_code == 422
    clock.advance(timedelta(minutes=1))
    assert fill_word(client, same="yes").headers["Location"] == STANDING
    assert "You said that you have no ties" in client.get(STANDING).text


def fill_word(client: FlaskClient, **typed: str) -> TestResponse:
    token = token_of(client.get(STANDING))
    return client.post("/staff/me/attest", data={"token": token, **typed})


def test_rules_of_conduct_are_signed_in_the_version_that_was_read(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    client.set_cookie("__Host-l", "en")
    first_page(client, a_member(app, seeds, "Aiko Mori", Role.REVIEWER), clock)
    rules = "/staff/me/conduct"
    assert fill(client, rules, version=CONDUCT.version).status_code == 422
    assert fill(client, rules, version="2020-01", agreed="yes").status_code == 422
    signed = fill(client, rules, version=CONDUCT.version, agreed="yes")
    assert signed.headers["Location"] == STANDING
    assert "Signed on:" in client.get(STANDING).text


def test_nothing_is_attested_or_signed_before_anything_was_declared(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    first_page(client, a_member(app, seeds, "Aiko Mori", Role.REVIEWER, declared=()), clock)
    assert fill_word(client, same="yes").status_code == 404
    assert "/staff/me/attest" not in client.get(STANDING).text


@pytest.mark.parametrize("stage", [Stage.INVITED, Stage.VETTED, Stage.SUSPENDED])
def test_a_stage_in_which_nobody_works_opens_nothing_but_what_was_signed(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock, stage: Stage
) -> None:
    client.set_cookie("__Host-l", "en")
    first_page(client, a_member(app, seeds, "Aiko Mori", Role.REVIEWER, stage=stage), clock)
    assert client.get("/staff/").headers["Location"] == STANDING
    assert "Two roster managers have to sign the next step" in client.get(STANDING).text


def test_a_trainee_reads_made_up_reports_and_no_real_one(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    client.set_cookie("__Host-l", "en")
    case, _code = a_stored_report(app, clock)
    first_page(client, a_member(app, seeds, "Yuna Sato", stage=Stage.TRAINEE), clock)
    assert client.get("/staff/").headers["Location"] == "/staff/practice"
    assert "/staff/practice/1" in client.get("/staff/practice").text
    assert "This is made up." in client.get("/staff/practice/1").text
    assert client.get("/staff/practice/999").status_code == 404
    assert client.get(f"/staff/case/{case}").status_code == 404


def test_on_probation_twenty_reports_a_day_are_enough(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    client.set_cookie("__Host-l", "en")
    cases = [a_stored_report(app, clock)[0] for _ in range(21)]
    person = a_member(app, seeds, "Mei Tanaka", Role.REVIEWER, stage=Stage.PROBATION)
    first_page(client, person, clock)
    for case in cases[:20]:
        assert client.get(f"/staff/case/{case}").status_code == 200
    assert client.get(f"/staff/case/{cases[0]}").status_code == 200
    refused = client.get(f"/staff/case/{cases[20]}")
    assert refused.status_code == 429
    assert "20 different reports" in refused.text
    clock.advance(timedelta(days=1))
    first_page(client, person, clock)
    assert client.get(f"/staff/case/{cases[20]}").status_code == 200
