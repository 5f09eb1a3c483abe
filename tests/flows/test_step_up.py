"""Whoever finds a browser signed in can do nothing that cannot be undone."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, Response, jsonify
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from admin import browsers, tries
from admin.errors import NotSignedInError
from admin.keyring import Ring
from admin.models import Invitation, ProposalRow, SignIn, SpentCode
from admin.patience import Patience
from admin.permissions import ALLOWED, EVERYBODY, MANAGER, STEP_UP, Action
from admin.web import browser, guard
from crypto.envelope import Secret
from crypto.roles import Role
from forms.base import Form
from forms.fields import Codes, Words
from reporting import retention
from reporting.office_rows import RosterRow
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
from tests.founded import Founded, fill, let_in, person_called
from tests.stepping_up import ANY, ASKS, hidden, step_up

PROBE = "/staff/sign-out"  # the address behind which these tests put a page of their own
SENT = {"words": "an hour of\r\nwork", "codes": ["a", "b"]}
GOT = {"words": ["an hour of\r\nwork"], "codes": ["a", "b"]}
WRONG = "000000x"
MARKS = frozenset({"reviewer", "caseworker", "supervisor", MANAGER})  # of Aiko Mori
ALLOWED_TO_A_MANAGER = sorted(action for action in Action if ALLOWED[action] & MARKS)
# Of what kind a file is, is known once it is opened; test_evidence_pages sees that it asks.
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


def rows(app: Flask, model: type[SignIn] | type[SpentCode] | type[Invitation]) -> int:
    with the_staff(app).service.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


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
