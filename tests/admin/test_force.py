from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from admin import alerts, audit, browsers, decoys, holds, membership, queue, sessions
from admin.accounts import Duties
from admin.alerts import Kind
from admin.authority import Person, authorize
from admin.browsers import Live
from admin.decoys import Boxes, open_either
from admin.errors import (
    AlarmError,
    CodeRefusedError,
    HiddenError,
    NotEnrolledError,
    NotSignedInError,
    PassphraseError,
    SignInRefusedError,
)
from admin.keyring import Ring
from admin.models import Alert, CircleKey, Grant, Member
from admin.own_keys import Typed, change_passphrase, clear_decoy, set_decoy
from admin.permissions import ALLOWED, SHOWN_EMPTY, Action
from admin.runtime import Staff
from crypto.envelope import OpenError, Secret
from crypto.passphrase import stretch
from crypto.roles import Role
from tests.arrivals import arrive, at_desk, let_go, seat_founders
from tests.builders import Seeds
from tests.builders_staff import (
    NEXT_CODE,
    PASSPHRASE,
    StaffMember,
    a_member,
    a_reviewer,
    a_stored_report,
    an_auditor,
    flipped,
    the_staff,
)
from tests.conftest import Clock

SECOND = "four brown otters under a wooden bridge"
THIRD = "nine silver kettles beside the harbour"


@dataclass(frozen=True)
class Scene:
    """An office in which Aiko can be forced: a colleague reads reports too, two supervise."""

    app: Flask
    seeds: Seeds
    clock: Clock
    aiko: StaffMember
    jun: StaffMember
    mei: StaffMember
    sora: StaffMember

    @property
    def staff(self) -> Staff:
        return the_staff(self.app)

    @property
    def forced(self) -> StaffMember:
        """Aiko, who tells the passphrase that she has for being forced."""
        return replace(self.aiko, passphrase=SECOND)

    def arrive(self, person: StaffMember) -> Ring:
        return arrive(self.app, person, self.clock).ring

    def set(self, typed: Typed | None = None) -> None:
        chosen = typed or Typed(PASSPHRASE, SECOND, SECOND)
        set_decoy(self.staff, self.arrive(self.aiko), chosen, self.clock())

    def count(self, table: type[Grant] | type[CircleKey]) -> int:
        with self.staff.service.read() as session:
            mine = select(func.count()).select_from(table).where(table.member_id == self.aiko.id)
            return session.scalars(mine).one()

    def release(self) -> None:
        """Let both supervisors, who are managers too, sign a change for Aiko."""
        duties = Duties(frozenset({Role.REVIEWER, Role.CASEWORKER}))
        with at_desk(self.app, self.mei, self.clock) as desk:
            membership.propose(desk, self.aiko.id, duties)
        with at_desk(self.app, self.sora, self.clock) as desk:
            (waiting,) = membership.waiting(desk.session, desk.verified)
            membership.sign(desk, waiting.id)

    def alerts_of(self, person: StaffMember) -> tuple[alerts.Alert, ...]:
        ring = self.arrive(person)
        with self.staff.service.read() as session:
            verified = self.staff.service.office.follow(session)
            return alerts.mine(session, ring, verified)

    def log(self) -> list[tuple[str, str]]:
        """Return who did what to whom, as an auditor reads it, the newest first."""
        ring = self.arrive(an_auditor(self.app, self.seeds))
        with self.staff.service.read() as session:
            entries = audit.read(session, ring.segment_key, None)
        return [(entry.verb, entry.subject) for entry in entries]


@pytest.fixture
def scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
    seat_founders(app, seeds)
    made = Scene(
        app,
        seeds,
        clock,
        a_reviewer(app, seeds),
        a_reviewer(app, seeds, "Jun Hara"),
        a_member(app, seeds, "Mei", Role.SUPERVISOR, manages=True),
        a_member(app, seeds, "Sora", Role.SUPERVISOR, manages=True),
    )
    for person in (made.mei, made.sora, made.jun, made.aiko):
        made.arrive(person)
    return made


def opens(scene: Scene, ring: Ring) -> list[bool]:
    """Say for each report whether it opens in the queue of this person."""
    with scene.staff.service.begin() as session:
        page = queue.view(session, ring, scene.staff.service.journal, None, scene.clock())
    return [report.opens for report in page.waiting]


def test_who_is_forced_comes_in_and_finds_nothing(scene: Scene) -> None:
    a_stored_report(scene.app, scene.clock)
    scene.set()
    assert opens(scene, scene.arrive(scene.aiko)) == [True]
    ring = scene.arrive(scene.forced)
    assert ring.seeds() == {}
    assert ring.person.name == "Aiko Mori"
    assert ring.person.roles == {"reviewer", "caseworker"}
    assert opens(scene, ring) == []


def test_who_is_forced_loses_their_keys_and_their_sign_ins(scene: Scene) -> None:
    scene.set()
    token, ring = browsers.new_token(), scene.arrive(scene.aiko)
    keys = Secret(ring.kept().encode())
    with scene.staff.service.begin() as session:
        live = Live(scene.aiko.id, "Aiko Mori", keys, scene.clock(), scene.clock())
        browsers.keep_live(session, browsers.keys_from(token), live)
    assert sessions.present(scene.staff, token, scene.clock()).seeds()
    assert scene.count(Grant)
    assert scene.count(CircleKey)
    scene.arrive(scene.forced)
    assert scene.count(Grant) == scene.count(CircleKey) == 0
    with pytest.raises(NotSignedInError):
        sessions.present(scene.staff, token, scene.clock())


def test_the_usual_passphrase_finds_nothing_either_and_colleagues_give_nothing_back(
    scene: Scene,
) -> None:
    a_stored_report(scene.app, scene.clock)
    scene.set()
    scene.arrive(scene.forced)
    # Somebody leaves: every key that is made anew passes Aiko by.
    let_go(scene.app, scene.seeds, scene.jun)
    for person in (scene.mei, scene.sora, scene.mei):
        scene.arrive(person)
    assert opens(scene, scene.arrive(scene.mei)) == [True]
    assert scene.count(Grant) == scene.count(CircleKey) == 0
    assert opens(scene, scene.arrive(scene.aiko)) == []


def test_two_managers_let_the_keys_go(scene: Scene) -> None:
    a_stored_report(scene.app, scene.clock)
    scene.set()
    scene.arrive(scene.forced)
    scene.release()
    assert opens(scene, scene.arrive(scene.aiko)) == [True]
    assert scene.count(CircleKey) == 1
    assert ("key.released", scene.aiko.id.hex()) in scene.log()


def test_supervisors_are_told_and_only_they(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    for person in (scene.mei, scene.sora):
        (alert,) = scene.alerts_of(person)
        assert (alert.kind, alert.name, alert.at) == (Kind.DURESS, "Aiko Mori", alert.at)
    assert scene.alerts_of(scene.jun) == ()
    assert scene.alerts_of(scene.aiko) == ()


def test_a_supervisor_who_is_forced_is_not_told_about_it(scene: Scene) -> None:
    set_decoy(
        scene.staff, scene.arrive(scene.mei), Typed(PASSPHRASE, SECOND, SECOND), scene.clock()
    )
    ring = scene.arrive(replace(scene.mei, passphrase=SECOND))
    assert not ring.person.is_manager
    assert scene.alerts_of(scene.mei) == ()
    (alert,) = scene.alerts_of(scene.sora)
    assert alert.name == "Mei"


def test_auditors_read_that_somebody_was_forced(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    scene.arrive(scene.forced)
    log = [verb for verb, subject in scene.log() if subject == scene.aiko.id.hex()]
    assert log[:4] == ["duress", "login.ok", "duress", "login.ok"]
    assert len(scene.alerts_of(scene.mei)) == 2


def test_an_alert_goes_when_its_reader_has_seen_it(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    (alert,) = scene.alerts_of(scene.mei)
    with at_desk(scene.app, scene.sora, scene.clock) as desk, pytest.raises(HiddenError):
        alerts.dismiss(desk, alert.id)
    with at_desk(scene.app, scene.jun, scene.clock) as desk, pytest.raises(HiddenError):
        alerts.dismiss(desk, alert.id)
    with at_desk(scene.app, scene.mei, scene.clock) as desk:
        alerts.dismiss(desk, alert.id)
    assert scene.alerts_of(scene.mei) == ()
    assert len(scene.alerts_of(scene.sora)) == 1
    assert ("alert.seen", alert.id.hex()) in scene.log()


def test_an_alert_that_was_altered_is_shown_as_such(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    scene.arrive(scene.forced)
    with scene.staff.service.begin() as session:
        row = session.scalars(select(Alert).where(Alert.member_id == scene.mei.id).limit(1)).one()
        row.content_sealed = flipped(row.content_sealed)
    assert [alert.kind for alert in scene.alerts_of(scene.mei)] == [Kind.DURESS, Kind.ALTERED]


def test_an_alert_for_keys_that_somebody_had_before_is_left_out(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    with scene.staff.service.begin() as session:
        rows = session.scalars(select(Alert).order_by(Alert.member_id)).all()
        rows[0].key_sealed, rows[1].key_sealed = rows[1].key_sealed, rows[0].key_sealed
    assert scene.alerts_of(scene.mei) == ()


def test_the_last_copy_of_a_key_stays_and_rests(app: Flask, seeds: Seeds, clock: Clock) -> None:
    seat_founders(app, seeds)
    aiko = a_reviewer(app, seeds)
    mei = a_member(app, seeds, "Mei", Role.STEWARD, manages=True)
    sora = a_member(app, seeds, "Sora", Role.STEWARD, manages=True)
    scene = Scene(app, seeds, clock, aiko, aiko, mei, sora)
    a_stored_report(app, clock)
    scene.set()
    scene.arrive(scene.forced)
    assert scene.count(Grant)
    assert scene.arrive(aiko).seeds() == {}
    scene.arrive(mei)
    scene.release()
    assert opens(scene, scene.arrive(aiko)) == [True]


def test_a_sign_in_of_somebody_forced_ends_when_their_keys_are_let_go(scene: Scene) -> None:
    scene.set()
    token, keys = browsers.new_token(), Secret(scene.arrive(scene.forced).kept().encode())
    live = Live(scene.aiko.id, "Aiko Mori", keys, scene.clock(), scene.clock())
    with scene.staff.service.begin() as session:
        browsers.keep_live(session, browsers.keys_from(token), live)
    assert sessions.present(scene.staff, token, scene.clock()).person.is_kept_back
    scene.release()
    with pytest.raises(NotSignedInError):
        sessions.present(scene.staff, token, scene.clock())
    with scene.staff.service.begin() as session:
        late = replace(live, started=scene.clock(), seen=scene.clock())
        browsers.keep_live(session, browsers.keys_from(token), late)
    # Nor does one come back that somebody wrote again: its keys are not on the roster.
    with pytest.raises(NotSignedInError):
        sessions.present(scene.staff, token, scene.clock())


def test_who_belongs_no_more_is_told_so_whatever_they_type(scene: Scene) -> None:
    scene.set()
    let_go(scene.app, scene.seeds, scene.aiko)
    for person in (scene.aiko, scene.forced):
        with pytest.raises(NotEnrolledError):
            scene.arrive(person)


def test_a_code_is_used_once_with_the_second_passphrase_too(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    scene.clock.advance(-NEXT_CODE)
    with pytest.raises(CodeRefusedError):
        scene.arrive(scene.forced)


@pytest.mark.parametrize("action", Action)
def test_nothing_but_empty_pages_is_there_for_somebody_kept_back(action: Action) -> None:
    everything = frozenset(Role)
    person = Person(bytes(16), "Aiko", everything, is_manager=True).kept_back()
    if action in SHOWN_EMPTY:
        assert authorize(person, action)
        return
    with pytest.raises(HiddenError):
        authorize(person, action)


def test_every_page_that_is_shown_empty_is_one_that_somebody_may_see() -> None:
    assert set(ALLOWED) >= SHOWN_EMPTY


def row_of(scene: Scene, session: Session) -> Member:
    return session.get_one(Member, scene.aiko.id)


def test_a_box_that_nobody_set_looks_like_one_that_somebody_did(scene: Scene) -> None:
    with scene.staff.service.read() as session:
        before = row_of(scene, session).decoy_sealed
    scene.set()
    with scene.staff.service.read() as session:
        after = row_of(scene, session)
    assert before != after.decoy_sealed
    assert len(before) == len(after.decoy_sealed) == len(after.keyring_sealed)
    assert before[:2] == after.decoy_sealed[:2] == after.keyring_sealed[:2]


@pytest.mark.parametrize("passphrase", [PASSPHRASE, SECOND, THIRD])
def test_both_boxes_are_tried_whatever_is_typed(
    scene: Scene, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.set()
    tried = []

    def watched(name: str) -> Callable[..., object]:
        open_box = getattr(decoys, name)

        def call(*args: object) -> object:
            tried.append(name)
            return open_box(*args)

        return call

    for name in ("open_keyring", "open_decoy"):
        monkeypatch.setattr(decoys, name, watched(name))
    door = scene.staff.door
    with scene.staff.service.read() as session:
        member = row_of(scene, session)
    kek = stretch(passphrase, member.salt, door.pepper, door.parameters)
    if passphrase == THIRD:
        with pytest.raises(OpenError):
            open_either(kek, Boxes.of(member), door.parameters)
    else:
        shown = open_either(kek, Boxes.of(member), door.parameters)
        assert shown.is_decoy == (passphrase == SECOND)
    assert tried == ["open_keyring", "open_decoy"]


def test_without_a_second_passphrase_no_second_one_opens_anything(scene: Scene) -> None:
    with pytest.raises(SignInRefusedError):
        scene.arrive(scene.forced)
    scene.set()
    clear_decoy(scene.staff, scene.arrive(scene.aiko), PASSPHRASE, scene.clock())
    with pytest.raises(SignInRefusedError):
        scene.arrive(scene.forced)


def test_a_new_second_passphrase_takes_the_place_of_the_old_one(scene: Scene) -> None:
    scene.set()
    scene.set(Typed(PASSPHRASE, THIRD, THIRD))
    with pytest.raises(SignInRefusedError):
        scene.arrive(scene.forced)
    assert scene.arrive(replace(scene.aiko, passphrase=THIRD)).person.is_kept_back


REFUSED = [
    Typed("not what she chose, I am afraid", SECOND, SECOND),
    Typed(PASSPHRASE, SECOND, THIRD),
    Typed(PASSPHRASE, "too short", "too short"),
    Typed(PASSPHRASE, PASSPHRASE, PASSPHRASE),
    Typed(PASSPHRASE, *["Seven quiet-herons CROSS the river."] * 2),
]


@pytest.mark.parametrize("typed", REFUSED)
@pytest.mark.parametrize("change", [set_decoy, change_passphrase])
def test_what_is_typed_wrongly_weak_or_alike_changes_nothing(
    scene: Scene,
    typed: Typed,
    change: Callable[..., None],
) -> None:
    ring = scene.arrive(scene.aiko)
    with scene.staff.service.read() as session:
        before = Boxes.of(row_of(scene, session))
    with pytest.raises(PassphraseError):
        change(scene.staff, ring, typed, scene.clock())
    with scene.staff.service.read() as session:
        assert Boxes.of(row_of(scene, session)) == before


def test_a_passphrase_is_changed_and_the_keys_stay(scene: Scene) -> None:
    a_stored_report(scene.app, scene.clock)
    scene.set()
    ring = scene.arrive(scene.aiko)
    change_passphrase(scene.staff, ring, Typed(PASSPHRASE, THIRD, THIRD), scene.clock())
    with pytest.raises(SignInRefusedError):
        scene.arrive(scene.aiko)
    assert opens(scene, scene.arrive(replace(scene.aiko, passphrase=THIRD))) == [True]
    # The second one goes on as before.
    assert scene.arrive(scene.forced).person.is_kept_back
    assert ("key.passphrase_changed", scene.aiko.id.hex()) in scene.log()


def test_the_second_passphrase_never_becomes_the_usual_one(scene: Scene) -> None:
    scene.set()
    ring = scene.arrive(scene.aiko)
    with pytest.raises(PassphraseError):
        change_passphrase(scene.staff, ring, Typed(PASSPHRASE, SECOND, SECOND), scene.clock())


def test_the_second_passphrase_is_not_the_one_in_use(scene: Scene) -> None:
    scene.set()
    ring = scene.arrive(scene.aiko)
    with pytest.raises(PassphraseError):
        change_passphrase(scene.staff, ring, Typed(SECOND, THIRD, THIRD), scene.clock())
    with scene.staff.service.read() as session:
        assert not holds.is_held(session, scene.aiko.id)


def test_who_is_forced_changes_passphrases_in_appearance_only(scene: Scene) -> None:
    scene.set()
    ring = scene.arrive(scene.forced)
    with scene.staff.service.read() as session:
        before = row_of(scene, session).decoy_sealed
    set_decoy(scene.staff, ring, Typed(SECOND, THIRD, THIRD), scene.clock())
    clear_decoy(scene.staff, ring, SECOND, scene.clock())
    with scene.staff.service.read() as session:
        assert row_of(scene, session).decoy_sealed == before
    change_passphrase(scene.staff, ring, Typed(SECOND, THIRD, THIRD), scene.clock())
    assert scene.arrive(replace(scene.aiko, passphrase=THIRD)).person.is_kept_back
    assert scene.arrive(scene.aiko).person.is_kept_back


def test_a_passphrase_changed_elsewhere_meanwhile_is_no_longer_right(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring, staff = scene.arrive(scene.aiko), scene.staff

    def changed_meanwhile(*args: object) -> object:
        opened = sessions.unlock(*args)  # type: ignore[arg-type]
        with staff.service.begin() as session:
            session.execute(update(Member).values(rev=Member.rev + 1))
        return opened

    monkeypatch.setattr("admin.own_keys.unlock", changed_meanwhile)
    with pytest.raises(PassphraseError):
        clear_decoy(staff, ring, PASSPHRASE, scene.clock())


def test_a_name_that_was_altered_raises_the_alarm(scene: Scene) -> None:
    scene.set()
    with scene.staff.service.begin() as session:
        session.execute(
            update(Member).where(Member.id == scene.aiko.id).values(name_sealed=b"no box")
        )
    with pytest.raises(AlarmError):
        scene.arrive(scene.forced)
