"""Every action over HTTP, by everybody: there for the roles of the table, and not for others."""

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from admin.keyring import Ring
from admin.permissions import ALLOWED, MANAGER, ON_STAFF, Action
from admin.web import guard
from crypto.roles import Role
from tests.arrivals import seat_founders
from tests.builders import Seeds
from tests.builders_staff import a_member, first_page
from tests.conftest import Clock

PAGE = "/staff/audit"
NOWHERE = "/staff/nowhere"


def probe(_ring: Ring) -> Response:
    return Response("let in")


def tried(app: Flask, client: FlaskClient) -> set[Action]:
    """Put each action's guard before a page; return those with which the page is there."""
    missing, there = client.get(NOWHERE), set()
    for action in Action:
        app.view_functions["staff.log"] = guard.requires(action)(probe)
        page = client.get(PAGE)
        if page.status_code == 200:
            there.add(action)
            continue
        assert (page.status_code, page.data) == (404, missing.data), action
    return there


@pytest.mark.parametrize("role", Role)
def test_each_role_does_what_the_table_says_and_nothing_else(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock, role: Role
) -> None:
    seat_founders(app, seeds)
    first_page(client, a_member(app, seeds, "Somebody", role), clock)
    allowed = {action for action, marks in ALLOWED.items() if marks & {role, ON_STAFF}}
    assert tried(app, client) == allowed


def test_the_mark_of_a_manager_adds_what_is_a_managers(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    seat_founders(app, seeds)
    steward = a_member(app, seeds, "Sora Lind", Role.STEWARD, manages=True)
    first_page(client, steward, clock)
    marks = {Role.STEWARD, MANAGER, ON_STAFF}
    assert tried(app, client) == {action for action, who in ALLOWED.items() if who & marks}


def test_without_a_role_nothing_opens_but_practice_the_own_declaration_and_what_is_lent(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    seat_founders(app, seeds)
    first_page(client, a_member(app, seeds, "Yuna Sato"), clock)
    assert tried(app, client) == {Action.DECLARE, Action.PRACTISE, Action.INTERPRET}
