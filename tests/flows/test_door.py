"""The staff's door when many stand before it: who came in before is not held up by strangers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.patience import Patience
from crypto.passphrase import name_tag
from reporting.web import budgets
from reporting.web.budgets import LIMITS, Kind
from tests.builders import Seeds
from tests.builders_staff import (
    NEXT_CODE,
    a_member,
    a_reviewer,
    first_page,
    flipped,
    the_staff,
    token_of,
    type_code,
    type_passphrase,
)
from tests.conftest import Clock
from tests.crowds import Held

GUESSED = 16  # names that strangers type, as many as were enough to fill the line once


@contextmanager
def guessing(app: Flask) -> Iterator[None]:
    """Let strangers hammer sixteen names, all at once, until the block ends."""
    pause = Held()
    patience = Patience(pause)
    app.extensions["tomoshibi.staff"] = replace(the_staff(app), patience=patience)
    names = [f"Nobody {number}" for number in range(GUESSED)]
    for name in names * 3:
        patience.failed(name_tag(the_staff(app).door.pepper, name))
    strangers = [
        threading.Thread(target=type_passphrase, args=(app.test_client(), name, "a guess"))
        for name in names
    ]
    for stranger in strangers:
        stranger.start()
    pause.begun.acquire()
    try:
        yield
    finally:
        pause.over.set()
        for stranger in strangers:
            stranger.join()


def test_sixteen_strangers_keep_nobody_out_of_a_browser_they_came_in_with_before(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    page = first_page(client, person, clock)
    client.post("/staff/sign-out", data={"token": token_of(page)})
    clock.advance(timedelta(days=1))
    with guessing(app):
        first_page(client, person, clock)
    assert "Aiko Mori" in client.get("/staff/").text


def test_strangers_with_names_that_fail_keep_out_no_new_browser_either(
    app: Flask, client: FlaskClient, seeds: Seeds
) -> None:
    person = a_reviewer(app, seeds)
    with guessing(app):
        assert type_passphrase(client, person.name, person.passphrase).status_code == 303


@contextmanager
def nobody_moves(app: Flask) -> Iterator[None]:
    """Let strangers stand in every place at the door, until the block ends."""
    line = budgets.of(app).lines[Kind.SIGN_IN]
    places, _waiting = LIMITS[Kind.SIGN_IN]
    for _ in range(places):
        line.enter()
    yield
    for _ in range(places):
        line.leave()


def test_who_finds_the_door_full_keeps_the_name_and_hears_when_to_come_again(
    app: Flask, client: FlaskClient, seeds: Seeds
) -> None:
    client.set_cookie("__Host-l", "en")
    person = a_reviewer(app, seeds)
    with nobody_moves(app):
        page = type_passphrase(client, person.name, person.passphrase)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
    assert "Please wait half a minute" in page.text
    assert f'value="{person.name}"' in page.text
    assert person.passphrase not in page.text
    client.set_cookie("__Host-l", "ja")
    with nobody_moves(app):
        page = type_passphrase(client, person.name, person.passphrase)
    assert "<h1>Sign in" not in page.text
    assert type_passphrase(client, person.name, person.passphrase).status_code == 303


def test_a_name_that_another_site_sends_to_the_full_door_is_not_shown(
    app: Flask, client: FlaskClient
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    with nobody_moves(app):
        page = client.post("/staff/sign-in", data={"name": "Aiko"}, headers=headers)
        assert (page.status_code, "Aiko" in page.text) == (503, False)
        page = client.post("/staff/sign-in", data="Aiko", content_type="text/plain")
        assert (page.status_code, "Aiko" in page.text) == (503, False)


def test_who_finds_the_door_full_at_the_code_goes_on_with_the_code(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    client.set_cookie("__Host-l", "en")
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    with nobody_moves(app):
        page = type_code(client, person.code(clock()))
    assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
    assert 'action="/staff/sign-in/code"' in page.text
    assert "Please wait half a minute" in page.text
    assert type_code(client, person.code(clock())).status_code == 303


def mark_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("__Host-k")
    assert cookie is not None
    return cookie.value


def test_the_mark_of_a_browser_is_new_with_each_sign_in_and_says_nothing(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    first_page(client, person, clock)
    first = mark_of(client)
    first_page(client, person, clock)
    assert len(first) == 72
    assert mark_of(client)[:32] != first[:32]
    type_passphrase(client, person.name, person.passphrase)
    handed = type_code(client, person.code(clock() + NEXT_CODE)).headers.getlist("Set-Cookie")
    told = next(one for one in handed if one.startswith("__Host-k="))
    for flag in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/", f"Max-Age={14 * 86_400}"):
        assert flag in told


def test_a_browser_whose_mark_is_over_or_none_of_ours_is_a_strangers_again(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    first_page(client, person, clock)
    mark = mark_of(client)
    for shown in ("", "zz", mark[:-2], flipped(bytes.fromhex(mark)).hex()):
        other = app.test_client()
        other.set_cookie("__Host-k", shown)
        with nobody_moves(app):
            assert type_passphrase(other, person.name, person.passphrase).status_code == 503
    clock.advance(timedelta(days=13))
    with nobody_moves(app):
        assert type_passphrase(client, person.name, person.passphrase).status_code == 303
    clock.advance(timedelta(days=1))
    with nobody_moves(app):
        assert type_passphrase(client, person.name, person.passphrase).status_code == 503


def test_one_browser_that_came_in_before_holds_up_none_of_the_others(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    aiko, jun = a_reviewer(app, seeds), a_member(app, seeds, "Jun")
    one, other = app.test_client(), app.test_client()
    first_page(one, aiko, clock)
    first_page(other, jun, clock)
    pause = Held()
    app.extensions["tomoshibi.staff"] = replace(the_staff(app), known=Patience(pause))
    for _ in range(3):
        type_passphrase(one, jun.name, "a guess")
    held = threading.Thread(target=type_passphrase, args=(one, jun.name, "a guess"))
    held.start()
    pause.begun.acquire()
    assert type_passphrase(other, jun.name, jun.passphrase).status_code == 303
    pause.over.set()
    held.join()
    assert pause.seconds == [1.0]


def test_where_not_even_the_store_answers_the_code_is_asked_for_again(
    app: Flask, client: FlaskClient, seeds: Seeds
) -> None:
    client.set_cookie("__Host-l", "en")
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    token = token_of(client.get("/staff/sign-in"))
    engine = the_staff(app).service.database.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("only the store of SQLite is a file that can be taken away")
    engine.dispose()
    Path(str(engine.url.database)).unlink()
    Path(str(engine.url.database)).mkdir()
    page = client.post("/staff/sign-in/code", data={"token": token, "code": "123456"})
    assert page.status_code == 503
    assert "Code from your app" in page.text
    assert "123456" not in page.text
