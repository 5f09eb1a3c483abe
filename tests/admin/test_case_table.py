"""The table of a case's life is the one that was agreed on, counted and looked at by name."""

from dataclasses import FrozenInstanceError

import pytest

from admin.case_table import OWNER, REPORTER, SYSTEM, read_file, table_of
from admin.permissions import CASEWORKER, EVERYBODY, REVIEWER, SUPERVISOR
from forms.codebook import LISTS
from reporting.models import State

TABLE = table_of(read_file())
ROLES = EVERYBODY | {REPORTER, OWNER, SYSTEM}


def test_eleven_states_twenty_seven_names_thirty_five_moves_forty_five_for_a_role() -> None:
    assert len(TABLE.states) == 11
    assert len(TABLE.transitions) == 27
    assert len(TABLE.pairs) == len(set(TABLE.pairs)) == TABLE.expanded == 35
    assert len(TABLE.triples) == 45
    assert len(TABLE.states) * len(TABLE.transitions) * len(ROLES) == 2_970


def test_no_entry_of_the_file_is_written_over_by_another() -> None:
    data = read_file()

    assert len(data["state"]) == len(TABLE.states)
    assert len(data["transition"]) == len(TABLE.transitions)
    assert len(data["coarse"]) == len(TABLE.coarse)


def test_the_states_are_those_that_rows_and_codes_know() -> None:
    assert list(TABLE.states) == list(State)
    assert [(state.code, state.label) for state in TABLE.states.values()] == [
        (option.code, option.label) for option in LISTS["case_state"]
    ]


def test_its_roles_are_those_of_the_roster_and_three_that_nobody_grants() -> None:
    assert TABLE.roles.keys() == {REPORTER, OWNER, SYSTEM, REVIEWER, CASEWORKER, SUPERVISOR}


def test_a_move_is_held_back_by_the_guards_of_all_and_those_of_its_role() -> None:
    release = TABLE.transitions["release"]

    assert release.guards_of("owner") == ("drafts_settled", "escalation_settled", "handover_note")
    assert release.guards_of("system") == ("drafts_settled", "offboarding_or_lapsed")
    assert TABLE.transitions["accept"].guards_of("reviewer") == (
        *("lease_held", "scope_yes", "danger_answered", "level_confirmed", "origin_coded"),
    )


def test_only_a_first_look_and_taking_a_report_on_have_keys_and_undo_is_short() -> None:
    of_state = {
        state: {move.key for move in TABLE.transitions.values() if state in move.sources} - {""}
        for state in ("received", "triaged", "active")
    }

    assert of_state == {
        "received": {"A", "E", "M", "D", "Q"},
        "triaged": {"T", "M"},
        "active": set(),
    }
    assert {move.undo_s for move in TABLE.transitions.values()} == {0, 30}


def test_nothing_of_the_table_can_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        TABLE.initial = "closed"  # type: ignore[misc]
    with pytest.raises(TypeError):
        TABLE.guards["reason"] = ""  # type: ignore[index]


def test_a_file_that_leaves_something_out_is_refused() -> None:
    data = dict(read_file())
    del data["guard"]

    with pytest.raises(KeyError):
        table_of(data)
