"""Two managers let somebody in, one lets somebody go, and nobody signs what they have not seen."""

import secrets

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from admin import circles, membership
from admin.accounts import Duties
from admin.circles import Circle
from admin.errors import HiddenError, ProposalError
from admin.membership import NOT_POSSIBLE, TWICE, VOID, Waiting
from admin.models import About, Member, ProposalRow
from crypto import entries, roster
from crypto.acts import Enrolment, Person, Removal
from crypto.roles import Group, Role
from reporting.clock import day_of
from tests.builders_people import (
    READER,
    Team,
    a_joined,
    an_invited,
    change,
    come_in,
    desk_of,
    keyring_of,
    let_in,
    propose,
    remove,
    sign,
)
from tests.builders_staff import StaffMember, first_page, the_staff, token_of
from tests.intruder import plant


@pytest.fixture
def mei(team: Team) -> StaffMember:
    """Somebody who has made their keys, and for whom nobody has signed."""
    invited = an_invited(team.app, team.aiko, team.clock, "Mei Tanaka", Role.CASEWORKER)
    return a_joined(team.app, invited, team.clock)


@pytest.fixture
def proposal(team: Team, mei: StaffMember) -> bytes:
    return propose(team.app, team.aiko, team.clock, mei, Role.CASEWORKER)


def waiting(team: Team) -> tuple[Waiting, ...]:
    with the_staff(team.app).service.read() as session:
        return membership.waiting(session, team.roster)


def rows(team: Team) -> int:
    """Return how many proposals lie in the database, also those that are void."""
    with the_staff(team.app).service.read() as session:
        return session.scalars(select(func.count()).select_from(ProposalRow)).one()


def a_browser(team: Team) -> FlaskClient:
    team.app.config["PREFERRED_URL_SCHEME"] = "https"
    client = team.app.test_client()
    client.set_cookie("__Host-l", "en")
    return client


def test_who_two_managers_sign_for_belongs(team: Team, mei: StaffMember, proposal: bytes) -> None:
    assert mei.id not in team.roster.people
    (shown,) = waiting(team)
    assert (shown.id, shown.proposal.missing) == (proposal, 1)
    assert shown.proposal.signers == {team.aiko.id}

    grown = sign(team.app, team.daniel, team.clock, proposal)
    assert grown == team.roster
    assert grown.people[mei.id].roles == {Role.CASEWORKER}
    assert waiting(team) == ()
    assert come_in(team.app, mei, team.clock).ring.groups == {Group.CASEWORK}


def test_somebody_whose_file_is_lost_joins_without_a_name(
    team: Team, mei: StaffMember, proposal: bytes
) -> None:
    with the_staff(team.app).service.begin() as session:
        session.execute(delete(About).where(About.member_id == mei.id))
    sign(team.app, team.daniel, team.clock, proposal)
    with desk_of(team.app, mei, team.clock) as desk:
        shared = circles.open_key(desk.session, desk.ring, desk.verified, Circle.STAFF)
        assert circles.read(desk.session, shared)[mei.id] == {"name": ""}


def test_nobody_signs_twice(team: Team, mei: StaffMember, proposal: bytes) -> None:
    with pytest.raises(ProposalError, match="You have signed this already") as refused:
        sign(team.app, team.aiko, team.clock, proposal)
    assert str(refused.value) == TWICE
    assert mei.id not in team.roster.people


def test_nobody_signs_about_themself(team: Team) -> None:
    proposal = propose(team.app, team.aiko, team.clock, team.daniel, Role.SUPERVISOR)
    with pytest.raises(ProposalError, match="nobody signs about themself"):
        sign(team.app, team.daniel, team.clock, proposal)
    with pytest.raises(ProposalError, match="nobody signs about themself"):
        propose(team.app, team.aiko, team.clock, team.aiko, Role.STEWARD)


def test_a_proposal_is_void_when_something_else_came_first(team: Team, proposal: bytes) -> None:
    with the_staff(team.app).service.read() as session:
        row = session.get_one(ProposalRow, proposal)
    ren = let_in(team, "Ren Okada", Role.AUDITOR)
    assert ren.id in team.roster.people
    assert rows(team) == 0  # dropped as void by whoever acted
    with pytest.raises(HiddenError, match="no such proposal"):
        sign(team.app, team.daniel, team.clock, proposal)

    plant(team.app, row)
    assert waiting(team) == ()
    with pytest.raises(ProposalError) as refused:
        sign(team.app, team.daniel, team.clock, proposal)
    assert str(refused.value) == VOID


def test_void_proposals_are_dropped_with_the_next_proposal(team: Team, mei: StaffMember) -> None:
    plant(team.app, ProposalRow(id=bytes(16), entry=b"planted"))
    assert waiting(team) == ()
    propose(team.app, team.aiko, team.clock, mei, Role.CASEWORKER)
    assert rows(team) == len(waiting(team)) == 1


def test_a_planted_proposal_that_nobody_with_a_say_signed_is_never_signed(
    team: Team, mei: StaffMember
) -> None:
    with the_staff(team.app).service.read() as session:
        row = session.get_one(Member, mei.id)
    person = Person(
        mei.id, row.sealing_key, row.signing_key, frozenset({Role.REVIEWER}), is_manager=False
    )
    act = Enrolment(day_of(team.clock()), person)
    seed = keyring_of(team.app, mei).signing_seed
    prev = team.roster.head.hash.hex()
    entry = entries.write(team.roster.head.n + 1, prev, act, seed)
    plant(team.app, ProposalRow(id=bytes(16), entry=entry))
    assert waiting(team) == ()
    with pytest.raises(ProposalError, match="Something else was signed meanwhile"):
        sign(team.app, team.daniel, team.clock, bytes(16))


def test_a_removal_that_somebody_puts_among_the_proposals_is_not_signed(team: Team) -> None:
    act = Removal(day_of(team.clock()), team.sora.id)
    entry = roster.propose(team.roster, act, keyring_of(team.app, team.aiko).signing_seed)
    plant(team.app, ProposalRow(id=bytes(16), entry=entry))
    with pytest.raises(ProposalError) as refused:
        sign(team.app, team.daniel, team.clock, bytes(16))
    assert str(refused.value) == NOT_POSSIBLE
    assert team.sora.id in team.roster.people


def test_a_proposal_can_be_declined(team: Team, mei: StaffMember, proposal: bytes) -> None:
    with desk_of(team.app, team.daniel, team.clock) as desk:
        membership.decline(desk, proposal)
    assert rows(team) == 0
    with pytest.raises(HiddenError), desk_of(team.app, team.daniel, team.clock) as desk:
        membership.decline(desk, proposal)
    assert mei.id not in team.roster.people


def test_nothing_is_proposed_about_nobody(team: Team) -> None:
    with pytest.raises(HiddenError), desk_of(team.app, team.aiko, team.clock) as desk:
        membership.propose(desk, secrets.token_bytes(16), Duties(frozenset({Role.AUDITOR})))


@pytest.mark.parametrize(
    "duties",
    [
        Duties(frozenset({Role.REVIEWER, Role.AUDITOR})),
        Duties(frozenset({Role.REVIEWER}), is_manager=True),
    ],
    ids=["watches over themself", "manages without a role for it"],
)
def test_duties_that_do_not_go_together_are_not_proposed(
    team: Team, mei: StaffMember, duties: Duties
) -> None:
    def ask() -> None:
        with desk_of(team.app, team.aiko, team.clock) as desk:
            membership.propose(desk, mei.id, duties)

    with pytest.raises(ProposalError, match="must go together"):
        ask()


def test_keys_that_cannot_be_used_are_not_proposed(team: Team, mei: StaffMember) -> None:
    with the_staff(team.app).service.begin() as session:
        session.get_one(Member, mei.id).signing_key = bytes(32)
    with pytest.raises(ProposalError):
        propose(team.app, team.aiko, team.clock, mei, Role.CASEWORKER)


def test_what_a_manager_does_is_hidden_from_everybody_else(
    team: Team, mei: StaffMember, proposal: bytes
) -> None:
    sign(team.app, team.daniel, team.clock, proposal)
    duties, visit = Duties(frozenset({Role.REVIEWER})), (team.app, mei, team.clock)
    for act in (
        lambda desk: membership.propose(desk, mei.id, duties),
        lambda desk: membership.sign(desk, proposal),
        lambda desk: membership.decline(desk, proposal),
        lambda desk: membership.remove(desk, team.sora.id),
    ):
        with pytest.raises(HiddenError, match="no rule"), desk_of(*visit) as desk:
            act(desk)


def test_what_somebody_does_is_changed_by_two_signatures(team: Team) -> None:
    ren = let_in(team, "Ren Okada", Role.CASEWORKER)
    grown = change(team, ren, Role.SUPERVISOR, manages=True)
    assert grown.people[ren.id].is_manager
    assert come_in(team.app, ren, team.clock).ring.groups >= {Group.INTAKE, Group.CASEWORK}


def test_who_comes_back_is_signed_for_by_two(team: Team) -> None:
    ren = let_in(team, "Ren Okada", Role.AUDITOR)
    remove(team.app, team.sora, team.clock, ren)
    proposal = propose(team.app, team.aiko, team.clock, ren, Role.AUDITOR)
    assert ren.id not in team.roster.people
    sign(team.app, team.daniel, team.clock, proposal)
    assert ren.id in team.roster.people
    assert ren.id not in team.roster.removed


def test_two_managers_always_remain(team: Team) -> None:
    remove(team.app, team.aiko, team.clock, team.daniel)
    for refused in (team.sora, team.aiko):
        other = team.aiko if refused is team.sora else team.sora
        with pytest.raises(ProposalError, match="at least two roster managers must remain"):
            remove(team.app, other, team.clock, refused)
    assert len(team.roster.managers) == 2


def test_the_mark_of_the_last_two_managers_is_not_taken(team: Team) -> None:
    remove(team.app, team.aiko, team.clock, team.daniel)
    with pytest.raises(ProposalError, match="at least two roster managers must remain"):
        propose(team.app, team.aiko, team.clock, team.sora, Role.STEWARD)


def test_nobody_lets_themself_go(team: Team) -> None:
    with pytest.raises(ProposalError) as refused:
        remove(team.app, team.aiko, team.clock, team.aiko)
    assert str(refused.value) == NOT_POSSIBLE
    assert team.aiko.id in team.roster.people


def test_nobody_is_let_go_who_does_not_belong(team: Team, mei: StaffMember) -> None:
    with pytest.raises(HiddenError, match="not on the roster"):
        remove(team.app, team.aiko, team.clock, mei)


def test_a_colleague_of_who_leaves_makes_the_next_keys_at_once(team: Team) -> None:
    ren = let_in(team, "Ren Okada", *READER)
    grown = remove(team.app, team.aiko, team.clock, ren)
    assert not grown.stale
    assert [len(grown.epochs[group]) for group in (Group.INTAKE, Group.CASEWORK)] == [2, 2]
    # And everybody who stays can work with them.
    for one in (team.aiko, team.daniel):
        ring = come_in(team.app, one, team.clock).ring
        assert all(ring.holds(grown.epoch(group).id) for group in (Group.INTAKE, Group.CASEWORK))


def test_keys_of_groups_that_a_manager_is_not_in_are_made_by_the_next_who_is(team: Team) -> None:
    ren = let_in(team, "Ren Okada", *READER)
    grown = remove(team.app, team.sora, team.clock, ren)
    assert grown.stale == {Group.INTAKE, Group.CASEWORK}
    assert not come_in(team.app, team.daniel, team.clock).verified.stale


def test_the_sign_ins_of_who_was_let_go_end_at_once(team: Team) -> None:
    ren = let_in(team, "Ren Okada", *READER)
    first, second = a_browser(team), a_browser(team)
    first_page(first, ren, team.clock)
    assert first_page(second, ren, team.clock).status_code == 200
    other = a_browser(team)
    first_page(other, team.daniel, team.clock)
    form = token_of(first.get("/staff/"))

    remove(team.app, team.sora, team.clock, ren)
    assert first.get("/staff/").headers["Location"] == "/staff/sign-in"
    assert second.get("/staff/").headers["Location"] == "/staff/sign-in"
    assert first.post("/staff/sign-out", data={"token": form}).status_code == 403
    assert other.get("/staff/").status_code == 200
