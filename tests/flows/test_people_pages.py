"""People pages: who is who, for everybody; who is on the way, for roster managers."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from admin.errors import NotSignedInError
from admin.models import CircleKey, Grant, Member
from admin.web.context import desk
from crypto.custody import make_seed, public_key
from crypto.roles import Role
from tests.builders_staff import StaffMember, a_stored_report, the_staff
from tests.founded import (
    Founded,
    ask,
    fill,
    hidden,
    join,
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


def let_in(office: Founded, name: str, *roles: Role) -> StaffMember:
    """Let somebody join through the pages."""
    aiko, daniel = office.signed_in(office.aiko), office.signed_in(office.daniel)
    newcomer, _ = join(office, ask(aiko, name, *roles), name)
    person = person_called(aiko, name)
    fill(aiko, f"{person}/duties", roles=list(roles), confirmed="yes")
    fill(daniel, proposal_about(daniel, name), confirmed="yes")
    return StaffMember(
        bytes.fromhex(person.rpartition("/")[2]), name, newcomer.passphrase, newcomer.codes
    )


def address_of(person: StaffMember) -> str:
    return f"{PEOPLE}/{person.id.hex()}"


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
    office.signed_in(office.daniel)
    assert browser.get("/staff/audit").status_code == 200


def test_administrators_and_stewards_begin_with_people_and_caseworkers_wait(
    office: Founded, kofi: FlaskClient
) -> None:
    assert "People on the team" in kofi.get("/staff/").text
    assert "People on the team" in office.signed_in(office.sora).get("/staff/").text
    mei = office.signed_in(let_in(office, "Mei Tanaka", Role.CASEWORKER))
    assert "Nothing is here for you yet" in mei.get("/staff/").text


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
    office.signed_in(office.daniel)
    ask(aiko, "Mei", Role.CASEWORKER)


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
    with office.app.app_context(), pytest.raises(NotSignedInError), desk(ring):
        pass


def test_a_report_whose_key_was_not_handed_on_is_no_alarm(
    office: Founded,
) -> None:
    case, _code = a_stored_report(office.app, office.clock)
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(Grant).where(Grant.member_id == office.aiko.id))
    late = office.signed_in(office.aiko)
    queue = late.get("/staff/")
    assert "Its key is on the way to you" in queue.text
    page = late.get(f"/staff/case/{case}")
    assert page.status_code == 409
    assert "A reviewer or a supervisor has to sign in once." in page.text
    office.signed_in(office.daniel)
    assert late.get(f"/staff/case/{case}").status_code == 200
    assert "alarm.raised" not in [entry.verb for entry in office.noted()]


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
