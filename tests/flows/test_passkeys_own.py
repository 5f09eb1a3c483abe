"""Passkeys on the page of their owner: made, listed and taken away."""

import json
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from reporting.settings import Settings
from tests.authenticator import Authenticator
from tests.builders_staff import NEXT_CODE, type_code
from tests.flows.test_passkeys_http import CODE, ME, ORIGIN, PASSKEY, add, answer, at_the_door, send
from tests.founded import Founded
from tests.stepping_up import ASKS, OPTIONS, hidden, options_of


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An instance that knows where its staff site is."""
    return replace(settings, staff_origin=ORIGIN)


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    return office.signed_in(office.aiko)


@pytest.fixture
def device(office: Founded, aiko: FlaskClient) -> Authenticator:
    """Aiko's security key, registered."""
    made = Authenticator()
    assert add(aiko, office.aiko, made).headers["Location"] == ME
    return made


@pytest.mark.usefixtures("device")
def test_a_passkey_stands_on_its_owners_page_by_its_name(
    office: Founded, aiko: FlaskClient
) -> None:
    page = aiko.get(ME).text
    assert "blue key" in page
    assert 'aria-label="Remove: blue key"' in page
    assert "blue key" not in office.left_open(office.daniel).get(ME).text


def test_a_passkey_alone_is_enough_and_codes_work_no_more(
    office: Founded, aiko: FlaskClient, device: Authenticator
) -> None:
    ask = send(aiko, f"{ME}/remove", which="codes")
    assert "Codes from an app" in ask.text
    typed = {"which": "codes", "passphrase": office.aiko.passphrase}
    assert send(aiko, f"{ME}/remove", **typed).headers["Location"] == ME
    office.clock.advance(NEXT_CODE)
    browser = at_the_door(office, office.aiko)
    page = browser.get(CODE)
    assert "Code from your app" not in page.text
    assert type_code(browser, office.aiko.code(office.clock())).status_code == 422
    assert answer(browser, device.get(options_of(browser.get(CODE)))).status_code == 303


@pytest.mark.usefixtures("device")
def test_a_passkey_that_was_taken_away_lets_nobody_in(office: Founded, aiko: FlaskClient) -> None:
    red = Authenticator()
    assert add(aiko, office.aiko, red, "red key").status_code == 303
    (_which, which, _codes) = hidden(aiko.get(ME))["which"]
    ask = send(aiko, f"{ME}/remove", which=which)
    assert "red key" in ask.text
    wrong = send(aiko, f"{ME}/remove", which=which, passphrase="not hers, I am afraid")
    assert "This is not your passphrase." in wrong.text
    typed = {"which": which, "passphrase": office.aiko.passphrase}
    assert send(aiko, f"{ME}/remove", **typed).headers["Location"] == ME
    assert "red key" not in aiko.get(ME).text
    browser = at_the_door(office, office.aiko)
    assert len(json.loads(options_of(browser.get(CODE)))["allowCredentials"]) == 1
    assert answer(browser, red.get(options_of(browser.get(CODE)))).status_code == 422
    told = [(one.verb, one.fields) for one in office.noted() if one.verb.startswith("factor")]
    added = ("factor.added", ("passkey",))
    assert told == [added, added, ("factor.removed", ("passkey",))]


def test_a_second_passkey_is_asked_for_without_the_first(
    office: Founded, aiko: FlaskClient, device: Authenticator
) -> None:
    options = json.loads(options_of(send(aiko, PASSKEY)))
    assert len(options["excludeCredentials"]) == 1
    assert options["user"]["name"] == "Tomoshibi"
    again = add(aiko, office.aiko, device)
    assert "This passkey is registered already." in again.text
    assert add(aiko, office.aiko, Authenticator(), "red key").headers["Location"] == ME
    assert "red key" in aiko.get(ME).text


def test_other_browsers_end_when_a_passkey_is_added(office: Founded, aiko: FlaskClient) -> None:
    other, half_way = office.left_open(office.aiko), at_the_door(office, office.aiko)
    assert add(aiko, office.aiko, Authenticator()).headers["Location"] == ME
    assert other.get(ME).headers["Location"] == "/staff/sign-in"
    assert type_code(half_way, office.aiko.code(office.clock())).status_code == 422
    assert aiko.get(ME).status_code == 200


def test_what_was_made_is_kept_while_name_and_passphrase_are_typed_again(
    office: Founded, aiko: FlaskClient
) -> None:
    made = Authenticator().create(options_of(send(aiko, PASSKEY)))
    wrong = send(aiko, PASSKEY, made=made, label="blue key", passphrase="not hers, I am afraid")
    assert "This is not your passphrase." in wrong.text
    assert hidden(wrong)["made"] == [made]
    nameless = send(aiko, PASSKEY, made=made, label=" ", passphrase=office.aiko.passphrase)
    assert "Give the passkey a name" in nameless.text
    assert not OPTIONS.search(nameless.text)
    done = send(aiko, PASSKEY, made=made, label="blue key", passphrase=office.aiko.passphrase)
    assert done.headers["Location"] == ME


def test_what_was_made_is_taken_once(office: Founded, aiko: FlaskClient) -> None:
    made = Authenticator().create(options_of(send(aiko, PASSKEY)))
    typed = {"made": made, "label": "blue key", "passphrase": office.aiko.passphrase}
    assert send(aiko, PASSKEY, **typed).status_code == 303
    again = send(aiko, PASSKEY, **typed)
    assert again.status_code == 422
    assert "This passkey was not taken." in again.text
    assert OPTIONS.search(again.text)


@pytest.mark.parametrize("made", ["", "{}"])
def test_where_nothing_was_made_it_is_asked_for_again(
    office: Founded, aiko: FlaskClient, made: str
) -> None:
    send(aiko, PASSKEY)
    page = send(aiko, PASSKEY, made=made, label="blue key", passphrase=office.aiko.passphrase)
    assert page.status_code == 422
    assert "Please press the button once more." in page.text
    assert OPTIONS.search(page.text)


def test_a_passkey_needs_the_factor_that_is_there(office: Founded) -> None:
    thief = office.left_open(office.aiko)
    assert ASKS in send(thief, PASSKEY).text
    typed = {"made": "{}", "label": "mine", "passphrase": office.aiko.passphrase}
    page = send(thief, PASSKEY, **typed)
    assert ASKS in page.text
    assert office.aiko.passphrase not in page.text
