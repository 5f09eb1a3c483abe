"""Passkeys in a real browser, with an authenticator that the browser itself plays."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import View
from tests.browser.conftest import NewPage
from tests.browser.demo import Demo, Worker
from tests.browser.people import Colleague

DEVICE = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": False,
    "automaticPresenceSimulation": True,
}
NO_ANSWER = (
    "Your browser did not get an answer from a passkey. Please try again, or use another way."
)


@pytest.fixture(scope="module")
def worker(demo: Demo) -> Worker:
    """Somebody whom no other test lets in."""
    return demo.somebody("administrator")


def plug_in(page: Page) -> None:
    """Give a window a security key whose button presses itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_a_passkey_is_made_lets_its_owner_in_and_confirms(
    new_page: NewPage, demo: Demo, worker: Worker
) -> None:
    page = new_page(View("en"))
    plug_in(page)
    kofi = Colleague(page, replace(demo, address=demo.settings.staff_origin), "en")
    kofi.sign_in(worker)
    kofi.open("/staff/me")
    kofi.press("Add a passkey")
    kofi.type("Code from your app", worker.code())
    kofi.press("Confirm")
    kofi.type("Name for it", "blue key")
    kofi.type("Passphrase", worker.passphrase)
    kofi.press("Make the passkey")
    kofi.sees("blue key")
    kofi.press("Sign out")
    show_passphrase(kofi, worker)
    kofi.press("Use a passkey")
    kofi.open("/staff/me")
    kofi.sees("blue key")
    kofi.press("Add a passkey")
    kofi.sees_heading("Please confirm it is you")
    kofi.press("Use a passkey")
    kofi.sees_heading("Add a passkey")


def test_at_an_address_that_passkeys_do_not_know_codes_are_left(
    new_page: NewPage, demo: Demo, worker: Worker
) -> None:
    page = new_page(View("en"))
    kofi = Colleague(page, demo, "en")
    show_passphrase(kofi, worker)
    page.get_by_role("button", name=kofi.say("Use a passkey")).click()
    expect(page.get_by_role("alert")).to_have_text(kofi.say(NO_ANSWER))
    kofi.type("Code from your app", worker.code())
    kofi.press("Sign in")
    kofi.open("/staff/me")
    kofi.sees("blue key")


def test_without_scripts_a_passkey_is_not_asked_for_and_codes_work(
    new_page: NewPage, demo: Demo, worker: Worker
) -> None:
    page = new_page(View("en", scripts=False))
    kofi = Colleague(page, demo, "en")
    show_passphrase(kofi, worker)
    expect(page.get_by_role("button", name=kofi.say("Use a passkey"))).to_be_hidden()
    kofi.sees("A passkey needs a script of this site. Your browser runs none.")
    kofi.type("Code from your app", worker.code())
    kofi.press("Sign in")
    kofi.sees("Kofi Mensah")


def show_passphrase(colleague: Colleague, worker: Worker) -> None:
    """Take the first step in."""
    colleague.open("/staff/sign-in")
    colleague.type("Name", worker.name)
    colleague.type("Passphrase", worker.passphrase)
    colleague.press("Continue")
