from datetime import date, timedelta

import pytest

from admin.standing import Standing, standing_of
from crypto.standing import Held, Progress, Stage, newcomer
from tests.builders_vetting import MEMBER

BEGUN, DECLARED = date(2026, 1, 1), date(2026, 3, 1)
WORKING = (Stage.TRAINEE, Stage.PROBATION, Stage.MEMBER)
KEYED = (Stage.PROBATION, Stage.MEMBER)


def in_stage(stage: Stage, *declared: date, attested: tuple[date, ...] = ()) -> Standing:
    return standing_of(Progress(MEMBER, (Held(stage, BEGUN),), ()), declared, attested)


def test_a_declaration_counts_for_six_months_and_an_attestation_for_ninety_days() -> None:
    standing = in_stage(Stage.MEMBER, DECLARED)

    assert standing.declaration_due == date(2026, 9, 1)
    assert standing.attestation_due == standing.due == DECLARED + timedelta(days=90)


def test_an_attestation_puts_off_the_next_one_but_never_the_declaration() -> None:
    months = tuple(DECLARED + timedelta(days=30 * n) for n in range(1, 7))

    standing = in_stage(Stage.MEMBER, DECLARED, attested=months)

    assert standing.attestation_due == months[-1] + timedelta(days=90)
    assert standing.due == standing.declaration_due == date(2026, 9, 1)


def test_the_newest_counts_in_whatever_order_they_come() -> None:
    days = (DECLARED, BEGUN)

    assert in_stage(Stage.MEMBER, *days) == in_stage(Stage.MEMBER, *reversed(days))


@pytest.mark.parametrize("stage", WORKING)
def test_somebody_works_until_the_day_it_is_overdue(stage: Stage) -> None:
    standing = in_stage(stage, DECLARED)

    assert standing.may_work(standing.due - timedelta(days=1))
    assert not standing.may_work(standing.due)


@pytest.mark.parametrize("stage", KEYED)
def test_thirty_days_later_the_grants_go(stage: Stage) -> None:
    standing = in_stage(stage, DECLARED)

    assert not standing.is_lapsed(standing.due + timedelta(days=29))
    assert standing.is_lapsed(standing.due + timedelta(days=30))


@pytest.mark.parametrize("stage", KEYED)
def test_who_never_declared_may_only_declare_and_has_thirty_days_for_it(stage: Stage) -> None:
    standing = in_stage(stage)

    assert not standing.may_work(BEGUN)
    assert not standing.is_lapsed(BEGUN + timedelta(days=29))
    assert standing.is_lapsed(BEGUN + timedelta(days=30))


def test_to_attest_without_ever_having_declared_helps_nobody() -> None:
    standing = in_stage(Stage.MEMBER, attested=(DECLARED,))

    assert not standing.may_work(DECLARED)


@pytest.mark.parametrize("stage", sorted(set(Stage) - set(WORKING)))
def test_in_any_other_stage_nobody_works(stage: Stage) -> None:
    assert not in_stage(stage, DECLARED).may_work(DECLARED)


@pytest.mark.parametrize("stage", sorted(set(Stage) - set(KEYED)))
def test_in_any_other_stage_grants_go_at_once(stage: Stage) -> None:
    assert in_stage(stage, DECLARED).is_lapsed(DECLARED)


def test_who_has_no_stage_has_no_standing() -> None:
    with pytest.raises(LookupError):
        standing_of(newcomer(MEMBER), (DECLARED,), ())
