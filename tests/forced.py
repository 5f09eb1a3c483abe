"""Force: an office in which somebody can be forced, and a second passphrase to tell then."""

from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin import alerts, audit, membership, queue
from admin.accounts import Duties
from admin.circle_rows import CircleKey
from admin.keyring import Ring
from admin.models import Grant, Member
from admin.own_keys import Typed, set_decoy
from admin.runtime import Staff
from crypto.roles import Role
from tests.arrivals import arrive, at_desk, seat_founders
from tests.builders import Seeds
from tests.builders_staff import (
    PASSPHRASE,
    StaffMember,
    a_member,
    a_reviewer,
    an_auditor,
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


def a_scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
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


def row_of(scene: Scene, session: Session) -> Member:
    return session.get_one(Member, scene.aiko.id)
