"""How long somebody stays signed in, and what the cookie of their browser opens."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.models import Member, SignIn
from admin.web import install
from crypto.passphrase import Parameters
from reporting.settings import Settings
from tests.builders import Seeds, an_office
from tests.builders_staff import (
    a_member,
    a_reviewer,
    first_page,
    the_staff,
    token_of,
    type_code,
    type_passphrase,
)
from tests.conftest import Clock
from tests.flows.test_staff_signin import rows_of
from wsgi import create_app


def test_a_quarter_of_an_hour_of_doing_nothing_signs_out(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    first_page(client, a_reviewer(app, seeds), clock)
    clock.advance(timedelta(minutes=14))
    assert client.get("/staff/").status_code == 200
    clock.advance(timedelta(minutes=14))
    assert client.get("/staff/").status_code == 200
    clock.advance(timedelta(minutes=15))
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in"


def test_after_eight_hours_everybody_signs_in_again(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    first_page(client, a_reviewer(app, seeds), clock)
    for _ in range(47):
        clock.advance(timedelta(minutes=10))
        assert client.get("/staff/").status_code == 200
    clock.advance(timedelta(minutes=10))
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in"


def test_signing_out_ends_it_for_the_cookie_too(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    token = token_of(first_page(client, a_reviewer(app, seeds), clock))
    cookie = client.get_cookie("__Host-s")
    assert cookie is not None
    assert client.post("/staff/sign-out", data={"token": token}).status_code == 303
    assert client.get_cookie("__Host-s") is None
    client.set_cookie("__Host-s", cookie.value)
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in"
    assert rows_of(app, SignIn) == 0


def test_a_link_cannot_sign_anybody_out(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    first_page(client, a_reviewer(app, seeds), clock)
    assert client.get("/staff/sign-out").status_code == 404
    assert client.get("/staff/").status_code == 200


def test_the_cookie_changes_with_each_step_and_is_kept_from_scripts_and_other_sites(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    first = type_passphrase(client, person.name, person.passphrase).headers["Set-Cookie"]
    second = type_code(client, person.code(clock())).headers["Set-Cookie"]
    assert first.split(";")[0] != second.split(";")[0]
    for flag in ("__Host-s=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert flag in second
    assert "Max-Age" not in second
    assert "Expires" not in second


def test_signing_in_again_ends_what_the_browser_had_open(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    first_page(client, person, clock)
    first_page(client, person, clock)
    assert rows_of(app, SignIn) == 1


def test_a_copied_row_opens_nothing_without_its_cookie(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    first_page(client, a_reviewer(app, seeds), clock)
    with the_staff(app).service.read() as session:
        row = session.scalars(select(SignIn)).one()
    thief = app.test_client()
    thief.set_cookie("__Host-s", (row.id * 2).hex())
    assert thief.get("/staff/").headers["Location"] == "/staff/sign-in"


def test_a_row_put_in_place_of_another_opens_nothing(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    aiko, jun = app.test_client(), app.test_client()
    first_page(aiko, a_reviewer(app, seeds), clock)
    first_page(jun, a_member(app, seeds, "Jun"), clock)
    with the_staff(app).service.begin() as session:
        one, two = session.scalars(select(SignIn)).all()
        one.box_sealed, two.box_sealed = two.box_sealed, one.box_sealed
    assert aiko.get("/staff/").headers["Location"] == "/staff/sign-in"
    assert jun.get("/staff/").headers["Location"] == "/staff/sign-in"


@pytest.mark.parametrize("value", ["", "zz", "ab" * 31])
def test_a_cookie_that_is_none_of_ours_is_nobody(client: FlaskClient, value: str) -> None:
    client.set_cookie("__Host-s", value)
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in"


def test_an_exchanged_key_ring_raises_the_alarm(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    with the_staff(app).service.begin() as session:
        session.scalars(select(Member)).one().rev += 1
    page = type_code(client, person.code(clock()))
    assert page.status_code == 409
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in"


def test_on_this_machine_the_cookie_goes_without_its_prefix(
    loopback: Settings, seeds: Seeds, clock: Clock
) -> None:
    an_office(loopback, seeds)
    app = create_app(loopback, clock, partial(install, parameters=Parameters.cheap_for_tests()))
    cookie = app.test_client().get("/staff/sign-in").headers["Set-Cookie"]
    app.extensions["tomoshibi"].database.engine.dispose()
    assert cookie.startswith("s=")
    assert "Secure" not in cookie
    assert "SameSite=Strict" in cookie
