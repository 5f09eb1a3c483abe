"""The way into the staff site, through HTTP."""

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from admin.models import Grant, Member, SignIn
from admin.patience import Patience
from admin.web import install
from crypto.passphrase import Parameters
from reporting import retention
from reporting.audit_rows import AuditRow
from reporting.settings import Settings, Site
from tests.builders import Seeds
from tests.builders_staff import (
    NEXT_CODE,
    a_reviewer,
    a_stored_report,
    first_page,
    flipped,
    the_staff,
    token_of,
    type_code,
    type_passphrase,
    write,
)
from tests.conftest import Clock
from wsgi import create_app


def rows_of(app: Flask, model: type[SignIn] | type[AuditRow]) -> int:
    with the_staff(app).service.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_somebody_with_passphrase_and_code_is_let_in(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    page = first_page(client, a_reviewer(app, seeds), clock)
    assert page.status_code == 200
    assert "Aiko Mori" in page.text


def test_nobody_gets_further_with_the_passphrase_alone(
    app: Flask, client: FlaskClient, seeds: Seeds
) -> None:
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in"


@pytest.mark.parametrize("name", ["Aiko Mori", "Nobody Known"])
def test_a_wrong_passphrase_and_an_unknown_name_get_the_same_answer(
    app: Flask, client: FlaskClient, seeds: Seeds, name: str
) -> None:
    a_reviewer(app, seeds)
    client.set_cookie("__Host-l", "en")
    page = type_passphrase(client, name, "not what she chose, I am afraid")
    assert page.status_code == 422
    assert "Name and passphrase do not belong together" in page.text
    assert f'value="{name}"' in page.text
    assert "not what she chose" not in page.text
    assert rows_of(app, SignIn) == 0
    assert rows_of(app, AuditRow) == 1


def test_a_name_is_found_however_it_is_written(
    app: Flask, client: FlaskClient, seeds: Seeds
) -> None:
    person = a_reviewer(app, seeds)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "AIKO")
    step = type_passphrase(client, f"{wide} mori", person.passphrase)
    assert step.headers["Location"] == "/staff/sign-in/code"


def test_empty_fields_are_asked_for_again(client: FlaskClient) -> None:
    client.set_cookie("__Host-l", "en")
    page = type_passphrase(client, "", "")
    assert page.status_code == 422
    assert "Please type your name." in page.text
    assert "Please type your passphrase." in page.text
    assert "<title>Check: Sign in" in page.text


def test_an_empty_code_is_asked_for_again(app: Flask, client: FlaskClient, seeds: Seeds) -> None:
    client.set_cookie("__Host-l", "en")
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    page = type_code(client, " ")
    assert page.status_code == 422
    assert "Please type the six digits" in page.text


def test_a_code_works_once(app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock) -> None:
    person = a_reviewer(app, seeds)
    first_page(client, person, clock)
    other = app.test_client()
    type_passphrase(other, person.name, person.passphrase)
    assert type_code(other, person.code(clock())).status_code == 422
    clock.advance(NEXT_CODE)
    assert type_code(other, person.code(clock())).status_code == 303


def test_a_code_used_by_two_browsers_at_once_lets_one_in(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    browsers = [app.test_client() for _ in range(3)]
    for browser in browsers:
        type_passphrase(browser, person.name, person.passphrase)
    answers: list[int] = []

    def race(browser: FlaskClient) -> None:
        answers.append(type_code(browser, person.code(clock())).status_code)

    racers = [threading.Thread(target=race, args=(browser,)) for browser in browsers]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(answers) == [303, 422, 422]


def test_digits_of_another_script_and_spaces_are_the_same_code(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    code = person.code(clock())
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert type_code(client, f"{wide[:3]} {wide[3:]}").status_code == 303


def test_five_wrong_codes_end_the_attempt(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    client.set_cookie("__Host-l", "en")
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    for _ in range(4):
        assert "This code is wrong" in type_code(client, "000000x").text
    assert "Please begin again" in type_code(client, "000000x").text
    assert rows_of(app, SignIn) == 0
    assert "Please begin again" in type_code(client, person.code(clock())).text


def test_five_tries_are_five_even_when_sent_all_at_once(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    cookie = client.get_cookie("__Host-s")
    assert cookie is not None
    browsers = [app.test_client() for _ in range(3)]
    answers: list[str] = []
    for browser in browsers:
        browser.set_cookie("__Host-s", cookie.value)
        browser.set_cookie("__Host-l", "en")

    def guess(browser: FlaskClient) -> None:
        answers.append(type_code(browser, "12345x").text)

    for _ in range(2):
        guesses = [threading.Thread(target=guess, args=(one,)) for one in browsers]
        for one in guesses:
            one.start()
        for one in guesses:
            one.join()
    assert sum("This code is wrong" in answer for answer in answers) == 4
    assert sum("Please begin again" in answer for answer in answers) == 2
    assert type_code(client, person.code(clock())).status_code == 422


def test_wrong_codes_slow_a_name_down_as_wrong_passphrases_do(
    app: Flask, client: FlaskClient, seeds: Seeds
) -> None:
    person = a_reviewer(app, seeds)
    pauses: list[float] = []
    patience = Patience(pauses.append)
    app.extensions["tomoshibi.staff"] = replace(the_staff(app), patience=patience)
    for _ in range(4):
        type_passphrase(client, person.name, person.passphrase)
        type_code(client, "000000x")
        type_code(client, "000000x")
    # A right passphrase in between forgives nothing, and is held back as well.
    assert pauses == [1.0, 2.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_a_pause_at_the_code_does_not_lock_its_owner_out(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    for _ in range(4):
        type_passphrase(client, person.name, person.passphrase)
        type_code(client, "000000x")
    first_page(client, person, clock)


@pytest.mark.parametrize("address", ["/staff/", "/staff/sign-in/code"])
def test_what_is_over_is_deleted_when_it_is_refused(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock, address: str
) -> None:
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    token = token_of(client.get("/staff/sign-in/code"))
    client.get("/staff/")
    assert rows_of(app, SignIn) == 1  # half-way in is refused here, and not over
    clock.advance(timedelta(minutes=2))
    if address == "/staff/":
        client.get(address)
    else:
        client.post(address, data={"token": token, "code": person.code(clock())})
    assert rows_of(app, SignIn) == 0


def test_a_sign_in_left_alone_is_deleted_when_it_is_refused(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    first_page(client, a_reviewer(app, seeds), clock)
    clock.advance(timedelta(minutes=15))
    client.get("/staff/")
    assert rows_of(app, SignIn) == 0


def test_a_sign_in_nobody_comes_back_to_is_swept_away_within_the_hour_after_its_end(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    first_page(client, a_reviewer(app, seeds), clock)
    service = the_staff(app).service
    for _ in range(8):
        clock.advance(timedelta(minutes=10))
        retention.sweep(service.database, service.sweeps, clock())
    assert rows_of(app, SignIn) == 0


def test_the_staff_site_alone_works_without_the_pepper_of_the_codes(
    app: Flask, settings: Settings, seeds: Seeds, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock, story="canary")
    person = a_reviewer(app, seeds)
    (settings.instance / "receipt.pepper").unlink()
    cheap = partial(install, parameters=Parameters.cheap_for_tests())
    alone = create_app(replace(settings, sites=frozenset({Site.STAFF})), clock, cheap)
    alone.config["PREFERRED_URL_SCHEME"] = "https"
    browser = alone.test_client()
    first_page(browser, person, clock)
    assert "canary" in browser.get(f"/staff/case/{case}").text
    assert write(browser, case, "reply", "hello").status_code == 303
    alone.extensions["tomoshibi"].database.engine.dispose()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_address_without_its_slash_leads_in_whatever_host_is_named(
    client: FlaskClient, method: str
) -> None:
    answer = client.open("/staff", method=method.upper(), headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/")


def test_an_altered_name_raises_the_alarm(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    with the_staff(app).service.begin() as session:
        member = session.scalars(select(Member)).one()
        member.name_sealed = flipped(member.name_sealed)
    assert type_code(client, person.code(clock())).status_code == 409


def test_a_member_removed_while_they_come_in_raises_the_alarm(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    with the_staff(app).service.begin() as session:
        session.execute(delete(Grant))
        session.execute(delete(Member))
    assert type_code(client, person.code(clock())).status_code == 409


def test_two_minutes_after_the_passphrase_the_attempt_is_over(
    app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock
) -> None:
    person = a_reviewer(app, seeds)
    type_passphrase(client, person.name, person.passphrase)
    clock.advance(timedelta(minutes=2))
    assert type_code(client, person.code(clock())).status_code == 422
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in"


def test_a_code_without_a_passphrase_before_it_is_refused(client: FlaskClient) -> None:
    client.get("/staff/sign-in")
    assert type_code(client, "123456").status_code == 422
