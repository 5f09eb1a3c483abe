"""Two officers sign exactly what will be drawn, before it is drawn, and everybody can check it."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from admin.budget_rows import ApprovalRow, PlanRow
from admin.errors import FiguresError, HiddenError
from admin.publication import approvals, ledger, releases
from admin.publication.approvals import Planned
from crypto import signing
from crypto.roles import Role
from crypto.signing import Prefix
from reporting.statistics import papers, plan
from reporting.statistics.plan import Plan
from tests.builders import Seeds
from tests.builders_draws import an_approved_plan, an_officer, instance_of, sign
from tests.builders_figures import CORRECTION, RELEASE, a_kept_plan, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.builders_staff import a_member, the_staff
from tests.conftest import Clock

PLAN = a_plan()
OTHER = a_plan(eps=Fraction(4, 5), year=Fraction(4, 5))


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


def draft(counting: Counting, made: Plan, *, announced: bool = True) -> None:
    with counting.desk("olga") as desk:
        approvals.draft(desk, instance_of(counting), made)
    if announced:
        announce(counting, made.release)


def planned(counting: Counting, release: str = RELEASE) -> Planned:
    service = the_staff(counting.app).service
    with service.read() as session:
        return approvals.require(session, service.office.follow(session), release)


def test_a_plan_is_signed_by_two_and_then_approved(counting: Counting) -> None:
    draft(counting, PLAN)
    assert not sign(counting, "olga", RELEASE).is_approved
    assert sign(counting, "oscar", RELEASE).is_approved

    found = planned(counting)
    officers = frozenset(member.id for member in counting.officers.values())
    assert (found.plan, found.signers, found.state) == (PLAN, officers, "")


def test_what_is_published_of_it_names_keys_and_can_be_checked(counting: Counting) -> None:
    an_approved_plan(counting, PLAN)
    with counting.desk("olga") as desk:
        exported = approvals.exported(desk.session, PLAN)
        keys = {person.signing_key for person in desk.verified.people.values()}
    found = papers.read_approvals(exported)

    assert len({one.signing_key for one in found} & keys) == 2
    for one in found:
        signing.read(one.signing_key, Prefix.STAT_PLAN, one.signature + plan.encode(PLAN))
    for member in counting.officers.values():
        assert member.id.hex().encode() not in exported


def test_nobody_signs_twice(counting: Counting) -> None:
    draft(counting, PLAN)
    sign(counting, "olga", RELEASE)

    with pytest.raises(FiguresError, match="Somebody else"):
        sign(counting, "olga", RELEASE)
    assert len(planned(counting).signers) == 1


def test_a_plan_that_nobody_can_read_is_not_signed(counting: Counting) -> None:
    draft(counting, PLAN, announced=False)

    with pytest.raises(FiguresError, match="--announce"):
        sign(counting, "olga", RELEASE)


def test_there_is_nothing_to_sign_where_there_is_no_plan(counting: Counting) -> None:
    with pytest.raises(FiguresError, match="--list"), counting.desk("olga") as desk:
        approvals.approve(desk, instance_of(counting), RELEASE, PLAN.digest)
    with pytest.raises(FiguresError, match="--list"), counting.desk("olga") as desk:
        approvals.announce(desk, instance_of(counting), RELEASE)


def test_a_plan_that_is_another_one_by_now_is_not_signed(counting: Counting) -> None:
    draft(counting, PLAN)

    with pytest.raises(FiguresError, match="Nothing was signed"), counting.desk("olga") as desk:
        approvals.approve(desk, instance_of(counting), RELEASE, OTHER.digest)
    assert not planned(counting).signers


@pytest.mark.parametrize("name", ["susan", "rei", "mei"])
def test_only_officers_plan_and_sign(counting: Counting, name: str) -> None:
    draft(counting, PLAN)

    with pytest.raises(HiddenError), counting.desk(name) as desk:
        approvals.approve(desk, instance_of(counting), RELEASE, PLAN.digest)
    with pytest.raises(HiddenError), counting.desk(name) as desk:
        approvals.draft(desk, instance_of(counting), OTHER)
    with pytest.raises(HiddenError), counting.desk(name) as desk:
        approvals.announce(desk, instance_of(counting), RELEASE)
    assert planned(counting).plan == PLAN


def test_an_edit_makes_what_was_signed_void(counting: Counting) -> None:
    counting.office.clock.now = datetime(2025, 12, 10, tzinfo=UTC)
    an_approved_plan(counting, PLAN)
    draft(counting, OTHER, announced=False)

    found = planned(counting)
    assert (found.plan, found.signers, found.is_announced) == (OTHER, frozenset(), False)


def announce(counting: Counting, release: str) -> None:
    with counting.desk("olga") as desk:
        approvals.announce(desk, instance_of(counting), release)
        releases.announce(desk, release, instance_of(counting))


def test_nothing_of_a_plan_changes_after_something_was_booked(counting: Counting) -> None:
    draft(counting, PLAN)
    sign(counting, "olga", RELEASE)
    with counting.desk("olga") as desk:
        ledger.reserve(desk.session, PLAN, desk.now)

    with pytest.raises(FiguresError, match="is reserved"):
        sign(counting, "oscar", RELEASE)
    with pytest.raises(FiguresError, match="is reserved"):
        draft(counting, OTHER)
    with pytest.raises(FiguresError, match="is reserved"), counting.desk("olga") as desk:
        approvals.announce(desk, instance_of(counting), RELEASE)
    with pytest.raises(DatabaseError, match="once it is drawn"), counting.desk("olga") as desk:
        desk.session.execute(update(PlanRow).values(announced=0))


def test_the_signature_of_somebody_who_left_counts_no_more(
    counting: Counting, seeds: Seeds, clock: Clock
) -> None:
    an_approved_plan(counting, PLAN)
    # Somebody who is on the roster, and in another group.
    other = a_member(counting.app, seeds, "vera", Role.AUDITOR)
    with counting.desk("olga") as desk:
        row = desk.session.scalars(select(ApprovalRow)).first()
        assert row is not None
        key = desk.verified.people[other.id].signing_key
        desk.session.execute(
            update(ApprovalRow)
            .where(ApprovalRow.member_id == row.member_id)
            .values(member_id=other.id, signing_key=key)
        )

    assert len(planned(counting).signers) == 1
    assert clock() == counting.office.clock()


@pytest.mark.parametrize(
    "said", [{"signature": bytes(64)}, {"signature": bytes(63)}, {"signing_key": bytes([2]) * 32}]
)
def test_a_signature_that_was_altered_counts_for_nothing(
    counting: Counting, said: dict[str, bytes]
) -> None:
    an_approved_plan(counting, PLAN)
    with counting.desk("olga") as desk:
        changed = update(ApprovalRow).where(ApprovalRow.member_id == desk.ring.person.id)
        desk.session.execute(changed.values(said))
        exported = approvals.exported(desk.session, PLAN)

    assert len(planned(counting).signers) == 1
    assert len(papers.read_approvals(exported)) == 1
    # Its owner signs again, and theirs stands instead.
    assert sign(counting, "olga", RELEASE).is_approved


def test_all_plans_are_listed_the_newest_year_first(counting: Counting) -> None:
    with counting.desk("olga") as desk:
        for name in (RELEASE, "TOMOSHIBI-JP-2027-A", CORRECTION):
            eps = Fraction(1, 4) if name == CORRECTION else 1
            a_kept_plan(desk.session, a_plan(name, eps))
        found = approvals.plans(desk.session, desk.verified)

    names = [one.plan.release for one in found]
    assert names == ["TOMOSHIBI-JP-2027-A", RELEASE, CORRECTION]
    assert not any(one.is_approved or one.is_announced for one in found)


def test_an_officer_acts_in_one_unit_of_work(counting: Counting) -> None:
    officer = an_officer(counting, "oscar")
    with pytest.raises(RuntimeError), officer.begin() as desk:
        approvals.draft(desk, instance_of(counting), PLAN)
        raise RuntimeError
    with pytest.raises(FiguresError):
        planned(counting)
