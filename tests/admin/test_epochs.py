"""Groups change their keys in time, and no report is lost or stays readable for it."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from admin import epochs, membership
from admin.errors import AlarmError
from admin.keyring import Ring
from admin.models import Grant
from crypto.acts import Epoch
from crypto.envelope import make_key
from crypto.roles import Group, Role
from crypto.sealing import seal
from reporting import intake, places
from reporting.models import Case, CaseWrap, Drop, Parked, State, Wrapped
from tests.builders import a_report
from tests.builders_people import Team, come_in, let_in, propose, remove, sign
from tests.builders_staff import StaffMember, a_stored_report, flipped, the_staff

DAY = timedelta(days=1)


def keys_of(team: Team, group: Group) -> int:
    """Return how many keys a group has had so far."""
    return len(team.roster.epochs[group])


def come_in_after(team: Team, person: StaffMember, days: int) -> None:
    team.clock.advance(days * DAY)
    come_in(team.app, person, team.clock)


def holders(team: Team, epoch: Epoch) -> int:
    """Return how many people have a key."""
    with the_staff(team.app).service.read() as session:
        mine = select(func.count()).select_from(Grant).where(Grant.epoch_id == epoch.id)
        return session.scalars(mine).one()


def opens_every_report(team: Team, ring: Ring) -> bool:
    """Open the key of every report that waits; raise OpenError for one that stays closed."""
    with the_staff(team.app).service.read() as session:
        wraps = session.scalars(select(CaseWrap).where(CaseWrap.wrapped == Wrapped.CASE)).all()
    return len([ring.case_key(wrap) for wrap in wraps]) > 0


def many_reports(team: Team, count: int) -> None:
    """Store the keys of many reports under the key of intake in force, and nothing else of them."""
    epoch = team.roster.epoch(Group.INTAKE)
    cases = [secrets.token_bytes(16) for _ in range(count)]
    with the_staff(team.app).service.begin() as session:
        row = {"state": State.RECEIVED, "level": 0, "received_week": 202648, "rev": 0}
        session.execute(insert(Case), [{"id": case, **row} for case in cases])
        session.execute(insert(CaseWrap), [a_wrap(case, epoch) for case in cases])


def a_wrap(case: bytes, epoch: Epoch) -> dict[str, bytes | str]:
    place = places.wrap(case, Wrapped.CASE, Group.INTAKE)
    return {
        "case_id": case,
        "wrapped": Wrapped.CASE,
        "epoch_id": epoch.id,
        "key_sealed": seal(epoch.public_key, make_key(), place),
    }


def test_intake_gets_a_new_key_after_five_days_from_whoever_comes_in_first(team: Team) -> None:
    come_in_after(team, team.aiko, 4)
    assert keys_of(team, Group.INTAKE) == 1
    come_in_after(team, team.sora, 1)
    assert keys_of(team, Group.INTAKE) == 1  # she reads no reports
    come_in_after(team, team.daniel, 0)
    come_in_after(team, team.aiko, 0)
    assert keys_of(team, Group.INTAKE) == 2
    assert holders(team, team.roster.epoch(Group.INTAKE)) == 2


def test_other_groups_change_their_key_once_a_year(team: Team) -> None:
    come_in_after(team, team.sora, 362)
    assert keys_of(team, Group.PUBLICATION) == 1
    come_in_after(team, team.sora, 1)
    assert keys_of(team, Group.PUBLICATION) == 2


def test_a_second_signature_is_waited_for_until_the_seventh_day_and_no_longer(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    team.clock.advance(4 * DAY)
    proposal = propose(team.app, team.aiko, team.clock, mei, Role.REVIEWER)
    come_in_after(team, team.aiko, 2)
    assert keys_of(team, Group.INTAKE) == 1

    come_in_after(team, team.aiko, 1)
    assert keys_of(team, Group.INTAKE) == 2
    with the_staff(team.app).service.read() as session:
        waiting = membership.waiting(session, team.roster)
    assert proposal not in {each.id for each in waiting}


def test_a_second_signature_is_not_waited_for_where_somebody_outside_knows_the_key(
    team: Team,
) -> None:
    mei = let_in(team, "Mei Tanaka", Role.REVIEWER)
    ren = let_in(team, "Ren Okada", Role.AUDITOR)
    remove(team.app, team.sora, team.clock, mei)
    propose(team.app, team.sora, team.clock, ren, Role.ADMINISTRATOR)
    come_in(team.app, team.aiko, team.clock)
    assert keys_of(team, Group.INTAKE) == 2


def test_a_key_that_nobody_made_in_time_is_overdue_and_that_of_no_group_without_members(
    team: Team,
) -> None:
    team.clock.advance(7 * DAY)
    assert epochs.overdue(team.roster, team.clock()) == ()
    team.clock.advance(DAY)
    assert epochs.overdue(team.roster, team.clock()) == (Group.INTAKE,)
    team.clock.advance(400 * DAY)
    assert Group.AUDIT not in epochs.overdue(team.roster, team.clock())


def test_a_key_that_somebody_outside_knows_is_overdue_at_once(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    remove(team.app, team.sora, team.clock, mei)
    assert epochs.overdue(team.roster, team.clock()) == (Group.CASEWORK,)
    come_in(team.app, team.daniel, team.clock)
    assert epochs.overdue(team.roster, team.clock()) == ()


def test_what_waits_is_sealed_to_the_new_key_and_everybody_reads_it(team: Team) -> None:
    a_stored_report(team.app, team.clock)
    come_in_after(team, team.aiko, 5)
    newest = team.roster.epoch(Group.INTAKE)
    with the_staff(team.app).service.read() as session:
        wraps = session.scalars(select(CaseWrap).where(CaseWrap.wrapped == Wrapped.CASE)).all()
    assert {wrap.epoch_id for wrap in wraps} == {newest.id}
    assert opens_every_report(team, come_in(team.app, team.daniel, team.clock).ring)


def test_a_few_hundred_reports_are_sealed_anew_at_a_time_and_the_old_key_stays_for_the_rest(
    team: Team,
) -> None:
    many_reports(team, epochs.AT_A_TIME + 1)
    old = team.roster.epoch(Group.INTAKE)
    come_in_after(team, team.aiko, 5)
    with the_staff(team.app).service.read() as session:
        left = session.scalars(select(CaseWrap).where(CaseWrap.epoch_id == old.id)).all()
    assert len(left) == 1

    come_in_after(team, team.daniel, 0)
    with the_staff(team.app).service.read() as session:
        left = session.scalars(select(CaseWrap).where(CaseWrap.epoch_id == old.id)).all()
    assert not left
    come_in_after(team, team.daniel, 1)
    assert holders(team, old) == 0


def test_an_altered_key_of_a_report_raises_the_alarm(team: Team) -> None:
    case, _code = a_stored_report(team.app, team.clock)
    with the_staff(team.app).service.begin() as session:
        wrap = session.get_one(CaseWrap, (bytes.fromhex(case), Wrapped.CASE))
        wrap.key_sealed = flipped(wrap.key_sealed)
    team.clock.advance(5 * DAY)
    with pytest.raises(AlarmError, match="a key of a report was altered"):
        come_in(team.app, team.aiko, team.clock)


def test_who_waits_for_a_key_seals_nothing_anew(team: Team) -> None:
    a_stored_report(team.app, team.clock)
    come_in_after(team, team.aiko, 5)
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    # Signed last by a steward, who has no key of intake to hand on.
    proposal = propose(team.app, team.aiko, team.clock, mei, Role.REVIEWER)
    sign(team.app, team.sora, team.clock, proposal)
    assert not come_in(team.app, mei, team.clock).ring.holds(team.roster.epoch(Group.INTAKE).id)
    come_in(team.app, team.aiko, team.clock)
    assert opens_every_report(team, come_in(team.app, mei, team.clock).ring)


@pytest.mark.parametrize("table", [Parked, Drop])
def test_an_old_key_is_kept_while_something_that_was_taken_back_needs_it(
    team: Team, table: type[Parked] | type[Drop]
) -> None:
    case, _code = a_stored_report(team.app, team.clock)
    old = team.roster.epoch(Group.INTAKE)
    rows = {
        Parked: Parked(
            case_id=bytes.fromhex(case),
            wrapped=Wrapped.CASE,
            epoch_id=old.id,
            withdrawal_id=bytes(16),
            key_sealed=b"",
        ),
        Drop: Drop(id=bytes(16), epoch_id=old.id, key_sealed=b"", content_sealed=b""),
    }
    with the_staff(team.app).service.begin() as session:
        session.add(rows[table])
    come_in_after(team, team.aiko, 5)
    come_in_after(team, team.aiko, 1)
    assert holders(team, old) == 2

    with the_staff(team.app).service.begin() as session:
        session.delete(rows[table])
    come_in_after(team, team.daniel, 0)
    assert holders(team, old) == 0


def test_a_report_that_was_sealed_before_the_change_and_stored_after_it_is_read(
    team: Team,
) -> None:
    service = the_staff(team.app).service
    team.clock.advance(5 * DAY)
    sealed = intake.prepare(a_report(), service.desk, team.clock())
    come_in(team.app, team.aiko, team.clock)
    with service.begin() as session:
        intake.store(session, sealed)
    come_in_after(team, team.daniel, 1)
    assert opens_every_report(team, come_in(team.app, team.aiko, team.clock).ring)


def test_a_report_is_sealed_to_the_new_key_from_the_moment_it_is_there(team: Team) -> None:
    come_in_after(team, team.aiko, 5)
    a_stored_report(team.app, team.clock)
    with the_staff(team.app).service.read() as session:
        used = set(session.scalars(select(CaseWrap.epoch_id)))
    assert used == {team.roster.epoch(group).id for group in (Group.INTAKE, Group.CASEWORK)}
