"""Random walks through an office: people come and go, and somebody else owns the database."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy import insert
from sqlalchemy.engine import URL

from admin import membership
from admin.accounts import Duties
from admin.circles import Circle
from admin.errors import AlarmError, NotEnrolledError, NotHandedOnError, ProposalError
from admin.keyring import make_epoch, make_keyring
from admin.membership import VOID
from admin.models import Grant
from crypto.acts import Change
from crypto.chain import GENESIS
from crypto.custody import make_seed, public_key
from crypto.roles import Group, Role
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
from tests.builders_staff import a_stored_report, the_staff
from tests.conftest import Clock
from tests.intruder import a_grant, copy_of, cut_roster, plant, plant_key, put_back
from tests.leavers import GROUP_OF
from tests.walked_office import WalkedOffice
from wsgi import Installation

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
DAY = timedelta(days=1)


class Walk(WalkedOffice):
    """What people do there, and what somebody does who owns the database."""

    @precondition(lambda self: self.names)
    @rule(data=st.data(), duties=DUTIES, are_willing=st.booleans())
    def somebody_joins(self, data: st.DataObject, duties: Duties, *, are_willing: bool) -> None:
        asking = self._one(data, self.roster.managers)
        invite = partial(an_invited, self.app, asking, self.clock, self.names.pop(), *duties.roles)
        try:
            invited = invite()
        except NotHandedOnError:
            # A circle that an intruder put back: whoever still opens it hands it on by coming in.
            for manager in self.roster.managers:
                come_in(self.app, self.keys[manager.id], self.clock)
            invited = invite()
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
