"""Passkeys through the pages: shown at the door and inside."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin.models import Member
from reporting.settings import Settings
from tests.authenticator import Authenticator
from tests.builders_staff import (
    NEXT_CODE,
    StaffMember,
    the_staff,
    token_of,
    type_code,
    type_passphrase,
)
from tests.founded import Founded
from tests.stepping_up import ASKS, OPTIONS, hidden, options_of

ORIGIN = "https://staff.example"
ME = "/staff/me"
PASSKEY = f"{ME}/passkey"
CODE = "/staff/sign-in/code"
SCRIPT = re.compile(r'<script src="(/staff/static/passkey-[0-9a-f]{16}\.js)" defer></script>')
PLAIN = (
    "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
SCRIPTED = PLAIN.replace("style-src", "script-src 'self'; style-src")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An instance that knows where its staff site is."""
    return replace(settings, staff_origin=ORIGIN)


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    return office.signed_in(office.aiko)


def send(client: FlaskClient, address: str, **typed: str) -> TestResponse:
    return client.post(address, data={"token": token_of(client.get(ME)), **typed})


def add(
    client: FlaskClient, person: StaffMember, device: Authenticator, label: str = "blue key"
) -> TestResponse:
    """Add a passkey to somebody's factors; return the answer."""
    made = device.create(options_of(send(client, PASSKEY)))
    return send(client, PASSKEY, made=made, label=label, passphrase=person.passphrase)


def at_the_door(office: Founded, person: StaffMember) -> FlaskClient:
    """Return the browser of somebody who took the first step."""
    browser = office.browser()
    type_passphrase(browser, person.name, person.passphrase)
    return browser


def answer(browser: FlaskClient, answer: str) -> TestResponse:
    """Take the second step with a passkey's answer."""
    token = token_of(browser.get(CODE))
    return browser.post(CODE, data={"token": token, "code": "", "answer": answer})


@pytest.fixture
def device(office: Founded, aiko: FlaskClient) -> Authenticator:
    """Aiko's security key, registered."""
    made = Authenticator()
    assert add(aiko, office.aiko, made).headers["Location"] == ME
    return made


def test_a_passkey_lets_its_owner_in(office: Founded, device: Authenticator) -> None:
    browser = at_the_door(office, office.aiko)
    page = browser.get(CODE)
    assert "Use a passkey" in page.text
    assert "Code from your app" in page.text
    assert answer(browser, device.get(options_of(page))).headers["Location"] == "/staff/"
    assert "Aiko Mori" in browser.get(ME).text


@pytest.mark.usefixtures("device")
def test_codes_go_on_working_beside_it(office: Founded) -> None:
    office.clock.advance(NEXT_CODE)
    browser = at_the_door(office, office.aiko)
    assert type_code(browser, office.aiko.code(office.clock())).status_code == 303


@pytest.mark.usefixtures("device")
def test_nobody_is_asked_for_a_passkey_they_do_not_have(office: Founded) -> None:
    for browser in (office.browser(), at_the_door(office, office.daniel)):
        page = browser.get(CODE)
        assert not OPTIONS.search(page.text)
        assert "<script" not in page.text
        assert page.headers["Content-Security-Policy"] == PLAIN


def test_an_answer_lets_in_once(office: Founded, device: Authenticator) -> None:
    browser = at_the_door(office, office.aiko)
    told = device.get(options_of(browser.get(CODE)))
    assert answer(browser, told).status_code == 303
    again = at_the_door(office, office.aiko)
    page = answer(again, told)
    assert page.status_code == 422
    assert "This passkey was not taken." in page.text


def test_every_try_has_its_own_challenge(office: Founded, device: Authenticator) -> None:
    browser = at_the_door(office, office.aiko)
    first = options_of(browser.get(CODE))
    assert options_of(browser.get(CODE)) == first
    type_code(browser, "000000x")
    second = options_of(browser.get(CODE))
    assert json.loads(second)["challenge"] != json.loads(first)["challenge"]
    refused = answer(browser, device.get(first))
    assert refused.status_code == 422
    assert answer(browser, device.get(options_of(refused))).status_code == 303


@pytest.mark.usefixtures("device")
@pytest.mark.parametrize("told", ["{}", "[]", "no json", "\N{KEY}" * 4_000, "x" * 16_384])
def test_whatever_is_no_answer_is_refused(office: Founded, told: str) -> None:
    page = answer(at_the_door(office, office.aiko), told)
    assert page.status_code == 422
    assert "This passkey was not taken." in page.text


@pytest.mark.usefixtures("device")
def test_an_answer_longer_than_any_is_not_even_read(office: Founded) -> None:
    assert answer(at_the_door(office, office.aiko), "x" * 16_385).status_code == 400


@pytest.mark.parametrize(
    "stranger",
    [
        lambda _own: Authenticator(),
        lambda own: Authenticator(credential_id=own.credential_id),
        lambda own: replace(own, origin="https://staff.example.evil"),
        lambda own: replace(own, origin="https://evil.example"),
    ],
)
def test_another_key_or_another_page_does_not_let_in(
    office: Founded, device: Authenticator, stranger: Callable[[Authenticator], Authenticator]
) -> None:
    browser = at_the_door(office, office.aiko)
    told = stranger(device).get(options_of(browser.get(CODE)))
    assert answer(browser, told).status_code == 422


@pytest.mark.usefixtures("device")
def test_five_answers_that_are_wrong_end_the_attempt(office: Founded) -> None:
    browser = at_the_door(office, office.aiko)
    for _ in range(4):
        assert "This passkey was not taken." in answer(browser, "{}").text
    assert "Please begin again" in answer(browser, "{}").text
    assert not OPTIONS.search(browser.get(CODE).text)


def test_a_passkey_confirms_inside_and_what_waited_goes_on(
    office: Founded, device: Authenticator
) -> None:
    browser = office.left_open(office.aiko)
    waiting = send(browser, "/staff/people/invite", name="Mei Tanaka", roles="caseworker")
    assert ASKS in waiting.text
    assert SCRIPT.search(waiting.text)
    typed = {**hidden(waiting), "step_up": "", "answer": device.get(options_of(waiting))}
    assert "/staff/join/" in browser.post("/staff/people/invite", data=typed).text


def test_an_answer_confirms_one_browser_once(office: Founded, device: Authenticator) -> None:
    browser, other = office.left_open(office.aiko), office.left_open(office.aiko)
    told = device.get(options_of(send(browser, PASSKEY)))
    refused = send(other, PASSKEY, answer=told)
    assert ASKS in refused.text
    assert "This passkey was not taken." in refused.text
    assert ASKS not in send(browser, PASSKEY, answer=told).text
    office.clock.advance(10 * NEXT_CODE)
    assert ASKS in send(browser, PASSKEY, answer=told).text


@pytest.mark.usefixtures("device")
def test_the_script_is_on_the_pages_that_need_it_and_may_be_kept(
    office: Founded, aiko: FlaskClient
) -> None:
    browser = at_the_door(office, office.aiko)
    for page in (browser.get(CODE), send(aiko, PASSKEY)):
        script = SCRIPT.search(page.text)
        assert script
        assert page.headers["Content-Security-Policy"] == SCRIPTED
        assert "publickey-credentials-get=(self)" in page.headers["Permissions-Policy"]
        served = browser.get(script[1])
        assert served.mimetype == "text/javascript"
        assert "immutable" in served.headers["Cache-Control"]
    page = aiko.get(ME)
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"] == PLAIN
    assert "publickey-credentials-get=()" in page.headers["Permissions-Policy"]


def test_passkeys_of_a_site_that_forgot_its_address_are_not_asked_for(
    office: Founded, aiko: FlaskClient, device: Authenticator
) -> None:
    typed = {"which": "codes", "passphrase": office.aiko.passphrase}
    assert send(aiko, f"{ME}/remove", **typed).status_code == 303
    told = device.get(options_of(at_the_door(office, office.aiko).get(CODE)))
    staff = the_staff(office.app)
    forgetful = replace(staff.service, settings=replace(staff.service.settings, staff_origin=""))
    office.app.extensions["tomoshibi.staff"] = replace(staff, service=forgetful)
    browser = at_the_door(office, office.aiko)
    page = browser.get(CODE)
    assert "You have passkeys only" in page.text
    assert not OPTIONS.search(page.text)
    assert answer(browser, told).status_code == 422
    office.clock.advance(10 * NEXT_CODE)
    assert "You have passkeys only" in send(aiko, PASSKEY).text


def test_somebody_removed_while_they_come_in_raises_the_alarm_before_a_code_is_typed(
    office: Founded,
) -> None:
    browser = at_the_door(office, office.aiko)
    with the_staff(office.app).service.begin() as session:
        session.get_one(Member, office.aiko.id).rev += 1
    assert browser.get(CODE).status_code == 409
