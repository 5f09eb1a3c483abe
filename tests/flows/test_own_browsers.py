"""Where somebody is signed in: listed on their own page, and ended by them or by a supervisor."""

import pytest
from flask.testing import FlaskClient

from tests.builders_staff import type_passphrase
from tests.flows.test_own_page import ME, send
from tests.founded import Founded
from tests.stepping_up import hidden

OTHER = "Another browser"


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    """The browser of a supervisor who is a roster manager."""
    return office.signed_in(office.aiko)


def test_where_somebody_is_signed_in_is_listed_with_its_end(
    office: Founded, aiko: FlaskClient
) -> None:
    office.left_open(office.daniel).get("/staff/")
    assert OTHER not in aiko.get(ME).text
    office.left_open(office.aiko).get("/staff/")
    half_way = office.browser()
    type_passphrase(half_way, office.aiko.name, office.aiko.passphrase)
    page = aiko.get(ME).text
    assert page.count("This browser") == 1
    assert page.count(OTHER) == 2
    assert page.count('<time datetime="2026-11-24T10:00Z">') == 3


def test_one_other_browser_is_ended(office: Founded, aiko: FlaskClient) -> None:
    other, third = office.left_open(office.aiko), office.left_open(office.aiko)
    rows = hidden(aiko.get(ME))["row"]
    assert send(aiko, f"{ME}/end", row=rows[0]).headers["Location"] == ME
    assert send(aiko, f"{ME}/end", row=rows[0]).headers["Location"] == ME
    assert hidden(aiko.get(ME))["row"] == rows[1:]
    assert sorted(one.get(ME).status_code for one in (other, third)) == [200, 303]
    ended = [(one.subject, one.count) for one in office.noted() if one.verb == "session.ended"]
    assert ended == [(office.aiko.id.hex(), 1)]


def test_all_others_are_ended_at_once(office: Founded, aiko: FlaskClient) -> None:
    others = [office.left_open(office.aiko) for _ in range(2)]
    daniel = office.left_open(office.daniel)
    assert send(aiko, f"{ME}/end-others").headers["Location"] == ME
    assert [one.get(ME).status_code for one in others] == [303, 303]
    assert aiko.get(ME).status_code == daniel.get(ME).status_code == 200
    ended = [(one.subject, one.count) for one in office.noted() if one.verb == "session.ended"]
    assert ended == [(office.aiko.id.hex(), 2)]


def test_nobody_ends_the_browsers_of_others_by_their_numbers(
    office: Founded, aiko: FlaskClient
) -> None:
    daniel = office.left_open(office.daniel)
    office.left_open(office.daniel).get("/staff/")
    (row,) = hidden(daniel.get(ME))["row"]
    send(aiko, f"{ME}/end", row=row)
    assert hidden(daniel.get(ME))["row"] == [row]


def test_a_supervisor_signs_somebody_out_everywhere(office: Founded, aiko: FlaskClient) -> None:
    browsers = [office.left_open(office.sora) for _ in range(2)]
    person = f"/staff/people/{office.sora.id.hex()}"
    assert "Sign them out everywhere" in aiko.get(person).text
    assert send(aiko, f"{person}/sessions").headers["Location"] == person
    assert [one.get(ME).status_code for one in browsers] == [303, 303]
    assert aiko.get(ME).status_code == 200
    (ended,) = (one for one in office.noted() if one.verb == "session.ended")
    assert (ended.actor, ended.subject) == (office.aiko.id.hex(), office.sora.id.hex())
    assert (ended.count, ended.rule) == (2, "sessions.end: supervisor")


def test_only_supervisors_do_and_only_to_somebody(office: Founded, aiko: FlaskClient) -> None:
    sora = office.signed_in(office.sora)
    person = f"/staff/people/{office.aiko.id.hex()}"
    assert "Sign them out everywhere" not in sora.get(person).text
    assert send(sora, f"{person}/sessions").status_code == 404
    assert aiko.get(ME).status_code == 200
    assert send(aiko, f"/staff/people/{'ab' * 16}/sessions").status_code == 404
