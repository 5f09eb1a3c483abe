from itertools import chain, combinations

import pytest

from admin.permissions import (
    ALLOWED,
    AUDIT,
    CASEWORK,
    GROUPS,
    INTAKE,
    Action,
    acting_groups,
    is_allowed,
    may_belong,
    rule_for,
)
from crypto.roles import Group

EVERY_MIXTURE = [
    frozenset(mixture)
    for mixture in chain.from_iterable(combinations(sorted(GROUPS), n) for n in range(4))
]


def test_the_groups_are_those_that_keys_are_sealed_to() -> None:
    assert set(Group) == GROUPS


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_rule_about_known_groups(action: Action) -> None:
    assert ALLOWED[action]
    assert ALLOWED[action] <= GROUPS


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("groups", EVERY_MIXTURE)
def test_an_action_is_allowed_to_its_groups_and_to_no_other(
    action: Action, groups: frozenset[str]
) -> None:
    assert is_allowed(action, groups) == any(group in ALLOWED[action] for group in groups)
    assert rule_for(action, groups).endswith("no rule") != is_allowed(action, groups)


@pytest.mark.parametrize("groups", EVERY_MIXTURE)
def test_nobody_reads_both_reports_and_the_log_about_reading_them(groups: frozenset[str]) -> None:
    acting = acting_groups(groups)
    assert not (is_allowed(Action.VIEW_AUDIT, acting) and is_allowed(Action.OPEN_CASE, acting))
    assert acting <= groups


@pytest.mark.parametrize("groups", EVERY_MIXTURE)
def test_auditors_hold_nothing_else(groups: frozenset[str]) -> None:
    assert may_belong(groups) == (groups in [{INTAKE}, {CASEWORK}, {INTAKE, CASEWORK}, {AUDIT}])


def test_the_audit_key_held_in_trust_is_no_role() -> None:
    assert acting_groups(GROUPS) == {INTAKE, CASEWORK}
