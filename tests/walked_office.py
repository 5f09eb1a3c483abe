"""An office whose people come and go at random, who left it, and what always holds of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from types import MappingProxyType

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import select
from typing_extensions import override

from admin import membership
from admin.accounts import Duties
from admin.circle_rows import CircleRow
from admin.circles import Circle
from admin.errors import ProposalError
from admin.membership import Waiting
from admin.models import Grant, Member, ProposalRow
from crypto.acts import Person
from crypto.custody import Keyring, public_key
from crypto.roles import Group, Role
from crypto.roster import Roster
from crypto.sealing import kid
from reporting.models import CaseWrap, Wrapped
from tests.builders_people import Team, come_in, keyring_of, propose, sign
from tests.builders_staff import StaffMember, the_staff
from tests.intruder import Copied
from tests.leavers import GROUP_OF, Archive, Leaver

NAMES = ("Emi", "Fumi", "Goro", "Hana", "Ichi")
_KID = slice(2, 18)


class WalkedOffice(RuleBasedStateMachine):
    """An office of three founders, whoever joins them, and a database that is not theirs alone."""

    def __init__(self, opening: Callable[[], AbstractContextManager[Team]]) -> None:
        super().__init__()
        self.rooms = ExitStack()
        self.team = self.rooms.enter_context(opening())
        self.app, self.clock = self.team.app, self.team.clock
        founders = self.team.aiko, self.team.daniel, self.team.sora
        self.keys = {one.id: one for one in founders}  # everybody who has made keys
        self.names = list(NAMES)
        self.archive, self.leavers = Archive(), list[Leaver]()
        self.proposed, self.copied = list[ProposalRow](), list[Copied]()
        self.archive.copy(self.app)

    @property
    def roster(self) -> Roster:
        return self.team.roster

    @invariant()
    def two_managers_remain(self) -> None:
        assert len(self.roster.managers) >= 2

    @invariant()
    def reports_are_sealed_to_keys_of_the_roster(self) -> None:
        with the_staff(self.app).service.read() as session:
            for wrap in session.scalars(select(CaseWrap)):
                group = GROUP_OF[Wrapped(wrap.wrapped)]
                assert wrap.epoch_id in {epoch.id for epoch in self.roster.epochs[group]}

    @invariant()
    def nobody_outside_a_group_has_its_key_in_force(self) -> None:
        for group in Group:
            epoch = self.roster.epoch(group)
            entitled = self.roster.members(group) or self.roster.managers
            with the_staff(self.app).service.read() as session:
                rows = session.scalars(select(Grant).where(Grant.epoch_id == epoch.id)).all()
            held = {(row.member_id, row.box_sealed[_KID]) for row in rows}
            living = {(person.id, kid(person.sealing_key)) for person in entitled}
            # Only from the last who have a key it is not taken: with it, all would be lost.
            assert held <= living or not held & living

    @invariant()
    def who_left_opens_nothing_that_came_after_them(self) -> None:
        self.archive.copy(self.app)
        for leaver in self.leavers:
            assert not list(leaver.opened(self.archive))

    @override
    def teardown(self) -> None:
        self.rooms.close()

    def _change(
        self,
        data: st.DataObject,
        person: StaffMember,
        duties: Duties,
        old: Mapping[bytes, Keyring] = MappingProxyType({}),
    ) -> None:
        """Let two managers sign, where there are two who can.

        The second may have to make a key that is due, and then it is proposed anew.
        """
        for _ in range(2):
            proposal = self._propose(data, person, duties)
            if proposal is None or self._sign(data, proposal, person, old):
                return

    def _sign(
        self,
        data: st.DataObject,
        proposal: bytes,
        person: StaffMember,
        old: Mapping[bytes, Keyring],
    ) -> bool:
        """Let another manager sign; say whether there is nothing left to do."""
        (signers,) = (one.proposal.signers for one in self._waiting() if one.id == proposal)
        able = [one for one in self._managers_but(person) if one.id not in signers]
        if not able:
            return True
        manager, before = data.draw(st.sampled_from(able)), self.roster.head
        come_in(self.app, manager, self.clock)
        if self.roster.head != before:
            return False
        with self._leaving(old):
            sign(self.app, manager, self.clock, proposal)
        self._has_made_what_is_due(manager)
        return True

    def _propose(self, data: st.DataObject, person: StaffMember, duties: Duties) -> bytes | None:
        others = self._managers_but(person)
        manager = data.draw(st.sampled_from(others))
        asked = partial(
            propose, self.app, manager, self.clock, person, *duties.roles, manages=duties.is_manager
        )
        if len(others) + duties.is_manager < 2:
            with pytest.raises(ProposalError, match="at least two roster managers"):
                asked()
            return None
        made = asked()
        with the_staff(self.app).service.read() as session:
            self.proposed.append(session.get_one(ProposalRow, made))
        return made

    @contextmanager
    def _leaving(self, old: Mapping[bytes, Keyring]) -> Iterator[None]:
        """Remember who leaves what by an act, with the keys that they had until then."""
        self.archive.copy(self.app)
        before = self.roster
        made = {id_: keyring_of(self.app, self.keys[id_]) for id_ in before.people}
        keyrings = {**made, **old}
        yield
        now = self.roster
        for id_, person in before.people.items():
            lost = shared_by(person) - (
                shared_by(now.people[id_]) if _stays(person, now) else set()
            )
            if lost:
                self.leavers.append(Leaver(id_, keyrings[id_], lost, self.archive.boxes))
        for leaver in self.leavers:
            back = now.people.get(leaver.id)
            if back is not None and back.sealing_key == public_key(leaver.keyring.seed):
                leaver.left -= shared_by(back)

    def _has_made_what_is_due(self, person: StaffMember) -> None:
        """Hold that no key of somebody's groups is known outside once they have acted."""
        assert self.roster.stale.isdisjoint(self.roster.people[person.id].groups)

    def _managers_but(self, person: StaffMember) -> list[StaffMember]:
        return [self.keys[one.id] for one in self.roster.managers if one.id != person.id]

    def _one(self, data: st.DataObject, people: Iterable[Person]) -> StaffMember:
        return self.keys[data.draw(st.sampled_from([person.id for person in people]))]

    def _waiting(self) -> tuple[Waiting, ...]:
        with the_staff(self.app).service.read() as session:
            return membership.waiting(session, self.roster)

    def _readable(self) -> list[CaseWrap]:
        """Return the keys of reports that somebody who belongs can open."""
        living = {kid(person.sealing_key) for person in self.roster.people.values()}
        with the_staff(self.app).service.read() as session:
            grants = session.scalars(select(Grant)).all()
            held = {grant.epoch_id for grant in grants if grant.box_sealed[_KID] in living}
            return list(session.scalars(select(CaseWrap).where(CaseWrap.epoch_id.in_(held))))

    def _has_key(self, circle: Circle) -> bool:
        with the_staff(self.app).service.read() as session:
            return session.get(CircleRow, circle) is not None

    def _plant_public_key(self, person: StaffMember, key: bytes) -> None:
        with the_staff(self.app).service.begin() as session:
            session.get_one(Member, person.id).sealing_key = key


def shared_by(person: Person) -> set[Group | Circle]:
    """Return what somebody shares keys of."""
    return {*person.groups, *(circle for circle in Circle if is_in(circle, person))}


def is_in(circle: Circle, person: Person) -> bool:
    roles = {
        Circle.MANAGERS: person.is_manager,
        Circle.SUPERVISORS: Role.SUPERVISOR in person.roles,
    }
    return roles.get(circle, True)


def _stays(person: Person, now: Roster) -> bool:
    return person.id in now.people and now.people[person.id].sealing_key == person.sealing_key
