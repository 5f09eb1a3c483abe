from itertools import chain, combinations

import pytest

from admin.permissions import ALLOWED, EVERYBODY, MANAGER, ON_STAFF, Action, is_allowed, rule_for
from crypto.roles import Group, Role, groups_of, may_manage, may_meet

MARKS = EVERYBODY | {MANAGER}
OF_REPORTS = (
    Action.VIEW_QUEUE,
    Action.OPEN_CASE,
    Action.ADD_NOTE,
    Action.SEND_MESSAGE,
    Action.OPEN_FILE,
    Action.SEND_FILE,
    Action.PULL_CASE,
    Action.MOVE_CASE,
    Action.COUNTERSIGN,
    Action.VIEW_LISTS,
)
EVERY_MIXTURE = [
    frozenset(mixture)
    for mixture in chain.from_iterable(combinations(sorted(MARKS), n) for n in range(4))
]
EVERY_PERSON = [
    mixture
    for mixture in EVERY_MIXTURE
    if may_meet(roles := frozenset(map(Role, mixture - {MANAGER})))
    and (MANAGER not in mixture or may_manage(roles))
]


def test_the_words_are_those_of_the_roles_that_stand_in_signed_entries() -> None:
    assert set(Role) == EVERYBODY
    assert MANAGER not in EVERYBODY


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_rule_about_known_marks(action: Action) -> None:
    assert ALLOWED[action]
    assert ALLOWED[action] <= MARKS | {ON_STAFF}


@pytest.mark.parametrize("action", Action)
def test_an_action_is_allowed_to_its_marks_and_to_no_other(action: Action) -> None:
    allowed = {marks for marks in EVERY_MIXTURE if ALLOWED[action] & {ON_STAFF, *marks}}
    assert {marks for marks in EVERY_MIXTURE if is_allowed(action, marks)} == allowed
    ruled = {marks for marks in EVERY_MIXTURE if not rule_for(action, marks).endswith("no rule")}
    assert ruled == allowed


def test_the_rule_that_allows_something_names_the_marks_that_it_went_by() -> None:
    marks = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.CASEWORKER})
    assert rule_for(Action.OPEN_CASE, marks) == "case.open: caseworker, reviewer, supervisor"


def test_without_a_role_somebody_declares_and_practises_and_does_nothing_else() -> None:
    allowed = {action for action in Action if is_allowed(action, frozenset())}
    assert allowed == {Action.DECLARE, Action.PRACTISE, Action.INTERPRET}
    assert rule_for(Action.DECLARE, frozenset()) == "declaration.make: staff"


@pytest.mark.parametrize("marks", EVERY_PERSON)
def test_nobody_reads_both_reports_and_the_log_about_reading_them(marks: frozenset[str]) -> None:
    reads_reports = any(is_allowed(action, marks) for action in OF_REPORTS)
    assert not (reads_reports and is_allowed(Action.VIEW_AUDIT, marks))


@pytest.mark.parametrize("marks", EVERY_PERSON)
def test_what_is_allowed_can_be_opened_too(marks: frozenset[str]) -> None:
    held = groups_of(frozenset(map(Role, marks - {MANAGER})))
    reads_reports = any(is_allowed(action, marks) for action in OF_REPORTS)
    assert bool({Group.INTAKE, Group.CASEWORK} & held) == reads_reports
    assert (Group.INTAKE in held) == is_allowed(Action.VIEW_QUEUE, marks)
    assert (Group.AUDIT in held) == is_allowed(Action.VIEW_AUDIT, marks)


@pytest.mark.parametrize("action", [Action.INVITE, Action.SIGN_ROSTER, Action.REMOVE_PERSON])
def test_only_roster_managers_decide_who_belongs(action: Action) -> None:
    assert ALLOWED[action] == {MANAGER}
