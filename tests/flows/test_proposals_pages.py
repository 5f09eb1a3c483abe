"""Proposals: a second manager compares, signs or declines; nobody signs what they did not see."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from admin.models import ProposalRow
from crypto import entries, roster
from crypto.acts import Change, Enrolment, Epoch, Removal
from crypto.custody import make_seed, public_key
from crypto.roles import Group, Role
from reporting.clock import day_of
from tests.founded import (
    Founded,
    ask,
    fill,
    hidden,
    join,
    person_called,
    press,
    proposal_about,
)

PEOPLE = "/staff/people"


@pytest.fixture
def aiko(office: Founded) -> FlaskClient:
    return office.signed_in(office.aiko)


@pytest.fixture
def daniel(office: Founded) -> FlaskClient:
    return office.signed_in(office.daniel)


@pytest.fixture
def mei(office: Founded, aiko: FlaskClient) -> str:
    """The page of a caseworker whom Aiko has proposed."""
    join(office, ask(aiko, "Mei Tanaka", Role.CASEWORKER), "Mei Tanaka")
    person = person_called(aiko, "Mei Tanaka")
    fill(aiko, f"{person}/duties", roles=["caseworker"], confirmed="yes")
    return person


def test_what_a_manager_proposed_they_do_not_sign_again(
    office: Founded, aiko: FlaskClient, mei: str
) -> None:
    proposal = proposal_about(aiko, "Mei Tanaka")
    page = aiko.get(proposal)
    assert "You have signed this." in page.text
    assert "I have compared" not in page.text
    shown = hidden(office.signed_in(office.daniel).get(proposal))["shown"]
    typed = {**hidden(page), "shown": shown, "confirmed": "yes"}
    page = aiko.post(proposal, data=typed)
    assert page.status_code == 409
    assert "You have signed this already." in page.text
    assert "made their keys, and opens nothing yet" in aiko.get(mei).text


def test_a_signature_needs_the_box_to_be_ticked(daniel: FlaskClient, mei: str) -> None:
    proposal = proposal_about(daniel, "Mei Tanaka")
    page = fill(daniel, proposal)
    assert page.status_code == 422
    assert "Please tick this box once it is true." in page.text
    assert "opens nothing yet" in daniel.get(mei).text


def test_a_button_pressed_twice_signs_once(office: Founded, daniel: FlaskClient, mei: str) -> None:
    proposal = proposal_about(daniel, "Mei Tanaka")
    typed = {**hidden(daniel.get(proposal)), "confirmed": "yes"}
    for _ in range(2):
        assert daniel.post(proposal, data=typed).headers["Location"] == PEOPLE
    assert "What they can open" in daniel.get(mei).text
    signed = [entry for entry in office.noted() if entry.verb == "roster.signed"]
    assert [entry.subject for entry in signed] == [mei.rpartition("/")[2]]


def test_a_proposal_sent_twice_waits_once(aiko: FlaskClient, mei: str) -> None:
    typed = {**hidden(aiko.get(f"{mei}/duties")), "roles": ["caseworker"], "confirmed": "yes"}
    before = aiko.get(PEOPLE).text.count("/staff/proposals/")
    for _ in range(2):
        assert aiko.post(f"{mei}/duties", data=typed).headers["Location"] == PEOPLE
    assert aiko.get(PEOPLE).text.count("/staff/proposals/") == before + 1


def test_a_declined_proposal_is_gone_and_the_person_can_be_proposed_anew(
    office: Founded, aiko: FlaskClient, daniel: FlaskClient, mei: str
) -> None:
    proposal = proposal_about(daniel, "Mei Tanaka")
    fields = hidden(daniel.get(proposal))
    fields.pop("shown")
    for _ in range(2):
        assert daniel.post(f"{proposal}/decline", data=fields).headers["Location"] == PEOPLE
    assert "Waits for a signature" not in aiko.get(PEOPLE).text
    assert daniel.get(proposal).status_code == 404
    assert press(daniel, PEOPLE, f"{proposal}/decline").status_code == 404
    fill(daniel, f"{mei}/duties", roles=["caseworker"], confirmed="yes")
    fill(aiko, proposal_about(aiko, "Mei Tanaka"), confirmed="yes")
    assert "What they can open" in aiko.get(mei).text
    assert "roster.declined" in [entry.verb for entry in office.noted()]


def test_what_became_void_is_not_signed_and_told(
    office: Founded, aiko: FlaskClient, daniel: FlaskClient, mei: str
) -> None:
    assert "nobody has signed" in daniel.get(mei).text
    proposal = proposal_about(daniel, "Mei Tanaka")
    typed = {**hidden(daniel.get(proposal)), "confirmed": "yes"}
    sora = f"{PEOPLE}/{office.sora.id.hex()}"
    fill(aiko, f"{sora}/remove", name="Sora Lind")
    page = daniel.post(proposal, data=typed)
    assert page.status_code == 409
    assert "Something else was signed meanwhile." in page.text
    assert "Waits for a signature" not in daniel.get(PEOPLE).text


def test_a_proposal_exchanged_behind_the_page_is_not_signed(
    office: Founded, daniel: FlaskClient, mei: str
) -> None:
    proposal = proposal_about(daniel, "Mei Tanaka")
    typed = {**hidden(daniel.get(proposal)), "confirmed": "yes"}
    with office.desk(office.aiko) as desk:
        row = desk.session.scalars(select(ProposalRow)).one()
        act = entries.read(row.entry).act
        assert isinstance(act, Enrolment)
        planted = type(act.person)(
            act.person.id,
            public_key(make_seed()),
            act.person.signing_key,
            act.person.roles,
            act.person.is_manager,
        )
        other = desk.ring.propose(desk.verified, Enrolment(act.day, planted))
        desk.session.execute(update(ProposalRow).values(entry=other))
    page = daniel.post(proposal, data=typed)
    assert page.status_code == 409
    assert "opens nothing yet" in daniel.get(mei).text


def test_only_what_two_managers_sign_is_ever_shown(
    office: Founded, aiko: FlaskClient, daniel: FlaskClient
) -> None:
    with office.desk(office.aiko) as desk:
        day = day_of(desk.now)
        epoch = Epoch(day, bytes(16), Group.INTAKE, public_key(make_seed()))
        for act in (Removal(day, office.sora.id), epoch):
            entry = desk.ring.propose(desk.verified, act)
            assert not roster.weigh(desk.verified, entry).missing
            row = {"id": entry[-16:], "entry": entry}
            desk.session.execute(insert(ProposalRow).values(row))
        garbage = {"id": bytes(16), "entry": b"garbage"}
        desk.session.execute(insert(ProposalRow).values(garbage))
    assert "Waits for a signature" not in daniel.get(PEOPLE).text
    assert aiko.get(f"/staff/proposals/{'00' * 16}").status_code == 404


def test_somebody_who_left_comes_back_by_two_signatures(
    aiko: FlaskClient, daniel: FlaskClient, mei: str
) -> None:
    fill(daniel, proposal_about(daniel, "Mei Tanaka"), confirmed="yes")
    fill(aiko, f"{mei}/remove", name="Mei Tanaka")
    duties = aiko.get(f"{mei}/duties")
    assert "Compare the numbers" in duties.text
    fill(aiko, f"{mei}/duties", roles=["caseworker", "supervisor"], manager="yes", confirmed="yes")
    proposal = proposal_about(daniel, "Mei Tanaka")
    page = daniel.get(proposal)
    assert "Would come back to the team" in page.text
    assert "New: supervisor" in page.text
    assert "New: roster manager" in page.text
    assert "I have compared these numbers with them by voice." in page.text
    fill(daniel, proposal, confirmed="yes")
    assert "Who left" not in aiko.get(PEOPLE).text
    assert "caseworker, supervisor · <strong>roster manager" in aiko.get(mei).text


def test_new_keys_of_somebody_who_belongs_are_pointed_out(
    office: Founded, aiko: FlaskClient, daniel: FlaskClient
) -> None:
    with office.desk(office.aiko) as desk:
        sora = desk.verified.people[office.sora.id]
        changed = type(sora)(
            sora.id, public_key(make_seed()), sora.signing_key, sora.roles, is_manager=False
        )
        act = Change(day_of(desk.now), changed)
        entry = desk.ring.propose(desk.verified, act)
        desk.session.add(ProposalRow(id=bytes(16), entry=entry))
    page = daniel.get(proposal_about(daniel, "Sora Lind"))
    assert "New keys: whoever has them opens what this person opens." in page.text
    assert "No longer: roster manager" in page.text
    assert "I have compared these numbers with them by voice." in page.text
    assert aiko.get(PEOPLE).status_code == 200


def test_keys_that_are_taken_into_force_are_handed_on(daniel: FlaskClient, mei: str) -> None:
    fill(daniel, proposal_about(daniel, "Mei Tanaka"), confirmed="yes")
    page = daniel.get(mei)
    assert "reports that are worked on" in page.text
    assert "The key is not there yet" not in page.text
