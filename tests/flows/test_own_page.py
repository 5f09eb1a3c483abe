"""One's own page: what somebody comes in with, and what being forced changes of it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from pyotp import TOTP
from werkzeug.test import TestResponse

from admin.patience import Patience
from admin.web.context import is_page
from admin.web.own import MORE
from crypto.roles import Role
from tests.builders_staff import (
    NEXT_CODE,
    StaffMember,
    the_staff,
    token_of,
    type_code,
    type_passphrase,
)
from tests.conftest import Clock
from tests.founded import Founded, let_in, numbers
from tests.stepping_up import ASKS, hidden

ME = "/staff/me"
CODES = f"{ME}/codes"
SECRET = re.compile(r"<code>([A-Z2-7]{32})</code>")
SECOND = "four brown otters under a wooden bridge"


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    """The browser of a supervisor who is a roster manager."""
    return office.signed_in(office.aiko)


def send(client: FlaskClient, address: str, **typed: str) -> TestResponse:
    return client.post(address, data={"token": token_of(client.get(ME)), **typed})


def another_app(client: FlaskClient, person: StaffMember, clock: Clock) -> TOTP:
    """Let somebody use another app for codes; return what it shows."""
    page = send(client, CODES)
    found = SECRET.search(page.text)
    assert found, page.text
    app = TOTP(found[1])
    (secret,) = hidden(page)["secret"]
    typed = {"secret": secret, "code": app.at(clock()), "passphrase": person.passphrase}
    assert send(client, CODES, **typed).headers["Location"] == ME
    return app


def test_everybody_has_a_page_of_their_own(office: Founded, aiko: FlaskClient) -> None:
    page = aiko.get(ME)
    assert "Aiko Mori" in page.text
    assert "reviewer, caseworker, supervisor" in page.text
    assert numbers(page) == numbers(aiko.get(f"/staff/people/{office.aiko.id.hex()}"))
    mei = office.left_open(let_in(office, "Mei Tanaka", Role.CASEWORKER))
    assert "<h1><span" in mei.get(ME).text
    assert f'href="{ME}"' in mei.get("/staff/").text


def test_where_nobody_said_at_which_address_passkeys_are_not_offered(aiko: FlaskClient) -> None:
    assert "Passkeys are not set up on this site." in aiko.get(ME).text
    page = send(aiko, f"{ME}/passkey")
    assert "Passkeys are not set up on this site." in page.text
    assert "<script" not in page.text


def test_a_passkey_that_nobody_asked_for_is_not_taken(office: Founded, aiko: FlaskClient) -> None:
    made = {"made": "{}", "label": "blue key", "passphrase": office.aiko.passphrase}
    page = send(aiko, f"{ME}/passkey", **made)
    assert page.status_code == 422
    assert "Passkeys are not set up on this site." in page.text
    assert "blue key" not in aiko.get(ME).text


def test_from_then_on_the_codes_of_another_app_count(office: Founded, aiko: FlaskClient) -> None:
    app = another_app(aiko, office.aiko, office.clock)
    office.clock.advance(NEXT_CODE)
    browser = office.browser()
    type_passphrase(browser, office.aiko.name, office.aiko.passphrase)
    assert type_code(browser, office.aiko.code(office.clock())).status_code == 422
    assert type_code(browser, app.at(office.clock())).status_code == 303


def test_the_code_that_showed_that_an_app_works_does_not_work_again(
    office: Founded, aiko: FlaskClient
) -> None:
    app = another_app(aiko, office.aiko, office.clock)
    browser = office.browser()
    type_passphrase(browser, office.aiko.name, office.aiko.passphrase)
    assert type_code(browser, app.at(office.clock())).status_code == 422


def test_this_browser_goes_on_with_the_new_app_and_all_others_end(
    office: Founded, aiko: FlaskClient
) -> None:
    other, daniel = office.left_open(office.aiko), office.left_open(office.daniel)
    app = another_app(aiko, office.aiko, office.clock)
    assert other.get(ME).headers["Location"] == "/staff/sign-in"
    assert daniel.get(ME).status_code == 200
    office.clock.advance(timedelta(minutes=5))
    waiting = send(aiko, CODES)
    assert ASKS in waiting.text
    wrong = {"token": token_of(waiting), "step_up": office.aiko.code(office.clock())}
    assert ASKS in aiko.post(CODES, data=wrong).text
    right = {"token": token_of(waiting), "step_up": app.at(office.clock())}
    assert ASKS not in aiko.post(CODES, data=right).text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"passphrase": "not hers, I am afraid"}, "This is not your passphrase."),
        ({"passphrase": ""}, "Please type your passphrase."),
        ({"code": "000000x"}, "This code is wrong"),
        ({"code": ""}, "Please type the six digits"),
    ],
)
def test_codes_of_another_app_need_the_passphrase_and_a_code(
    office: Founded, aiko: FlaskClient, typed: dict[str, str], says: str
) -> None:
    (secret,) = hidden(send(aiko, CODES))["secret"]
    text = SECRET.search(send(aiko, CODES, secret=secret, code="", passphrase="").text)
    assert text
    right = {"code": TOTP(text[1]).at(office.clock()), "passphrase": office.aiko.passphrase}
    page = send(aiko, CODES, secret=secret, **{**right, **typed})
    assert page.status_code == 422
    assert says in page.text
    assert hidden(page)["secret"] == [secret]
    assert office.aiko.passphrase not in page.text
    assert send(aiko, CODES, secret=secret, **right).status_code == 303


def test_a_secret_that_no_page_gave_out_is_refused(aiko: FlaskClient) -> None:
    assert send(aiko, CODES, secret="ab", code="1", passphrase="x").status_code == 400


def test_a_wrong_passphrase_inside_slows_its_browser_down(
    office: Founded, aiko: FlaskClient
) -> None:
    pauses: list[float] = []
    running = replace(the_staff(office.app), known=Patience(pauses.append))
    office.app.extensions["tomoshibi.staff"] = running
    (secret,) = hidden(send(aiko, CODES))["secret"]
    text = SECRET.search(send(aiko, CODES, secret=secret, code="", passphrase="").text)
    assert text
    for _ in range(4):
        code = TOTP(text[1]).at(office.clock())
        send(aiko, CODES, secret=secret, code=code, passphrase="a guess of somebody else")
    assert pauses == [1.0]


def test_the_last_second_factor_stays(office: Founded, aiko: FlaskClient) -> None:
    assert "Remove" not in aiko.get(ME).text
    typed = {"which": "codes", "passphrase": office.aiko.passphrase}
    page = send(aiko, f"{ME}/remove", **typed)
    assert page.status_code == 409
    assert "This is your only second factor." in page.text
    office.left_open(office.aiko).get("/staff/")


def test_what_is_gone_cannot_be_removed(office: Founded, aiko: FlaskClient) -> None:
    typed = {"which": "ab" * 8, "passphrase": office.aiko.passphrase}
    page = send(aiko, f"{ME}/remove", **typed)
    assert page.status_code == 409
    assert "This second factor is gone already." in page.text


def set_second_passphrase(office: Founded, aiko: FlaskClient) -> StaffMember:
    """Let Aiko have a passphrase for being forced; return her as somebody who tells that one."""
    passwords = {"current": office.aiko.passphrase, "chosen": SECOND, "again": SECOND}
    assert send(aiko, f"{ME}/force", **passwords).headers["Location"] == f"{ME}/kept"
    return replace(office.aiko, passphrase=SECOND)


def test_the_passphrase_for_being_forced_changes_no_factor(
    office: Founded, aiko: FlaskClient
) -> None:
    forced = set_second_passphrase(office, aiko)
    (secret,) = hidden(send(aiko, CODES))["secret"]
    shown = SECRET.search(send(aiko, CODES, secret=secret, code="", passphrase="").text)
    assert shown
    code = TOTP(shown[1]).at(office.clock())
    page = send(aiko, CODES, secret=secret, code=code, passphrase=forced.passphrase)
    assert "This is not your passphrase." in page.text


def test_what_somebody_forced_changes_looks_done_and_leaves_their_own_factors_alone(
    office: Founded, aiko: FlaskClient
) -> None:
    forced = set_second_passphrase(office, aiko)
    browser = office.signed_in(forced)
    app = another_app(browser, forced, office.clock)
    office.clock.advance(timedelta(minutes=5))
    waiting = {"token": token_of(browser.get(ME)), "step_up": app.at(office.clock())}
    assert ASKS not in browser.post(CODES, data=waiting).text
    office.clock.advance(NEXT_CODE)
    again = office.browser()
    type_passphrase(again, forced.name, forced.passphrase)
    assert type_code(again, app.at(office.clock())).status_code == 303
    office.left_open(office.aiko).get("/staff/")


def test_whoever_is_kept_back_changes_nothing_of_their_own_either(
    office: Founded, aiko: FlaskClient
) -> None:
    office.left_open(set_second_passphrase(office, aiko)).get("/staff/")
    browser = office.signed_in(office.aiko)
    another_app(browser, office.aiko, office.clock)
    assert "Codes from an app" in browser.get(ME).text
    office.left_open(office.aiko).get("/staff/")


@pytest.mark.parametrize("row", ["", "ab", "x" * 32, "AB" * 16])
def test_a_number_that_no_page_gave_out_is_refused(aiko: FlaskClient, row: str) -> None:
    assert send(aiko, f"{ME}/end", row=row).status_code == 400


def test_only_pages_that_there_are_are_linked(office: Founded, aiko: FlaskClient) -> None:
    page = aiko.get(ME).text
    with office.app.app_context():
        assert is_page(ME)
        assert not is_page(f"{ME}/nothing")
        for address, title in MORE:
            assert (f'<a href="{address}">{title}</a>' in page) is is_page(address)


def test_the_log_names_the_kind_of_a_factor_and_nothing_of_it(office: Founded) -> None:
    another_app(office.signed_in(office.daniel), office.daniel, office.clock)
    (added,) = (one for one in office.noted() if one.verb.startswith("factor"))
    own = office.daniel.id.hex()
    assert (added.verb, added.actor, added.subject) == ("factor.added", own, own)
    assert (added.fields, added.count) == (("codes",), None)
