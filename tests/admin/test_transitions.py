"""What may be done with a case is what the table says: no more, no less, and by nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from admin.case_table import OWNER, REPORTER, SYSTEM
from admin.facts import Facts
from admin.guards import GUARDS
from admin.permissions import CASEWORKER, EVERYBODY, REVIEWER, SUPERVISOR
from admin.transitions import (
    MOVED_ON,
    NO_UNDO,
    STATE,
    TABLE,
    UNDO,
    Done,
    Move,
    NotAllowedError,
    NotNowError,
    Offer,
    Present,
    decide,
    offered,
    undo,
)
from tests.builders_facts import ACTOR, COLLEAGUE, NOW, roles_of, the_facts

ROLES = sorted(EVERYBODY | {REPORTER, OWNER, SYSTEM})
TRIPLES = [
    (state, name, role) for state in TABLE.states for name in TABLE.transitions for role in ROLES
]
ACCEPTED = Done(
    decide(TABLE, "received", "accept", {REVIEWER}, the_facts("accept", REVIEWER)), ACTOR, NOW, 7
)
AT_ONCE = Present(ACTOR, NOW + timedelta(seconds=5), 7, message_was_opened=False)


def is_made(state: str, name: str, role: str) -> bool:
    """Try a move with facts that stand against nothing, and say whether this role makes it."""
    try:
        move = decide(TABLE, state, name, roles_of(role), the_facts(name, role))
    except (NotAllowedError, NotNowError):
        return False
    return move.role == role and move.to == TABLE.transitions[name].to


def buttons(state: str, *roles: str, facts: Facts) -> dict[str, Offer]:
    """Return the buttons that somebody is shown, by their moves."""
    return {offer.name: offer for offer in offered(TABLE, state, frozenset(roles), facts)}


def test_of_all_triples_exactly_those_of_the_table_are_made() -> None:
    assert {triple for triple in TRIPLES if is_made(*triple)} == TABLE.triples


def test_a_move_says_everything_that_follows_from_it() -> None:
    move = decide(TABLE, "received", "accept", {REVIEWER}, the_facts("accept", REVIEWER))

    assert move == Move(
        "accept",
        REVIEWER,
        "received",
        "triaged",
        ("rewrap_casework", "header_due", "frame_due", "clock_start", "drop_lease"),
        30,
    )


@pytest.mark.parametrize(
    "roles", [set[str](), {"auditor"}, {"administrator", "steward"}, {CASEWORKER}]
)
def test_for_whoever_has_no_rule_the_move_does_not_exist(roles: set[str]) -> None:
    with pytest.raises(NotAllowedError):
        decide(TABLE, "received", "accept", roles, the_facts("accept", REVIEWER))


def test_a_move_that_the_table_does_not_name_does_not_exist() -> None:
    with pytest.raises(NotAllowedError):
        decide(TABLE, "received", "publish", set(ROLES), the_facts("accept", REVIEWER))


def test_who_comes_too_late_reads_that_somebody_moved_it_on() -> None:
    with pytest.raises(NotNowError) as refused:
        decide(TABLE, "triaged", "accept", {REVIEWER}, the_facts("accept", REVIEWER))

    assert (refused.value.guard, refused.value.sentence) == (STATE, MOVED_ON)


def test_the_first_guard_that_stands_against_it_is_named() -> None:
    facts = replace(the_facts("quarantine", REVIEWER), lease=None, reason="")

    with pytest.raises(NotNowError) as refused:
        decide(TABLE, "received", "quarantine", {REVIEWER}, facts)

    assert refused.value.guard == "lease_held"
    assert refused.value.sentence == GUARDS["lease_held"].sentence


def test_nobody_owns_a_case_by_saying_so() -> None:
    facts = the_facts("propose_close", SUPERVISOR)

    with pytest.raises(NotAllowedError):
        decide(TABLE, "active", "propose_close", {OWNER, CASEWORKER}, facts)
    with pytest.raises(NotAllowedError):
        decide(TABLE, "active", "propose_close", {REVIEWER}, replace(facts, owner=ACTOR))


def test_whoever_is_stopped_in_one_role_moves_in_another_of_theirs() -> None:
    asleep = replace(the_facts("wake", OWNER), has_unread_mail=False)

    move = decide(TABLE, "monitoring", "wake", {CASEWORKER, SYSTEM}, asleep)

    assert move.role == OWNER


def test_what_the_caller_says_of_name_and_role_changes_nothing() -> None:
    facts = replace(the_facts("wake", SYSTEM), has_unread_mail=False, role=OWNER, name="accept")

    with pytest.raises(NotNowError):
        decide(TABLE, "monitoring", "wake", {SYSTEM}, facts)


def test_a_reviewer_is_shown_the_buttons_of_the_first_look_with_their_keys() -> None:
    shown = buttons("received", REVIEWER, facts=the_facts("accept", REVIEWER))

    assert {name: offer.key for name, offer in shown.items()} == {
        "accept": "A",
        "escalate": "E",
        "quarantine": "Q",
        "decline": "D",
        "merge": "M",
    }
    assert shown["accept"] == Offer("accept", "Accept", "A", is_allowed=True)


def test_a_button_works_while_only_that_is_missing_which_its_form_asks_for() -> None:
    facts = replace(the_facts("decline", REVIEWER), reason="", message=None)

    decline = buttons("received", REVIEWER, facts=facts)["decline"]

    assert decline.is_allowed
    assert decline.asks == ("reason", "message_ready")


def test_a_button_that_does_not_work_says_why() -> None:
    facts = replace(the_facts("decline", REVIEWER), reason="", earlier_owners=frozenset({ACTOR}))

    decline = buttons("received", REVIEWER, facts=facts)["decline"]

    assert not decline.is_allowed
    assert decline.why_not == GUARDS["fresh_eyes"].sentence
    assert decline.asks == ()


def test_a_button_works_if_it_works_in_one_of_several_roles() -> None:
    facts = replace(the_facts("wake", SUPERVISOR), has_unread_mail=False)

    wake = buttons("monitoring", SUPERVISOR, SYSTEM, facts=facts)["wake"]

    assert wake == Offer("wake", "Back to work", "", is_allowed=True)


@pytest.mark.parametrize("state", TABLE.states)
def test_what_is_offered_is_what_would_be_made(state: str) -> None:
    for role in (REVIEWER, CASEWORKER, SUPERVISOR):
        for name in TABLE.transitions:
            shown = buttons(state, role, facts=the_facts(name, role))
            assert (name in shown) is is_made(state, name, role)


@pytest.mark.parametrize("role", ["administrator", "auditor", "steward", "statistics_officer"])
def test_whoever_moves_no_case_is_offered_nothing(role: str) -> None:
    assert all(not buttons(state, role, facts=the_facts("accept", role)) for state in TABLE.states)


def test_a_decision_is_taken_back_by_its_maker_within_thirty_seconds() -> None:
    move = undo(ACCEPTED, AT_ONCE)

    assert move == Move(
        "accept.undone",
        REVIEWER,
        "triaged",
        "received",
        ("drop_lease", "clock_start", "frame_due", "header_due", "rewrap_casework"),
        0,
    )


@pytest.mark.parametrize(
    "present",
    [
        replace(AT_ONCE, actor=COLLEAGUE),
        replace(AT_ONCE, now=NOW + timedelta(seconds=30)),
        replace(AT_ONCE, now=NOW - timedelta(seconds=1)),
        replace(AT_ONCE, rev=8),
        replace(AT_ONCE, message_was_opened=True),
    ],
    ids=["somebody else", "too late", "before it", "touched since", "message read"],
)
def test_otherwise_nothing_is_taken_back(present: Present) -> None:
    with pytest.raises(NotNowError) as refused:
        undo(ACCEPTED, present)

    assert (refused.value.guard, refused.value.sentence) == (UNDO, NO_UNDO)


def test_what_takes_something_back_is_not_taken_back_itself() -> None:
    with pytest.raises(NotNowError):
        undo(Done(undo(ACCEPTED, AT_ONCE), ACTOR, NOW, 7), AT_ONCE)


def test_no_machine_closes_declines_joins_or_sets_aside() -> None:
    entered = {move.to for move in TABLE.transitions.values() if SYSTEM in move.who}

    assert entered == {"triaged", "active", "erased"}
