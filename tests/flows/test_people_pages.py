"""People pages: who is who, for everybody; who is on the way, for roster managers."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from admin.models import Member
from crypto.custody import make_seed, public_key
from crypto.roles import Role
from tests.builders_staff import the_staff
from tests.founded import (
    Founded,
    address_of,
    ask,
    fill,
    hidden,
    join,
    let_in,
    numbers,
    person_called,
    press,
    proposal_about,
)

PEOPLE = "/staff/people"
NOBODY = f"/staff/people/{'ab' * 16}"
PROPOSAL = f"/staff/proposals/{'ab' * 16}"
SHOWING = (PEOPLE, f"{PEOPLE}/invite", NOBODY, f"{NOBODY}/duties", f"{NOBODY}/remove", PROPOSAL)
WRITING = (
    f"{PEOPLE}/invite",
    f"{NOBODY}/duties",
    f"{NOBODY}/remove",
    f"{NOBODY}/call-off",
    PROPOSAL,
    f"{PROPOSAL}/decline",
)


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    return office.signed_in(office.aiko)


@pytest.fixture
def kofi(office: Founded) -> FlaskClient:
    """The browser of an administrator, who is no roster manager."""
    return office.signed_in(let_in(office, "Kofi Mensah", Role.ADMINISTRATOR))


def test_strangers_reach_none_of_it(office: Founded) -> None:
    browser = office.browser()
    for address in SHOWING:
        assert browser.get(address).headers["Location"] == "/staff/sign-in", address
    for address in WRITING:
        assert browser.post(address, data={}).status_code == 403, address


def test_forms_of_other_sites_change_nothing(aiko: FlaskClient) -> None:
    for address in WRITING:
        assert aiko.post(address, data={"name": "Mei"}).status_code == 400, address
        sent = {**hidden(aiko.get(PEOPLE)), "no_such_field": "1"}
        assert aiko.post(address, data=sent).status_code == 400, address


def test_everybody_finds_people_in_the_head_of_the_page(aiko: FlaskClient) -> None:
    assert '<a href="/staff/people">People</a>' in aiko.get("/staff/").text


def test_people_are_listed_by_name_with_what_they_do(office: Founded, aiko: FlaskClient) -> None:
    page = aiko.get(PEOPLE)
    places = [page.text.index(f">{name}<") for name in ("Daniel Berg", "Sora Lind")]
    assert places == sorted(places)
    assert "steward, statistics officer · <strong>roster manager</strong>" in page.text
    assert office.sora.id.hex()[:8] in page.text
    assert "Nobody is on the way." in page.text
    assert "roster managers keep them until somebody has: the log" in page.text


def test_a_person_shows_what_they_can_open_and_why(office: Founded, aiko: FlaskClient) -> None:
    page = aiko.get(address_of(office.daniel))
    assert "new reports" in page.text
    assert "(because: reviewer, supervisor)" in page.text
    assert "(because: caseworker, supervisor)" in page.text
    assert len(numbers(page)) == 1
    assert len(numbers(page)[0].split()) == 9


def test_who_has_no_key_of_a_group_is_said_to_open_nothing(office: Founded) -> None:
    kofi = let_in(office, "Kofi Mensah", Role.ADMINISTRATOR)
    page = office.signed_in(kofi).get(address_of(kofi))
    assert "No report, no figure and no log" in page.text


def test_administrators_and_stewards_begin_with_people_and_caseworkers_with_reports(
    office: Founded, kofi: FlaskClient
) -> None:
    assert "People on the team" in kofi.get("/staff/").text
    assert "People on the team" in office.signed_in(office.sora).get("/staff/").text
    mei = office.signed_in(let_in(office, "Mei Tanaka", Role.CASEWORKER))
    assert "Next report" in mei.get("/staff/").text


def test_nobody_but_managers_sees_candidates_and_proposals(
    office: Founded, aiko: FlaskClient, kofi: FlaskClient
) -> None:
    join(office, ask(aiko, "Mei Tanaka", Role.CASEWORKER), "Mei Tanaka")
    candidate = person_called(aiko, "Mei Tanaka")
    fill(aiko, f"{candidate}/duties", roles=["caseworker"], confirmed="yes")
    proposal = proposal_about(aiko, "Mei Tanaka")
    page = kofi.get(PEOPLE)
    assert page.status_code == 200
    assert "Mei Tanaka" not in page.text
    assert "Ask somebody" not in page.text
    missing = kofi.get(NOBODY)
    assert missing.status_code == 404
    for address in (
        candidate,
        f"{candidate}/duties",
        f"{candidate}/remove",
        proposal,
        "/staff/people/invite",
        f"{address_of(office.daniel)}/duties",
        f"{address_of(office.daniel)}/remove",
    ):
        assert kofi.get(address).data == missing.data, address
    fields = hidden(page)
    for address in (
        "/staff/people/invite",
        f"{candidate}/call-off",
        f"{candidate}/duties",
        f"{address_of(office.daniel)}/remove",
        proposal,
        f"{proposal}/decline",
    ):
        assert kofi.post(address, data=fields).data == missing.data, address
    subject = candidate.rpartition("/")[2]
    refused = [entry.subject for entry in office.noted() if entry.verb == "access.denied"]
    assert refused.count(subject) == 5
    assert refused.count(proposal.rpartition("/")[2]) == 3


def test_a_manager_finds_no_page_about_nobody(office: Founded, aiko: FlaskClient) -> None:
    missing = aiko.get(NOBODY)
    assert missing.status_code == 404
    own = address_of(office.aiko)
    for address in (f"{NOBODY}/duties", f"{NOBODY}/remove", f"{own}/duties", f"{own}/remove"):
        assert aiko.get(address).data == missing.data, address


def test_every_look_at_people_is_in_the_log(office: Founded, aiko: FlaskClient) -> None:
    aiko.get(PEOPLE)
    aiko.get(address_of(office.daniel))
    looks = [entry for entry in office.noted() if entry.verb == "people.viewed"]
    assert [entry.subject for entry in looks] == ["", office.daniel.id.hex()]
    assert {entry.rule for entry in looks} == {"people.view: caseworker, reviewer, supervisor"}


def test_a_candidate_is_seen_from_the_link_to_the_keys_and_can_be_called_off(
    office: Founded, aiko: FlaskClient
) -> None:
    link = ask(aiko, "Mei Tanaka", Role.CASEWORKER)
    candidate = person_called(aiko, "Mei Tanaka")
    assert "Has a link that works until" in aiko.get(PEOPLE).text
    page = aiko.get(candidate)
    assert "To be: caseworker" in page.text
    assert not numbers(page)
    assert aiko.get(f"{candidate}/duties").status_code == 404
    _, made = join(office, link, "Mei Tanaka")
    assert "Has made their keys" in aiko.get(PEOPLE).text
    assert numbers(aiko.get(candidate)) == numbers(made)
    fill(aiko, f"{candidate}/duties", roles=["caseworker"], confirmed="yes")
    fields = hidden(aiko.get(candidate))
    for _ in range(2):
        gone = aiko.post(f"{candidate}/call-off", data=fields)
        assert gone.headers["Location"] == PEOPLE
    page = aiko.get(PEOPLE)
    assert "Mei Tanaka" not in page.text
    assert "Waits for a signature" not in page.text
    assert press(aiko, PEOPLE, f"{candidate}/call-off").status_code == 404
    assert "invitation.withdrawn" in [entry.verb for entry in office.noted()]
    join(office, ask(aiko, "Mei Tanaka", Role.CASEWORKER), "Mei Tanaka")


def test_nobody_who_belongs_can_be_called_off(office: Founded, aiko: FlaskClient) -> None:
    assert press(aiko, PEOPLE, f"{address_of(office.daniel)}/call-off").status_code == 404
    assert office.signed_in(office.daniel).get(PEOPLE).status_code == 200


def test_a_proposal_needs_the_box_to_be_ticked_and_roles_that_may_meet(
    office: Founded, aiko: FlaskClient
) -> None:
    join(office, ask(aiko, "Mei Tanaka", Role.CASEWORKER), "Mei Tanaka")
    duties = person_called(aiko, "Mei Tanaka") + "/duties"
    page = fill(aiko, duties, roles=["caseworker"])
    assert page.status_code == 422
    assert "Please tick this box once it is true." in page.text
    assert 'value="caseworker" id="role-caseworker" checked' in page.text
    page = fill(aiko, duties, roles=["caseworker", "auditor"], confirmed="yes")
    assert page.status_code == 422
    assert "never holds these roles together" in page.text


def test_keys_that_changed_behind_the_page_are_not_proposed(
    office: Founded, aiko: FlaskClient
) -> None:
    join(office, ask(aiko, "Mei Tanaka", Role.CASEWORKER), "Mei Tanaka")
    person = person_called(aiko, "Mei Tanaka")
    fields = hidden(aiko.get(f"{person}/duties"))
    member = bytes.fromhex(person.rpartition("/")[2])
    with the_staff(office.app).service.begin() as session:
        planted = public_key(make_seed())
        session.execute(update(Member).where(Member.id == member).values(sealing_key=planted))
    typed = {**fields, "roles": ["caseworker"], "confirmed": "yes"}
    page = aiko.post(f"{person}/duties", data=typed)
    assert page.status_code == 409
    assert "not the ones you compared" in page.text
    assert "Waits for a signature" not in aiko.get(PEOPLE).text


def test_keys_that_no_key_can_be_are_an_alarm(office: Founded, aiko: FlaskClient) -> None:
    with the_staff(office.app).service.begin() as session:
        mine = Member.id == office.daniel.id
        session.execute(update(Member).where(mine).values(signing_key=bytes(32)))
    assert "Stop: something was altered" in aiko.get(address_of(office.daniel)).text


def test_new_keys_of_somebody_known_are_shown_to_managers_alone(
    office: Founded, aiko: FlaskClient, kofi: FlaskClient
) -> None:
    with the_staff(office.app).service.begin() as session:
        mine = Member.id == office.daniel.id
        made = public_key(make_seed())
        session.execute(update(Member).where(mine).values(sealing_key=made))
    page = aiko.get(address_of(office.daniel))
    assert "Numbers that nobody has signed" in page.text
    signed, unsigned = numbers(page)
    assert signed != unsigned
    assert numbers(aiko.get(address_of(office.daniel) + "/duties")) == [unsigned]
    assert numbers(kofi.get(address_of(office.daniel))) == [signed]


def test_duties_of_who_belongs_are_changed_by_two_others(
    office: Founded, aiko: FlaskClient
) -> None:
    sora = office.signed_in(office.sora)
    duties = address_of(office.daniel) + "/duties"
    page = aiko.get(duties)
    assert "Compare the numbers" not in page.text
    assert 'value="reviewer" id="role-reviewer" checked' in page.text
    fill(aiko, duties, roles=["supervisor"], manager="yes", confirmed="yes")
    proposal = proposal_about(sora, "Daniel Berg")
    page = sora.get(proposal)
    assert "No longer: reviewer" in page.text
    assert "No longer: caseworker" in page.text
    assert "I know why this changes" in page.text
    fill(sora, proposal, confirmed="yes")
    assert "(because: supervisor)" in aiko.get(address_of(office.daniel)).text
    changed = [entry for entry in office.noted() if entry.verb == "role.changed"]
    assert [entry.fields for entry in changed] == [("supervisor",)]


def test_wishes_keep_the_mark_of_a_manager(aiko: FlaskClient) -> None:
    fill(aiko, "/staff/people/invite", name="Mei", roles=["steward"], manager="yes")
    page = aiko.get(person_called(aiko, "Mei"))
    assert "steward · <strong>roster manager</strong>" in page.text
