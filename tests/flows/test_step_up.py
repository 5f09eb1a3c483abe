"""Whoever finds a browser signed in can do nothing that cannot be undone."""

import pytest
from flask import Flask, Response, jsonify
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from admin.keyring import Ring
from admin.models import Invitation, ProposalRow
from admin.permissions import ALLOWED, EVERYBODY, MANAGER, STEP_UP, Action
from admin.web import browser, guard
from crypto.roles import Role
from forms.base import Form
from forms.fields import Codes, Words
from reporting.office_rows import RosterRow
from tests.builders_staff import StaffMember, the_staff, token_of
from tests.founded import Founded, fill, let_in, person_called
from tests.stepping_up import ANY, ASKS, hidden

PROBE = "/staff/sign-out"  # the address behind which these tests put a page of their own
SENT = {"words": "an hour of\r\nwork", "codes": ["a", "b"]}
WRONG = "000000x"
MARKS = frozenset({"reviewer", "caseworker", "supervisor", MANAGER})  # of Aiko Mori
ALLOWED_TO_A_MANAGER = sorted(action for action in Action if ALLOWED[action] & MARKS)
# Of what kind a file is, is known once it is opened; test_evidence_shown sees that it asks.
ASKED_ONCE_OPENED = frozenset({Action.OPEN_RISKY_FILE})
# Commands without a page: whoever types one shows passphrase and second factor there.
BY_COMMAND = frozenset(
    {
        Action.DRAW_FIGURES,
        Action.PUBLISH_FIGURES,
        Action.BURN_FIGURES,
        Action.RECONCILE_FIGURES,
    }
)


class ProbeForm(Form):
    """What that page takes."""

    words = Words()
    codes = Codes(["a", "b", "c"])


def put_page(app: Flask, action: Action) -> None:
    """Put a page behind an address that needs this permission and tells what it got."""

    def probe(_ring: Ring) -> Response:
        return jsonify(browser.posted(ProbeForm))

    app.view_functions["staff.sign_out"] = guard.requires(action)(probe)


@pytest.fixture
def app(office: Founded) -> Flask:
    """The application of an office with roster managers."""
    return office.app


@pytest.fixture
def person(office: Founded) -> StaffMember:
    """A roster manager who is signed in with `client`, before a page that asks for a factor."""
    return office.aiko


@pytest.fixture
def client(office: Founded, person: StaffMember) -> FlaskClient:
    """The browser in which that person is signed in."""
    put_page(office.app, Action.INVITE)
    return office.left_open(person)


def send(client: FlaskClient, **more: str) -> TestResponse:
    return client.post(PROBE, data={"token": token_of(client.get("/staff/me")), **SENT, **more})


def test_exactly_what_cannot_be_undone_asks_for_a_second_factor(
    app: Flask, client: FlaskClient, subtests: pytest.Subtests
) -> None:
    for action in ALLOWED_TO_A_MANAGER:
        with subtests.test(action.value):
            put_page(app, action)
            page = send(client)
            assert page.status_code == 200
            assert (ASKS in page.text) is (action in STEP_UP)


OF_ROLES = sorted(
    action for action in set(Action) - set(ALLOWED_TO_A_MANAGER) if ALLOWED[action] <= EVERYBODY
)


@pytest.mark.parametrize("action", OF_ROLES)
def test_the_same_is_asked_of_those_who_may_do_the_rest(
    office: Founded, client: FlaskClient, action: Action
) -> None:
    other = office.left_open(let_in(office, "Ren Okada", Role(min(ALLOWED[action]))))
    put_page(office.app, action)
    assert (ASKS in send(other).text) is (action in STEP_UP)
    assert send(client).status_code == 404


def test_every_page_of_such_an_action_asks(office: Founded) -> None:
    auditor = office.left_open(let_in(office, "Ren Okada", Role.AUDITOR))
    manager, officer = office.left_open(office.aiko), office.left_open(office.sora)
    others = {Action.EXPORT_AUDIT: auditor, Action.APPROVE_PLAN: officer}
    tokens = {one: token_of(one.get("/staff/me")) for one in (auditor, manager, officer)}
    asked = set()
    for rule in office.app.url_map.iter_rules():
        action = guard.GUARDS.get(rule.endpoint.removeprefix("staff."), "")
        if "POST" not in (rule.methods or ()) or action not in STEP_UP:
            continue
        address = rule.rule.replace("<member:member>", "ab" * 16)
        address = address.replace("<case:case>", "ab" * 16)
        address = address.replace("<proposal:proposal>", "ab" * 16)
        address = address.replace("<release:release>", "TOMOSHIBI-JP-2026-A")
        client = others.get(Action(action), manager)
        assert ASKS in client.post(address, data={"token": tokens[client]}).text, address
        asked.add(action)
    assert asked == STEP_UP - ASKED_ONCE_OPENED - BY_COMMAND


def test_a_stolen_browser_without_the_factor_changes_nothing(office: Founded) -> None:
    thief = office.left_open(office.aiko)
    invited = fill(thief, "/staff/people/invite", name="A Stranger", roles=["administrator"])
    removed = fill(thief, f"{person_called(thief, 'Sora Lind')}/remove", name="Sora Lind")
    signed = fill(
        thief,
        f"{person_called(thief, 'Daniel Berg')}/duties",
        roles=["supervisor"],
        manager="yes",
        confirmed="yes",
    )
    token = token_of(thief.get("/staff/me"))
    for page in (invited, removed, signed, thief.post(ANY, data={"token": token})):
        assert ASKS in page.text
        guessed = {**hidden(page), "step_up": WRONG}
        assert "This code is wrong" in thief.post(page.request.path, data=guessed).text
    with the_staff(office.app).service.read() as session:
        assert session.scalars(select(Invitation)).all() == []
        assert session.scalars(select(ProposalRow)).all() == []
        assert session.scalar(select(func.count()).select_from(RosterRow)) == 1


def test_pages_that_only_show_ask_for_nothing(client: FlaskClient) -> None:
    assert "<h1>" in client.get("/staff/people/invite").text
    assert ASKS not in client.get("/staff/people/invite").text
