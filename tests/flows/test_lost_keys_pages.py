"""Somebody lost their keys: a manager makes a link, and two sign what was made with it."""

import pytest
from flask.testing import FlaskClient

from crypto.roles import Role
from tests.founded import (
    Founded,
    address_of,
    fill,
    hidden,
    join,
    let_in,
    link_of,
    numbers,
    press,
    proposal_about,
)

PEOPLE = "/staff/people"


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    return office.signed_in(office.aiko)


def test_somebody_comes_back_with_new_keys_once_two_managers_signed_them(
    office: Founded, aiko: FlaskClient
) -> None:
    mei = let_in(office, "Mei Tanaka", Role.REVIEWER)
    browser, person = office.signed_in(mei), address_of(mei)
    before = numbers(aiko.get(person))
    shown = press(aiko, person, f"{person}/new-keys")
    assert "It is shown this one time." in shown.text
    renewed, made = join(office, link_of(shown), "Mei Tanaka")
    assert browser.get(PEOPLE).headers["Location"] == "/staff/sign-in"
    assert numbers(aiko.get(person)) == [*before, *numbers(made)]
    fill(aiko, f"{person}/duties", roles=["reviewer"], confirmed="yes")
    daniel = office.signed_in(office.daniel)
    fill(daniel, proposal_about(daniel, "Mei Tanaka"), confirmed="yes")
    # What she declared was signed with the old keys: she is in, and is asked for it anew.
    assert office.signed_in(renewed).get(PEOPLE).headers["Location"] == "/staff/me/declaration"
    assert [entry.verb for entry in office.noted()].count("key.lost") == 1


def test_a_link_for_new_keys_is_shown_once(office: Founded, aiko: FlaskClient) -> None:
    person = address_of(office.sora)
    fields = hidden(aiko.get(person))
    assert link_of(aiko.post(f"{person}/new-keys", data=fields))
    again = aiko.post(f"{person}/new-keys", data=fields)
    assert "The link was made already" in again.text


def test_nobody_makes_such_a_link_for_themself_or_for_a_stranger(
    office: Founded, aiko: FlaskClient
) -> None:
    mine, theirs = address_of(office.aiko), address_of(office.sora)
    assert "Make a link for new keys" not in aiko.get(mine).text
    assert "Make a link for new keys" in aiko.get(theirs).text
    fields = hidden(aiko.get(theirs))
    for person in (mine, f"{PEOPLE}/{'00' * 16}"):
        assert aiko.post(f"{person}/new-keys", data=fields).status_code == 404


def test_whoever_is_no_manager_makes_none(office: Founded) -> None:
    mei = office.signed_in(let_in(office, "Mei Tanaka", Role.REVIEWER))
    person = address_of(office.sora)
    assert "Make a link for new keys" not in mei.get(person).text
    refused = mei.post(f"{person}/new-keys", data=hidden(mei.get("/staff/")))
    assert refused.status_code == 404
