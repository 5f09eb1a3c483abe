"""A release is followed from its plan to its end, and to its corrections."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from flask.testing import FlaskClient

from admin.publication import approvals, ledger, outlook
from admin.publication.booked import Reason
from admin.publication.outlook import Step
from crypto.roles import Role
from tests.flows.test_publication_pages import ALL, CHANGE, RELEASE, USUAL, announce, instance_of
from tests.founded import Founded, fill, let_in
from tests.reporting.statistics.plans import a_plan

NOON = 3  # in Tokyo


@pytest.fixture
def sora(office: Founded) -> FlaskClient:
    """The browser of a statistics officer."""
    return office.signed_in(office.sora)


def steps(office: Founded, day: datetime) -> dict[str, Step]:
    """Return how far each plan came by a day, and which corrections could be planned."""
    with office.desk(office.sora) as desk:
        then = replace(desk, now=day)
        plans = {seen.plan.release: seen.step for seen in outlook.plans(then, instance_of(office))}
        offered = [
            name for name in outlook.offered(then, instance_of(office)) if name[:-1] == RELEASE[:-1]
        ]
    return {**plans, **dict.fromkeys(offered, Step.DRAFT)}


def day(year: int, month: int, of_month: int) -> datetime:
    return datetime(year, month, of_month, NOON, tzinfo=UTC)


def test_a_release_is_followed_to_its_end(office: Founded, sora: FlaskClient) -> None:
    ren = let_in(office, "Ren Okada", Role.STATISTICS_OFFICER)
    fill(sora, CHANGE, **USUAL)
    plan = announce(office)
    for officer in (office.sora, ren):
        with office.desk(officer) as desk:
            approvals.approve(desk, instance_of(office), RELEASE, plan.digest)
    assert steps(office, day(2027, 4, 15)) == {RELEASE: Step.SIGNED}
    assert steps(office, day(2027, 4, 16)) == {RELEASE: Step.DUE}
    with office.desk(office.sora) as desk:
        ledger.reserve(desk.session, plan, desk.now)
    assert steps(office, day(2027, 4, 16)) == {RELEASE: Step.RESERVED}
    page = office.signed_in(office.sora).get(ALL).text
    assert "it goes on to the same numbers" in page
    assert "1/4 of 5/4" in page
    with office.desk(office.sora) as desk:
        ledger.drawn(desk.session, RELEASE, bytes(32), desk.now)
    assert steps(office, day(2027, 6, 30)) == {RELEASE: Step.DRAWN}
    assert steps(office, day(2027, 7, 1)) == {RELEASE: Step.OVERDUE}
    with office.desk(office.sora) as desk:
        ledger.published(desk.session, RELEASE, desk.now)
    assert steps(office, day(2027, 7, 1)) == {RELEASE: Step.PUBLISHED}


def test_a_correction_is_planned_once_a_release_was_given_up(
    office: Founded, sora: FlaskClient
) -> None:
    fill(sora, CHANGE, **USUAL)
    plan = announce(office)
    with office.desk(office.sora) as desk:
        ledger.reserve(desk.session, plan, desk.now)
        ledger.burn(desk.session, RELEASE, Reason.CODE, desk.now)
    correction = RELEASE[:-1] + "B"
    assert steps(office, day(2027, 5, 1)) == {RELEASE: Step.BURNT, correction: Step.DRAFT}
    assert steps(office, day(2027, 7, 2)) == {RELEASE: Step.BURNT}
    sora = office.signed_in(office.sora)
    address = f"{ALL}/{correction}/change"
    form = sora.get(address).text
    assert "What the correction may cost" in form
    assert 'name="eps" value="1/4"' in form
    dearer = fill(sora, address, **{**USUAL, "eps": "1/3"})
    assert (dearer.status_code, "a quarter of its year at most" in dearer.text) == (422, True)
    assert fill(sora, address, **{**USUAL, "eps": "1/4"}).status_code == 303
    with office.desk(office.sora) as desk:
        made = approvals.require(desk.session, desk.verified, correction).plan
        ledger.reserve(desk.session, made, desk.now)
        ledger.burn(desk.session, correction, Reason.CODE, desk.now)
    sora = office.signed_in(office.sora)
    third = f"{ALL}/{RELEASE[:-1]}C/change"
    spent = fill(sora, third, **{**USUAL, "eps": "1/4"})
    assert (spent.status_code, "The year has less left" in spent.text) == (422, True)


def test_after_the_letter_z_no_correction_is_offered(office: Founded, sora: FlaskClient) -> None:
    fill(sora, CHANGE, **USUAL)
    last = a_plan(release=f"{RELEASE[:-1]}Z", eps=Fraction(1, 4))
    first = announce(office)
    with office.desk(office.sora) as desk:
        ledger.reserve(desk.session, first, desk.now)
        ledger.burn(desk.session, RELEASE, Reason.CODE, desk.now)
        approvals.draft(desk, instance_of(office), last)
        ledger.reserve(desk.session, last, desk.now)
        ledger.burn(desk.session, last.release, Reason.CODE, desk.now)
    assert steps(office, day(2027, 5, 1)) == {RELEASE: Step.BURNT, last.release: Step.BURNT}
