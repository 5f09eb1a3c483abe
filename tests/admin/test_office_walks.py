"""Random walks through an office: people come and go, and somebody else owns the database."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import insert, select
from sqlalchemy.engine import URL
from typing_extensions import override

from admin import membership
from admin.accounts import Duties
from admin.circle_rows import CircleRow
from admin.circles import Circle
from admin.errors import AlarmError, NotEnrolledError, ProposalError
from admin.keyring import make_epoch, make_keyring
from admin.membership import VOID, Waiting
from admin.models import Grant, Member, ProposalRow
from crypto.acts import Change, Person
from crypto.chain import GENESIS
from crypto.custody import Keyring, make_seed, public_key
from crypto.roles import Group, Role
from crypto.roster import Roster
from crypto.sealing import kid
from reporting.models import CaseWrap, Wrapped
from reporting.office_rows import Epoch as EpochRow
from reporting.office_rows import RosterRow
from reporting.settings import Settings, Transport
from tests.builders_people import (
    Team,
    a_joined,
    a_team,
    an_invited,
    come_in,
    desk_of,
    keyring_of,
    propose,
    remove,
    sign,
    with_new_keys,
)
from tests.builders_staff import StaffMember, a_stored_report, the_staff
from tests.conftest import Clock
from tests.intruder import Copied, a_grant, copy_of, cut_roster, plant, plant_key, put_back
from tests.leavers import GROUP_OF, Archive, Leaver
from wsgi import Installation

NAMES = ("Emi", "Fumi", "Goro", "Hana", "Ichi")
DUTIES = st.sampled_from(
    [
        Duties(frozenset({Role.CASEWORKER})),
        Duties(frozenset({Role.REVIEWER})),
        Duties(frozenset({Role.REVIEWER, Role.CASEWORKER})),
        Duties(frozenset({Role.SUPERVISOR})),
        Duties(frozenset({Role.SUPERVISOR}), is_manager=True),
        Duties(frozenset({Role.STEWARD}), is_manager=True),
        Duties(frozenset({Role.STATISTICS_OFFICER})),
        Duties(frozenset({Role.AUDITOR})),
    ]
)
_KID = slice(2, 18)
DAY = timedelta(days=1)


class Walk(RuleBasedStateMachine):
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

    @precondition(lambda self: self.names)
    @rule(data=st.data(), duties=DUTIES, are_willing=st.booleans())
    def somebody_joins(self, data: st.DataObject, duties: Duties, *, are_willing: bool) -> None:
        asking = self._one(data, self.roster.managers)
        invited = an_invited(self.app, asking, self.clock, self.names.pop(), *duties.roles)
        person = self.keys[invited.id] = a_joined(self.app, invited, self.clock)
        if are_willing:
            self._change(data, person, duties)

    @rule(data=st.data(), duties=DUTIES, returns=st.booleans())
    def two_managers_agree(self, data: st.DataObject, duties: Duties, *, returns: bool) -> None:
        """Change what somebody does, or bring somebody back, or let a newcomer in."""
        inside = self.roster.people.keys()
        wanted = [one for id_, one in self.keys.items() if (id_ in inside) != returns]
        if wanted:
            self._change(data, data.draw(st.sampled_from(wanted)), duties)

    @rule(data=st.data(), duties=DUTIES)
    def a_manager_proposes(self, data: st.DataObject, duties: Duties) -> None:
        self._propose(data, data.draw(st.sampled_from(list(self.keys.values()))), duties)

    @rule(data=st.data())
    def somebody_gets_new_keys(self, data: st.DataObject) -> None:
        listed = self._one(data, self.roster.people.values())
        if len(self._managers_but(listed)) < 2:
            return
        old, person = keyring_of(self.app, listed), self.roster.people[listed.id]
        self.keys[listed.id] = with_new_keys(self.app, listed)
        duties = Duties(person.roles, person.is_manager)
        self._change(data, self.keys[listed.id], duties, {listed.id: old})

    @rule(data=st.data())
    def somebody_is_let_go(self, data: st.DataObject) -> None:
        leaving = self._one(data, self.roster.people.values())
        others = self._managers_but(leaving)
        manager = data.draw(st.sampled_from(others))
        if len(others) < 2:
            with pytest.raises(ProposalError, match="at least two roster managers"):
                remove(self.app, manager, self.clock, leaving)
            return
        with self._leaving({}):
            remove(self.app, manager, self.clock, leaving)
        self._has_made_what_is_due(manager)
        colleague = self._one(data, self.roster.people.values())
        come_in(self.app, colleague, self.clock)
        self._has_made_what_is_due(colleague)

    @rule(data=st.data())
    def somebody_comes_in(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(list(self.keys.values())))
        if person.id in self.roster.people:
            come_in(self.app, person, self.clock)
            self._has_made_what_is_due(person)
            return
        with pytest.raises(NotEnrolledError):
            come_in(self.app, person, self.clock)

    @rule(days=st.integers(1, 4))
    def days_pass(self, days: int) -> None:
        self.clock.advance(days * DAY)

    @rule()
    def a_report_arrives(self) -> None:
        stale = self.roster.stale
        case, _code = a_stored_report(self.app, self.clock)
        with the_staff(self.app).service.read() as session:
            for wrapped, group in GROUP_OF.items():
                wrap = session.get_one(CaseWrap, (bytes.fromhex(case), wrapped))
                assert wrap.epoch_id == self.roster.epoch(group).id
                for leaver in self.leavers if group in stale else ():
                    leaver.excused.add(wrap.key_sealed)

    @rule(data=st.data())
    def everybody_comes_in_and_reads_what_waits(self, data: st.DataObject) -> None:
        people = [self.keys[id_] for id_ in self.roster.people]
        for person in data.draw(st.permutations(people)):
            come_in(self.app, person, self.clock)
        for person in people:
            ring = come_in(self.app, person, self.clock).ring
            for wrap in self._readable():
                if Wrapped(wrap.wrapped) is Wrapped.CASE and Group.INTAKE in ring.person.groups:
                    ring.case_key(wrap)
                if Wrapped(wrap.wrapped) is Wrapped.CONTACT and Group.CASEWORK in ring.groups:
                    ring.contact_key(wrap)

    @rule(data=st.data(), is_known=st.booleans(), group=st.sampled_from(Group))
    def a_grant_is_planted(self, data: st.DataObject, group: Group, *, is_known: bool) -> None:
        victim = self._one(data, self.roster.people.values())
        made = make_epoch(group, self.clock())
        epoch = self.roster.epoch(group).id if is_known else made.stated.id
        plant(self.app, EpochRow(id=epoch, group=group))
        with the_staff(self.app).service.read() as session:
            before = session.get(Grant, (epoch, victim.id))
        planted = a_grant(self.roster.people[victim.id], epoch, made.seed)
        plant(self.app, planted)
        with pytest.raises(AlarmError, match="not in the roster"):
            come_in(self.app, victim, self.clock)
        with the_staff(self.app).service.begin() as session:
            session.delete(session.get_one(Grant, (epoch, victim.id)))
        plant(self.app, *([before] if before else []))

    @rule(data=st.data(), circle=st.sampled_from(Circle))
    def a_key_of_a_circle_is_planted(self, data: st.DataObject, circle: Circle) -> None:
        stranger = make_keyring((), GENESIS, GENESIS)
        if not self._has_key(circle):
            return
        before = copy_of(self.app, circle)
        plant_key(self.app, self.roster, circle, stranger)
        with pytest.raises(AlarmError, match="nobody with a say"):
            come_in(self.app, self._one(data, self.roster.managers), self.clock)
        put_back(self.app, before)

    @rule(circle=st.sampled_from(Circle))
    def a_circle_is_copied(self, circle: Circle) -> None:
        if self._has_key(circle):
            self.copied.append(copy_of(self.app, circle))

    @precondition(lambda self: self.copied)
    @rule(data=st.data())
    def a_copied_circle_is_put_back(self, data: st.DataObject) -> None:
        copied = data.draw(st.sampled_from(self.copied))
        now = copy_of(self.app, Circle(copied.row.circle))
        put_back(self.app, copied)
        manager = self._one(data, self.roster.managers)
        try:
            come_in(self.app, manager, self.clock)
        except AlarmError:
            put_back(self.app, now)

    @rule(data=st.data(), entry=st.binary(max_size=200))
    def an_entry_is_planted(self, data: st.DataObject, entry: bytes) -> None:
        before = self.roster
        n = before.head.n + 1
        planted = data.draw(st.sampled_from([entry, *(row.entry for row in self.proposed)]))
        with the_staff(self.app).service.begin() as session:
            session.execute(insert(RosterRow).values(n=n, entry=planted))
        with pytest.raises(AlarmError, match=f"does not hold at entry {n}"):
            come_in(self.app, self._one(data, before.people.values()), self.clock)
        cut_roster(self.app, n)

    @precondition(lambda self: self.proposed)
    @rule(data=st.data())
    def an_old_proposal_is_put_back(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.proposed))
        if row.id in {each.id for each in self._waiting()}:
            return
        plant(self.app, row)
        with pytest.raises(ProposalError) as refused:
            sign(self.app, self._one(data, self.roster.managers), self.clock, row.id)
        assert str(refused.value) == VOID

    @rule(data=st.data())
    def a_public_key_is_planted(self, data: st.DataObject) -> None:
        """A manager who proposes something is shown other keys than the roster has."""
        victim = self._one(data, self.roster.people.values())
        listed = self.roster.people[victim.id]
        self._plant_public_key(victim, public_key(make_seed()))
        manager = data.draw(st.sampled_from(self._managers_but(victim)))
        proposal = propose(
            self.app, manager, self.clock, victim, *listed.roles, manages=listed.is_manager
        )
        (shown,) = (each.proposal.act for each in self._waiting() if each.id == proposal)
        assert isinstance(shown, Change)
        assert shown.person.fingerprint != listed.fingerprint
        with desk_of(self.app, manager, self.clock) as desk:
            membership.decline(desk, proposal)
        self._plant_public_key(victim, listed.sealing_key)

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


@pytest.mark.parametrize(("dialect", "examples"), [("sqlite", 6), ("postgresql", 2)])
def test_whatever_people_and_intruders_do_an_office_holds(
    tmp_path: Path, new_database: Callable[[str], URL], dialect: str, examples: int
) -> None:
    @contextmanager
    def opening() -> Iterator[Team]:
        shown = new_database(dialect).render_as_string(hide_password=False)
        place = Settings(tmp_path / secrets.token_hex(8), shown, Transport.HTTPS)
        Installation(place).initialise()
        with a_team(place, Clock()) as team:
            yield team

    class Here(Walk):
        def __init__(self) -> None:
            super().__init__(opening)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            phases=[Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
