from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask

from admin import audit, browsers, circles, holds, joining, membership, queue, sessions
from admin.accounts import Duties, Newcomer, prepare
from admin.browsers import Live
from admin.circles import Circle
from admin.errors import (
    AccountError,
    HiddenError,
    InvitationGoneError,
    NotEnrolledError,
    NotSignedInError,
    SignInRefusedError,
)
from admin.factors import OneTimeCodes
from admin.keyring import Ring
from admin.models import Member
from admin.own_keys import Typed, set_decoy
from admin.runtime import Staff
from crypto.envelope import Secret
from crypto.roles import Role
from tests.arrivals import arrive, at_desk, seat_founders
from tests.builders import Seeds
from tests.builders_staff import (
    PASSPHRASE,
    StaffMember,
    a_member,
    a_reviewer,
    a_stored_report,
    an_auditor,
    the_staff,
)
from tests.conftest import Clock

SECOND = "four brown otters under a wooden bridge"
NEW = "nine silver kettles beside the harbour"
READER = Duties(frozenset({Role.REVIEWER, Role.CASEWORKER}))


@dataclass(frozen=True)
class Scene:
    """An office in which Aiko, who reads reports, loses her keys; Mei and Sora are managers."""

    app: Flask
    seeds: Seeds
    clock: Clock
    aiko: StaffMember
    mei: StaffMember
    sora: StaffMember

    @property
    def staff(self) -> Staff:
        return the_staff(self.app)

    def arrive(self, person: StaffMember) -> Ring:
        return arrive(self.app, person, self.clock).ring

    def invite_again(self, member: bytes | None = None, by: StaffMember | None = None) -> Secret:
        with at_desk(self.app, by or self.mei, self.clock) as desk:
            return joining.invite_again(desk, member or self.aiko.id)

    def join(self, token: Secret, name: str = "Aiko Mori") -> StaffMember:
        """Let Aiko make new keys with a link."""
        newcomer = Newcomer(name, NEW, OneTimeCodes.make())
        prepared = prepare(self.staff.door, newcomer, self.aiko.id)
        with self.staff.service.begin() as session:
            joining.join(session, self.staff.service, token, prepared, self.clock())
        return StaffMember(self.aiko.id, self.aiko.name, NEW, newcomer.codes)

    def sign(self) -> None:
        """Let both managers sign for the keys that Aiko has now."""
        with at_desk(self.app, self.mei, self.clock) as desk:
            membership.propose(desk, self.aiko.id, READER)
        with at_desk(self.app, self.sora, self.clock) as desk:
            (waiting,) = membership.waiting(desk.session, desk.verified)
            membership.sign(desk, waiting.id)

    def opens(self, person: StaffMember) -> list[bool]:
        """Say for each report whether it opens in the queue of this person."""
        ring = self.arrive(person)
        with self.staff.service.begin() as session:
            page = queue.view(session, ring, self.staff.service.journal, None, self.clock())
        return [report.opens for report in page.waiting]


@pytest.fixture
def scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
    seat_founders(app, seeds)
    made = Scene(
        app,
        seeds,
        clock,
        a_reviewer(app, seeds),
        a_member(app, seeds, "Mei", Role.SUPERVISOR, manages=True),
        a_member(app, seeds, "Sora", Role.SUPERVISOR, manages=True),
    )
    for person in (made.mei, made.sora, made.aiko):
        made.arrive(person)
    # Names are written when somebody is enrolled by the managers' page.
    with at_desk(app, made.mei, clock) as desk:
        staff = circles.open_key(desk.session, desk.ring, desk.verified, Circle.STAFF)
        circles.write(desk.session, staff, made.aiko.id, {"name": "Aiko Mori"})
    return made


def test_who_lost_their_keys_makes_new_ones_and_two_managers_sign_for_them(scene: Scene) -> None:
    a_stored_report(scene.app, scene.clock)
    assert scene.opens(scene.aiko) == [True]
    anew = scene.join(scene.invite_again())
    with pytest.raises(SignInRefusedError):
        scene.arrive(scene.aiko)
    with pytest.raises(NotEnrolledError):
        scene.arrive(anew)
    scene.sign()
    assert scene.opens(anew) == [True]
    assert scene.arrive(anew).person.name == "Aiko Mori"


def test_the_old_keys_stay_until_the_link_is_used(scene: Scene) -> None:
    token = scene.invite_again()
    assert scene.arrive(scene.aiko).seeds()
    with scene.staff.service.read() as session:
        link = joining.look(session, token, scene.clock())
    assert (link.member, link.name) == (scene.aiko.id, "Aiko Mori")


def test_with_new_keys_a_person_is_signed_in_nowhere(scene: Scene) -> None:
    token, ring = browsers.new_token(), scene.arrive(scene.aiko)
    link, keys = scene.invite_again(), Secret(ring.kept().encode())
    live = Live(scene.aiko.id, "Aiko Mori", keys, scene.clock(), scene.clock())
    with scene.staff.service.begin() as session:
        browsers.keep_live(session, browsers.keys_from(token), live)
    assert sessions.present(scene.staff, token, scene.clock()).seeds()
    scene.join(link)
    with pytest.raises(NotSignedInError):
        sessions.present(scene.staff, token, scene.clock())


def test_the_passphrase_for_being_forced_goes_with_the_old_keys(scene: Scene) -> None:
    ring = scene.arrive(scene.aiko)
    set_decoy(scene.staff, ring, Typed(PASSPHRASE, SECOND, SECOND), scene.clock())
    anew = scene.join(scene.invite_again())
    with pytest.raises(SignInRefusedError):
        scene.arrive(replace(anew, passphrase=SECOND))


def test_keys_that_are_kept_back_stay_so_with_new_ones(scene: Scene) -> None:
    ring = scene.arrive(scene.aiko)
    set_decoy(scene.staff, ring, Typed(PASSPHRASE, SECOND, SECOND), scene.clock())
    scene.arrive(replace(scene.aiko, passphrase=SECOND))
    scene.join(scene.invite_again())
    with scene.staff.service.read() as session:
        assert holds.is_held(session, scene.aiko.id)


def test_the_name_stays(scene: Scene) -> None:
    token = scene.invite_again()
    with scene.staff.service.read() as session:
        before = session.get_one(Member, scene.aiko.id).keyring_sealed
    with pytest.raises(AccountError):
        scene.join(token, "Somebody Else")
    with scene.staff.service.read() as session:
        assert session.get_one(Member, scene.aiko.id).keyring_sealed == before


def test_a_link_works_once_and_a_new_one_ends_the_one_before(scene: Scene) -> None:
    first, second = scene.invite_again(), scene.invite_again()
    with pytest.raises(InvitationGoneError):
        scene.join(first)
    scene.join(second)
    with pytest.raises(InvitationGoneError):
        scene.join(second)


def test_a_link_for_new_keys_works_for_a_week(scene: Scene) -> None:
    token = scene.invite_again()
    scene.clock.advance(timedelta(days=8))
    with pytest.raises(InvitationGoneError):
        scene.join(token)


def test_only_managers_ask_and_only_people_with_a_name_here_and_not_themselves(
    scene: Scene,
) -> None:
    with pytest.raises(HiddenError):
        scene.invite_again(by=scene.aiko)
    for nobody in (scene.mei.id, bytes(16), scene.seeds.managers[0].id):
        with pytest.raises(HiddenError):
            scene.invite_again(nobody)


def test_new_keys_leave_their_rows_in_the_log(scene: Scene) -> None:
    scene.join(scene.invite_again())
    ring = scene.arrive(an_auditor(scene.app, scene.seeds))
    with scene.staff.service.read() as session:
        entries = audit.read(session, ring.segment_key, None)
    verbs = [entry.verb for entry in entries if entry.subject == scene.aiko.id.hex()]
    assert verbs[:2] == ["key.enrolled", "key.lost"]
