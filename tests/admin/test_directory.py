from collections.abc import Iterator

import pytest
from sqlalchemy import delete, update

from admin import candidates, circles, directory, joining, names, proposals
from admin.accounts import Duties, Newcomer, prepare
from admin.candidates import Step
from admin.circle_rows import CircleKey
from admin.circles import Circle
from admin.desk import Desk
from admin.directory import Standing
from admin.errors import AlarmError, HiddenError, NotHandedOnError, ProposalError
from admin.factors import OneTimeCodes
from admin.joining import Wish
from admin.models import Grant, ProposalRow
from admin.permissions import Action
from admin.proposals import Kind
from crypto.envelope import Secret
from crypto.roles import Group, Role
from reporting.settings import Settings
from tests.builders_people import signers_of
from tests.builders_staff import StaffMember, the_staff
from tests.builders_standing import came_to
from tests.conftest import Clock
from tests.founded import CHOSEN, Founded, founded

WORKS = Duties(frozenset({Role.CASEWORKER}))
ADMINISTERS = Duties(frozenset({Role.ADMINISTRATOR}))


@pytest.fixture
def office(settings: Settings, clock: Clock) -> Iterator[Founded]:
    with founded(settings, clock) as made:
        yield made


def asked(desk: Desk, office: Founded, name: str, duties: Duties = WORKS) -> tuple[bytes, Secret]:
    """Ask somebody to join; return their number and what their link carries."""
    token = candidates.ask(desk, the_staff(office.app).door, Wish(name, duties))
    return joining.look(desk.session, token, desk.now).member, token


def with_keys(
    desk: Desk, office: Founded, name: str, duties: Duties = WORKS
) -> tuple[StaffMember, tuple[str, ...]]:
    """Let somebody make their keys; return them and their fingerprint."""
    staff, newcomer = the_staff(office.app), Newcomer(name, CHOSEN, OneTimeCodes.make())
    member, token = asked(desk, office, name, duties)
    prepared = prepare(staff.door, newcomer, member)
    joining.join(desk.session, staff.service, token, prepared, desk.now)
    desk.session.flush()
    came_to(desk.session, desk.verified, signers_of(office.app, desk.verified), member)
    person = StaffMember(member, name, CHOSEN, newcomer.codes)
    return person, prepared.listed(duties).fingerprint


def let_in(office: Founded, name: str, duties: Duties) -> StaffMember:
    """Let somebody belong."""
    with office.desk(office.aiko) as desk:
        person, fingerprint = with_keys(desk, office, name, duties)
        proposals.propose(desk, person.id, duties, "".join(fingerprint))
    with office.desk(office.daniel) as desk:
        (shown,) = proposals.view(desk)
        proposals.sign(desk, shown.id, shown.hash)
    return person


def test_the_founders_are_listed_by_name_with_what_they_open_and_why(office: Founded) -> None:
    with office.desk(office.aiko) as desk:
        shown = directory.view(desk)
    assert [one.name for one in shown.colleagues] == ["Aiko Mori", "Daniel Berg", "Sora Lind"]
    reader, _, steward = shown.colleagues
    intake, casework = reader.keys
    assert (intake.group, intake.because) == (Group.INTAKE, (Role.REVIEWER, Role.SUPERVISOR))
    assert (casework.group, casework.because) == (
        Group.CASEWORK,
        (Role.CASEWORKER, Role.SUPERVISOR),
    )
    assert [key.group for key in steward.keys] == [Group.PUBLICATION]
    assert not any(key.is_awaited for one in shown.colleagues for key in one.keys)
    assert reader.duties.is_manager
    assert shown.in_trust == (Group.AUDIT,)
    assert not shown.is_awaited
    assert (shown.left, shown.candidates, shown.proposals) == ((), (), ())


def test_names_show_in_no_repr(office: Founded) -> None:
    with office.desk(office.aiko) as desk:
        asked(desk, office, "Mei Tanaka")
        shown = directory.view(desk)
        page = directory.person(desk, office.daniel.id)
    for text in (repr(shown), repr(page)):
        assert "Daniel" not in text
        assert "Mei" not in text


def test_a_key_that_was_not_handed_on_is_awaited(office: Founded) -> None:
    with office.desk(office.aiko) as desk:
        mine = Grant.member_id == office.sora.id
        desk.session.execute(delete(Grant).where(mine))
        page = directory.person(desk, office.sora.id)
    assert [key.is_awaited for key in page.keys] == [True]


def test_candidates_are_invited_then_have_keys_or_come_too_late(office: Founded) -> None:
    with office.desk(office.aiko) as desk:
        mei, fingerprint = with_keys(desk, office, "Mei Tanaka")
        asked(desk, office, "Noor Haddad")
        shown = candidates.view(desk)
        page = directory.person(desk, mei.id)
    assert [(one.name, one.step) for one in shown] == [
        ("Mei Tanaka", Step.JOINED),
        ("Noor Haddad", Step.INVITED),
    ]
    assert [one.fingerprint for one in shown] == [fingerprint, ()]
    assert shown[0].duties == WORKS
    assert (page.standing, page.made, page.compared) == (Standing.JOINED, fingerprint, fingerprint)
    assert page.needs_comparing
    office.clock.advance(joining.LIFE + joining.LIFE)
    with office.desk(office.aiko) as desk:
        steps = [one.step for one in candidates.view(desk)]
    assert steps == [Step.JOINED, Step.EXPIRED]


def test_only_managers_find_candidates_and_proposals(office: Founded) -> None:
    kofi = let_in(office, "Kofi Mensah", ADMINISTERS)
    with office.desk(office.aiko) as desk:
        member, _ = asked(desk, office, "Mei Tanaka")
        assert directory.view(desk).candidates
    with office.desk(kofi) as desk:
        shown = directory.view(desk)
        assert not shown.candidates
        for refused in (
            lambda: directory.person(desk, member),
            lambda: candidates.view(desk),
            lambda: candidates.call_off(desk, member),
            lambda: proposals.view(desk),
            lambda: proposals.propose(desk, member, WORKS, ""),
            lambda: proposals.sign(desk, member, ""),
            lambda: directory.for_removal(desk, office.aiko.id),
            lambda: directory.for_proposal(desk, office.aiko.id),
        ):
            with pytest.raises(HiddenError):
                refused()
        with pytest.raises(HiddenError):
            asked(desk, office, "Noor Haddad")


def test_what_may_be_done_is_for_managers_and_never_about_oneself(office: Founded) -> None:
    kofi = let_in(office, "Kofi Mensah", ADMINISTERS)
    with office.desk(office.aiko) as desk:
        other, own = (directory.person(desk, one.id) for one in (office.daniel, office.aiko))
    with office.desk(kofi) as desk:
        seen = directory.person(desk, office.daniel.id)
    assert (other.may_propose, other.may_remove, other.may_call_off) == (True, True, False)
    for page in (own, seen):
        assert (page.may_propose, page.may_remove, page.may_call_off) == (False, False, False)


def test_nobody_is_refused_with_the_number_that_was_asked_for(office: Founded) -> None:
    with office.desk(office.aiko) as desk, pytest.raises(HiddenError) as refused:
        directory.person(desk, bytes(16))
    assert refused.value.subject == bytes(16)
    assert refused.value.action is Action.INVITE


def test_without_the_shared_key_one_knows_only_ones_own_name(office: Founded) -> None:
    with office.desk(office.daniel) as desk:
        mine = CircleKey.member_id == office.daniel.id
        desk.session.execute(delete(CircleKey).where(mine))
        desk.session.expire_all()
        shown = directory.view(desk)
        assert shown.is_awaited
        assert {one.name for one in shown.colleagues} == {"", "Daniel Berg"}
        assert directory.person(desk, office.aiko.id).called == names.short(office.aiko.id)
        with pytest.raises(NotHandedOnError):
            names.known(desk)


def test_a_file_of_a_candidate_that_makes_no_sense_is_an_alarm(office: Founded) -> None:
    with office.desk(office.aiko) as desk:
        files = circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)
        circles.write(desk.session, files, bytes(16), {"name": "Mei", "roles": ["king"]})
        desk.session.flush()
        with pytest.raises(AlarmError):
            candidates.view(desk)


def test_a_proposal_says_what_would_change_and_is_signed_as_shown(office: Founded) -> None:
    mei = let_in(office, "Mei Tanaka", WORKS)
    with office.desk(office.aiko) as desk:
        page = directory.for_proposal(desk, mei.id)
        both = Duties(frozenset({Role.REVIEWER, Role.SUPERVISOR}), is_manager=True)
        proposals.propose(desk, mei.id, both, "".join(page.compared))
        (shown,) = proposals.view(desk)
    assert not page.needs_comparing
    assert shown.kind is Kind.CHANGES
    assert (shown.added, shown.taken) == (both.roles, WORKS.roles)
    assert (shown.was_manager, shown.has_new_keys, shown.is_signed_by_me) == (False, False, True)
    assert shown.signers == ("Aiko Mori",)
    with office.desk(office.sora) as desk:
        with pytest.raises(ProposalError):
            proposals.sign(desk, shown.id, "00" * 32)
        grown = proposals.sign(desk, shown.id, shown.hash)
    assert grown.people[mei.id].is_manager


def test_other_keys_than_the_compared_ones_are_not_proposed(office: Founded) -> None:
    with office.desk(office.aiko) as desk:
        mei, _ = with_keys(desk, office, "Mei Tanaka")
        with pytest.raises(ProposalError, match="not the ones you compared"):
            proposals.propose(desk, mei.id, WORKS, "1" * 36)


def test_who_is_called_off_leaves_nothing_and_no_other_proposal_goes(office: Founded) -> None:
    with office.desk(office.aiko) as desk:
        mei, first = with_keys(desk, office, "Mei Tanaka")
        noor, second = with_keys(desk, office, "Noor Haddad")
        for person, fingerprint in ((mei, first), (noor, second)):
            proposals.propose(desk, person.id, WORKS, "".join(fingerprint))
        waiting = proposals.view(desk)
        assert tuple(proposals.find(desk, one.id) for one in waiting) == waiting
        candidates.call_off(desk, mei.id)
        assert [one.name for one in proposals.view(desk)] == ["Noor Haddad"]
        assert [one.name for one in candidates.view(desk)] == ["Noor Haddad"]
        assert not joining.has_keys(desk.session, mei.id)
        with pytest.raises(HiddenError):
            candidates.call_off(desk, office.daniel.id)


def test_a_signer_without_a_name_is_shown_by_number(office: Founded) -> None:
    with office.desk(office.aiko) as desk:
        mei, fingerprint = with_keys(desk, office, "Mei Tanaka")
        proposals.propose(desk, mei.id, WORKS, "".join(fingerprint))
        shared = circles.open_key(desk.session, desk.ring, desk.verified, Circle.STAFF)
        circles.write(desk.session, shared, office.aiko.id, {"note": "no name"})
        desk.session.flush()
        (shown,) = proposals.view(desk)
    assert shown.signers == (names.short(office.aiko.id),)


def test_a_proposal_whose_words_were_altered_is_left_out(office: Founded) -> None:
    with office.desk(office.aiko) as desk:
        mei, fingerprint = with_keys(desk, office, "Mei Tanaka")
        proposals.propose(desk, mei.id, WORKS, "".join(fingerprint))
        desk.session.flush()
        desk.session.execute(update(ProposalRow).values(entry=b"altered"))
        desk.session.expire_all()
        assert not proposals.view(desk)
