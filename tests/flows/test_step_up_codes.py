"""What was sent waits for a second factor, and goes on with it once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin import browsers, tries
from admin.errors import NotSignedInError
from admin.models import Invitation, SignIn, SpentCode
from admin.patience import Patience
from admin.permissions import Action
from crypto.envelope import Secret
from reporting import retention
from tests.builders_staff import (
    NEXT_CODE,
    StaffMember,
    first_page,
    the_staff,
    token_of,
    type_code,
    type_passphrase,
)
from tests.conftest import Clock
from tests.flows.test_step_up import PROBE, SENT, WRONG, put_page, send
from tests.founded import Founded
from tests.stepping_up import ANY, ASKS, hidden, step_up

GOT = {"words": ["an hour of\r\nwork"], "codes": ["a", "b"]}


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


def rows(app: Flask, model: type[SignIn] | type[SpentCode] | type[Invitation]) -> int:
    with the_staff(app).service.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_what_was_sent_waits_and_goes_on_with_the_code(
    client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    waiting = send(client)
    clock.advance(NEXT_CODE)
    done = client.post(PROBE, data={**hidden(waiting), "step_up": person.code(clock())})
    assert done.json == GOT


def test_no_passphrase_stands_in_the_page_that_waits(
    client: FlaskClient, person: StaffMember
) -> None:
    page = send(client, passphrase=person.passphrase, again=person.passphrase)
    assert ASKS in page.text
    assert person.passphrase not in page.text


def test_for_five_minutes_nothing_asks_again(
    client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    step_up(client, person, clock)
    clock.advance(timedelta(minutes=4, seconds=59))
    assert send(client).json == GOT
    clock.advance(timedelta(seconds=1))
    assert ASKS in send(client).text


def test_a_browser_that_was_not_asked_is_not_confirmed_by_another(
    app: Flask, client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    other = app.test_client()
    first_page(other, person, clock)
    step_up(other, person, clock)
    assert ASKS in send(client).text


def test_signing_in_alone_confirms_nothing(
    app: Flask, client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    step_up(client, person, clock)
    first_page(client, person, clock)
    put_page(app, Action.INVITE)
    assert ASKS in send(client).text


def test_a_button_pressed_twice_needs_its_code_once(
    client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    clock.advance(NEXT_CODE)
    code = person.code(clock())
    assert [send(client, step_up=code).json for _ in range(2)] == [GOT, GOT]


def test_a_code_that_is_missing_is_asked_for(client: FlaskClient, person: StaffMember) -> None:
    page = send(client, step_up=" ")
    assert "Please type the six digits" in page.text
    assert person.name in page.text
    assert hidden(page).items() >= {"words": [SENT["words"]], "codes": ["a", "b"]}.items()


def test_a_form_of_another_site_is_not_even_asked_about(client: FlaskClient) -> None:
    assert client.post(PROBE, data={"token": "00" * 16, **SENT}).status_code == 400
    assert send(client, answer="x" * 16_385).status_code == 400


def test_the_code_that_let_somebody_in_does_not_confirm(
    client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    assert "This code is wrong" in send(client, step_up=person.code(clock())).text


def test_a_code_shown_inside_lets_nobody_in_at_the_door(
    app: Flask, client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    step_up(client, person, clock)
    other = app.test_client()
    type_passphrase(other, person.name, person.passphrase)
    assert type_code(other, person.code(clock())).status_code == 422
    clock.advance(NEXT_CODE)
    assert type_code(other, person.code(clock())).status_code == 303


def test_a_code_shown_in_two_browsers_at_once_confirms_one(
    app: Flask, client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    other = app.test_client()
    first_page(other, person, clock)
    clock.advance(NEXT_CODE)
    code, answers = person.code(clock()), list[bool]()

    def race(racer: FlaskClient) -> None:
        answers.append(send(racer, step_up=code).is_json)

    racers = [threading.Thread(target=race, args=(one,)) for one in (client, other)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(answers) == [False, True]


def test_five_wrong_codes_end_the_sign_in_and_its_owner_comes_in_again(
    app: Flask, client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    for _ in range(4):
        assert "This code is wrong" in send(client, step_up=WRONG).text
    assert "Please begin again" in send(client, step_up=WRONG).text
    assert rows(app, SignIn) == 0
    first_page(client, person, clock)


def test_a_right_code_forgives_the_wrong_ones_before_it(
    client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    for _ in range(3):
        for _ in range(3):
            send(client, step_up=WRONG)
        step_up(client, person, clock)
        clock.advance(timedelta(minutes=5))
    assert ASKS in send(client).text


def test_wrong_codes_inside_slow_a_name_down_as_at_the_door(
    app: Flask, client: FlaskClient
) -> None:
    pauses: list[float] = []
    staff = replace(the_staff(app), known=Patience(pauses.append))
    app.extensions["tomoshibi.staff"] = staff
    for _ in range(5):
        send(client, step_up=WRONG)
    assert pauses == [1.0, 2.0]


def test_the_log_tells_who_confirmed_and_who_failed_to(office: Founded) -> None:
    client = office.left_open(office.aiko)
    fields = {"token": token_of(client.get("/staff/me"))}
    client.post(ANY, data={**fields, "step_up": WRONG})
    client.post(ANY, data={**fields, "answer": "{}"})
    step_up(client, office.aiko, office.clock)
    own = office.aiko.id.hex()
    told = [
        (entry.verb, entry.actor, entry.subject, entry.fields)
        for entry in office.noted()
        if entry.verb.startswith("step_up")
    ]
    assert told[:3] == [
        ("step_up.failed", own, own, ("code",)),
        ("step_up.failed", own, own, ("passkey",)),
        ("step_up", own, own, ()),
    ]


def test_used_codes_are_forgotten_once_they_are_too_old_to_work(
    app: Flask, client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    service = the_staff(app).service
    step_up(client, person, clock)
    assert rows(app, SpentCode) == 2
    retention.sweep(service.database, service.sweeps, clock())
    assert rows(app, SpentCode) == 2
    clock.advance(timedelta(hours=2))
    retention.sweep(service.database, service.sweeps, clock())
    assert rows(app, SpentCode) == 0


def test_whoever_is_signed_out_meanwhile_confirms_nothing(
    app: Flask, client: FlaskClient, person: StaffMember, clock: Clock
) -> None:
    waiting = send(client)
    clock.advance(NEXT_CODE)
    with the_staff(app).service.begin() as session:
        browsers.erase_all(session, person.id)
    late = client.post(PROBE, data={**hidden(waiting), "step_up": person.code(clock())})
    assert late.status_code == 403


def test_no_sixth_try_is_begun_however_fast_it_comes(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    cookie = client.get_cookie("__Host-s")
    assert cookie is not None
    keys = browsers.keys_from(Secret(bytes.fromhex(cookie.value)))
    service = the_staff(app).service
    challenges = set()
    for _ in range(5):
        with service.begin() as session:
            challenges.add(tries.take_live(session, keys, clock()).challenge)
    assert len(challenges) == 5
    with service.begin() as session, pytest.raises(NotSignedInError):
        tries.take_live(session, keys, clock())
