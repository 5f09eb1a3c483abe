"""No error of the staff site throws away what somebody typed, except passphrases and codes."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

import forms
from admin.web.typed import LABELS
from forms import declaration
from forms.base import Form
from forms.ties import MOST_STATES
from reporting.web import budgets
from reporting.web.bodies import LIMIT_BYTES
from reporting.web.budgets import LIMITS, Kind
from tests.builders import Seeds
from tests.builders_staff import a_reviewer, a_stored_report, first_page, token_of
from tests.conftest import Clock

LONG = "\u4ed6\u5011\u5728\u8ddf\u8e64\u6211 " * 100 + "the end"
PUBLIC = {"draft", "evidence", "guided", "mailbox", "report"}
SECRETS = {"again", "chosen", "code", "current", "passphrase", "step_up"}
# What is chosen from a list or stands in the page unseen, though its field takes any text.
CHOSEN = {
    "action",
    "actor",
    "assignee",
    "language",
    "message",
    "ready",
    "stage",
    "subject",
    "there",
    "verb",
    "version",
    "which",
    "made",
}


def forms_of(form: type[Form]) -> Iterator[type[Form]]:
    for one in form.__subclasses__():
        yield one
        yield from forms_of(one)


def test_whatever_can_be_typed_is_given_back_or_is_a_secret() -> None:
    for module in pkgutil.iter_modules(forms.__path__):
        importlib.import_module(f"forms.{module.name}")
    # The form of a declaration is made for as many countries as somebody has ties to.
    declaration.form_of(MOST_STATES)
    staff = [one for one in forms_of(Form) if one.__module__.split(".")[1] not in PUBLIC]
    names = {field.name for form in staff for field in form() if field.shows_words}
    assert {"state_link_basis", "reason"} <= names
    assert names - SECRETS - CHOSEN == names & LABELS.keys()
    assert not SECRETS & LABELS.keys()


TYPED = {name: f"{name}: {LONG}" for name in ("text", "state_link_basis", "reason", "why")}


def given_back(page: str) -> bool:
    return all(text in page for text in TYPED.values())


@pytest.fixture
def address(app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock) -> str:
    """Where somebody who is signed in sends a form about a report."""
    case, _code = a_stored_report(app, clock)
    first_page(client, a_reviewer(app, seeds), clock)
    return f"/staff/case/{case}/note"


def test_who_is_signed_out_gets_every_word_back(client: FlaskClient, address: str) -> None:
    client.delete_cookie("__Host-s")
    page = client.post(address, data={**TYPED, "passphrase": "canary", "code": "canary"})
    assert (page.status_code, given_back(page.text)) == (403, True)
    assert "canary" not in page.text


def test_a_page_out_of_date_gives_every_word_back(client: FlaskClient, address: str) -> None:
    page = client.post(address, data={**TYPED, "token": "old"})
    assert (page.status_code, given_back(page.text)) == (400, True)


def test_what_another_site_sent_stands_on_no_page_of_ours(
    client: FlaskClient, address: str
) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    page = client.post(address, data=TYPED, headers=foreign)
    assert (page.status_code, LONG in page.text) == (400, False)
    client.delete_cookie("__Host-s")
    page = client.post(address, data=TYPED, headers=foreign)
    assert (page.status_code, LONG in page.text) == (403, False)


@pytest.mark.parametrize("field", ["code", "step_up"])
def test_what_a_passkey_answered_is_as_secret_as_a_code(
    client: FlaskClient, address: str, field: str
) -> None:
    data = {"token": "old", field: "", "answer": "canary", "reason": LONG}
    page = client.post(address, data=data)
    assert (page.status_code, LONG in page.text) == (400, True)
    assert "canary" not in page.text


def test_a_field_that_is_not_offered_any_more_costs_no_word(
    client: FlaskClient, address: str
) -> None:
    token = token_of(client.get("/staff/"))
    page = client.post(address, data={**TYPED, "token": token, "no_more": "there"})
    assert (page.status_code, given_back(page.text)) == (400, True)


def test_a_text_far_too_long_comes_back_whole(client: FlaskClient, address: str) -> None:
    client.set_cookie("__Host-l", "en")
    token = token_of(client.get("/staff/"))
    page = client.post(address, data={**TYPED, "token": token, "more": "x" * LIMIT_BYTES})
    assert (page.status_code, given_back(page.text)) == (413, True)
    assert "make it shorter" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_when_too_many_work_at_once_every_word_comes_back(
    app: Flask, client: FlaskClient, address: str
) -> None:
    token = token_of(client.get("/staff/"))
    line = budgets.of(app).lines[Kind.STAFF]
    line.seconds = 0.001
    places, _waiting = LIMITS[Kind.STAFF]
    for _ in range(places):
        line.enter()
    page = client.post(address, data={**TYPED, "token": token})
    assert (page.status_code, given_back(page.text)) == (503, True)
