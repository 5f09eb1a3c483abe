"""Keys that nobody handed on yet: pages say whom to ask, and raise no alarm."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from admin.circle_rows import CircleKey
from admin.models import Grant
from crypto.roles import Role
from tests.builders_staff import a_stored_report, the_staff
from tests.founded import Founded, address_of, ask, fill, let_in

PEOPLE = "/staff/people"


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    return office.signed_in(office.aiko)


def test_a_key_that_nobody_handed_on_yet_is_awaited_on_the_pages(
    office: Founded, aiko: FlaskClient
) -> None:
    ren = let_in(office, "Ren Okada", Role.AUDITOR)
    assert "Key not there yet: the log" in aiko.get(PEOPLE).text.replace("</span> ", "")
    assert "The key is not there yet" in aiko.get(address_of(ren)).text
    browser = office.signed_in(ren)
    page = browser.get("/staff/audit")
    assert page.status_code == 409
    assert "Nothing is wrong." in page.text
    assert "Another auditor or a roster manager has to sign in once." in page.text
    office.signed_in(office.daniel).get("/staff/")
    assert browser.get("/staff/audit").status_code == 200


def test_somebody_without_a_name_is_let_go_by_the_beginning_of_their_number(
    office: Founded, aiko: FlaskClient
) -> None:
    with the_staff(office.app).service.begin() as session:
        mine = CircleKey.member_id == office.aiko.id
        session.execute(delete(CircleKey).where(mine))
    page = aiko.get(PEOPLE)
    assert "still on its way to you" in page.text
    assert "name not known here" in page.text
    assert "Aiko Mori" in page.text
    assert "Daniel Berg" not in page.text
    leaving = address_of(office.daniel) + "/remove"
    assert office.daniel.id.hex()[:8] in aiko.get(leaving).text
    fill(aiko, leaving, name=office.daniel.id.hex()[:8])
    assert office.signed_in(office.sora).get(PEOPLE).text.count("Who left") == 1


def test_a_manager_without_the_managers_key_is_told_whom_to_ask(
    office: Founded, aiko: FlaskClient
) -> None:
    with the_staff(office.app).service.begin() as session:
        mine = (CircleKey.member_id == office.aiko.id) & (CircleKey.circle == "managers")
        session.execute(delete(CircleKey).where(mine))
    assert "still on its way to you" in aiko.get(PEOPLE).text
    page = fill(aiko, "/staff/people/invite", name="Mei", roles=["caseworker"])
    assert page.status_code == 409
    assert "Another roster manager has to sign in once." in page.text
    office.signed_in(office.daniel).get("/staff/")
    ask(aiko, "Mei", Role.CASEWORKER)


def test_a_report_whose_key_was_not_handed_on_is_no_alarm(
    office: Founded,
) -> None:
    case, _code = a_stored_report(office.app, office.clock)
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(Grant).where(Grant.member_id == office.aiko.id))
    late = office.signed_in(office.aiko)
    assert late.get("/staff/").status_code == 200
    queue = late.get("/staff/list/received")
    assert "Its key is on the way to you" in queue.text
    # Nobody has asked yet whether it exists for them.
    assert case[:8] not in queue.text
    page = late.get(f"/staff/case/{case}")
    assert page.status_code == 409
    assert "A reviewer or a supervisor has to sign in once." in page.text
    office.signed_in(office.daniel).get("/staff/")
    assert late.get(f"/staff/case/{case}").status_code == 200
    assert "alarm.raised" not in [entry.verb for entry in office.noted()]
