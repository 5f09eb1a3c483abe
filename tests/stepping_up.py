"""Stepping up: a browser that shows a second factor again, and what its pages carry."""

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin import browsers, tries
from crypto.envelope import Secret
from tests.builders_staff import NEXT_CODE, StaffMember, cookie_of, the_staff, token_of
from tests.conftest import Clock

ASKS = "<h1>Please confirm it is you</h1>"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
OPTIONS = re.compile(r'data-options="([^"]*)"')
ANY = "/staff/me/codes"  # asks for a second factor, and does nothing before it gets more


def step_up(client: FlaskClient, person: StaffMember, clock: Clock, address: str = ANY) -> None:
    """Show a second factor once more; for five minutes nothing asks for it then."""
    clock.advance(NEXT_CODE)
    fields = {"token": token_of(client.get("/staff/me")), "step_up": person.code(clock())}
    page = client.post(address, data=fields)
    assert ASKS not in page.text, page.text
    assert page.status_code < 400, page.text


def confirm(app: Flask, client: FlaskClient, clock: Clock) -> None:
    """Let a browser count as confirmed, without a code and without a row in the log."""
    keys = browsers.keys_from(Secret(bytes.fromhex(cookie_of(client))))
    with the_staff(app).service.begin() as session:
        tries.confirm(session, keys, clock())


def hidden(page: TestResponse) -> dict[str, list[str]]:
    """Return what the forms of a page carry unseen."""
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page.text):
        found.setdefault(name, []).append(unescape(value))
    return found


def options_of(page: TestResponse) -> str:
    """Return what a page asks a passkey for."""
    found = OPTIONS.search(page.text)
    assert found, page.text
    return unescape(found[1])
