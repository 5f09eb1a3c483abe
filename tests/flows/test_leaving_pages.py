"""Somebody leaves: their name is typed, they are signed out, and everybody sees that they left."""

import pytest
from flask.testing import FlaskClient

from admin.errors import NotSignedInError
from admin.web.context import case_desk, desk, looking_desk
from crypto.roles import Role
from tests.founded import Founded, address_of, fill, hidden, let_in, numbers

PEOPLE = "/staff/people"


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    return office.signed_in(office.aiko)


@pytest.fixture
def kofi(office: Founded) -> FlaskClient:
    """The browser of an administrator, who is no roster manager."""
    return office.signed_in(let_in(office, "Kofi Mensah", Role.ADMINISTRATOR))


def test_somebody_goes_when_their_name_is_typed_and_is_signed_out(
    office: Founded, aiko: FlaskClient
) -> None:
    mei = let_in(office, "Mei Tanaka", Role.CASEWORKER)
    browser = office.signed_in(mei)
    leaving = address_of(mei) + "/remove"
    for typed, words in {"": "Please type the name", "Mei": "not the name above"}.items():
        page = fill(aiko, leaving, name=typed)
        assert page.status_code == 422
        assert words in page.text
    fields = {**hidden(aiko.get(leaving)), "name": " Mei Tanaka "}
    for _ in range(2):
        assert aiko.post(leaving, data=fields).headers["Location"] == PEOPLE
    assert browser.get(PEOPLE).headers["Location"] == "/staff/sign-in"
    assert "Who left" in aiko.get(PEOPLE).text
    page = aiko.get(address_of(mei))
    assert "Left the team" in page.text
    assert "Let them go" not in page.text
    assert aiko.get(leaving).status_code == 404
    sora = office.signed_in(office.sora).get(address_of(mei))
    assert "Propose that they belong" in sora.text
    assert [entry.verb for entry in office.noted()].count("offboarded") == 1


def test_who_left_is_shown_to_everybody_by_name_and_to_managers_with_numbers(
    office: Founded, aiko: FlaskClient, kofi: FlaskClient
) -> None:
    mei = let_in(office, "Mei Tanaka", Role.CASEWORKER)
    fill(aiko, address_of(mei) + "/remove", name="Mei Tanaka")
    assert "Mei Tanaka" in kofi.get(PEOPLE).text
    assert not numbers(kofi.get(address_of(mei)))
    assert len(numbers(aiko.get(address_of(mei)))) == 1


def test_who_cannot_be_removed_is_explained(office: Founded, aiko: FlaskClient) -> None:
    sora = office.signed_in(office.sora)
    fill(aiko, address_of(office.daniel) + "/remove", name="Daniel Berg")
    page = fill(sora, address_of(office.aiko) + "/remove", name="Aiko Mori")
    assert page.status_code == 409
    assert "at least two roster managers must remain" in page.text
    assert aiko.get(PEOPLE).status_code == 200


def test_who_is_removed_in_the_moment_of_acting_does_nothing(office: Founded) -> None:
    with office.desk(office.daniel) as at:
        ring = at.ring
    aiko = office.signed_in(office.aiko)
    fill(aiko, address_of(office.daniel) + "/remove", name="Daniel Berg")
    for work in (desk, case_desk, looking_desk):
        with (
            office.app.test_request_context("/staff/"),
            pytest.raises(NotSignedInError),
            work(ring),
        ):
            pass
