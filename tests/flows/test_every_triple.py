"""Every move is tried from every state by every role: those of the table are made, and no other.

Moves that come to be supported are tried as they are; those that need more than a form says here
are refused whatever their role until `TYPED` tells what to type.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import URL

from admin import moves
from admin.gathering import SUPPORTED
from admin.transitions import TABLE
from crypto.roles import Role
from tests.arrivals import arrive
from tests.builders import Seeds
from tests.builders_cases import Office
from tests.builders_staff import a_member, sign_in, token_of
from tests.conftest import Clock
from tests.every_move import TYPED, Tried, in_every_state
from tests.visitor import Visitor

ROLES = {
    "rei": (Role.REVIEWER,),
    "robin": (Role.REVIEWER,),
    "mei": (Role.CASEWORKER,),
    "max": (Role.CASEWORKER,),
    "susan": (Role.SUPERVISOR,),
    "simon": (Role.SUPERVISOR,),
    "both": (Role.REVIEWER, Role.CASEWORKER),
    "adam": (Role.ADMINISTRATOR,),
    "audrey": (Role.AUDITOR,),
    "stella": (Role.STEWARD,),
    "stan": (Role.STATISTICS_OFFICER,),
}
HELPERS = ("robin", "simon", "both", "max")
# Who tries in which role of the table; Max has no other roles than the owner's.
ACTORS = {
    "rei": {"reviewer"},
    "mei": {"caseworker"},
    "max": {"caseworker", "owner"},
    "susan": {"supervisor"},
    "adam": {"administrator"},
    "audrey": {"auditor"},
    "stella": {"steward"},
    "stan": {"statistics_officer"},
}
OWNED = frozenset({"active", "monitoring", "review"})
NAMES = sorted(TABLE.transitions)
# These need another report and a judgement about both: nobody makes them with a form that names
# none. With one they are made in tests/admin/test_joins.py and tests/flows/test_joined_reports.py.
NEED_ANOTHER = frozenset({"merge", "merge_t", "merge_a"})
# What a reporter can send, and what is typed for it.
BY_CODE = {
    "withdraw": ("/m/end", {"do": "next", "word": "erase"}),
    "undo_withdraw": ("/m/end", {"do": "undo"}),
    "appeal": ("/m/appeal", {"do": "next", "text": ""}),
}


@pytest.fixture
def database_url(new_database: Callable[[str], URL]) -> URL:
    """Return one database: the rules are in the program, and this takes its time."""
    return new_database("sqlite")


@pytest.fixture
def tried(app: Flask, seeds: Seeds, clock: Clock) -> Tried:
    app.config["PREFERRED_URL_SCHEME"] = "https"
    people = {name: a_member(app, seeds, name, *roles) for name, roles in ROLES.items()}
    rings = {name: arrive(app, people[name], clock).ring for name in (*HELPERS, *ACTORS)}
    office = Office(app, clock, rings)
    browsers = {name: app.test_client() for name in ACTORS}
    for name, browser in browsers.items():
        browser.set_cookie("__Host-l", "en")
        sign_in(browser, people[name], clock)
    tokens = {name: token_of(browser.get("/staff/me")) for name, browser in browsers.items()}
    reports = in_every_state(office)
    clock.advance(timedelta(minutes=2))
    return Tried(office, seeds, browsers, tokens, people["audrey"], reports)


def is_in_table(state: str, move: str, acting: set[str]) -> bool:
    roles = acting if state in OWNED else acting - {"owner"}
    return any((state, move, role) in TABLE.triples for role in roles)


def test_of_every_move_it_is_known_what_its_form_sends() -> None:
    unknown = SUPPORTED - TYPED.keys() - NEED_ANOTHER
    assert unknown == set(), "name in tests/every_move.py what to type"


def test_every_state_move_and_role_of_the_staff(tried: Tried) -> None:
    for state in sorted(TABLE.states):
        case, _code = tried.reports[state]
        before, rows, end = tried.standing(case), tried.rows(case), tried.end_of_log()
        assert before[0] == state
        made: Counter[str] = Counter()
        for move in NAMES:
            for name, acting in ACTORS.items():
                status = tried.send(name, case, before[1], move)
                if move in SUPPORTED & TYPED.keys() and is_in_table(state, move, acting):
                    assert status == 303, (state, move, name)
                    assert tried.standing(case)[0] == TABLE.transitions[move].to
                    tried.restore(case, rows)
                    made[move] += 1
                else:
                    asked = {422} if move in NEED_ANOTHER else set()
                    assert status in {404, 409, *asked}, (state, move, name, status)
                    assert tried.standing(case) == before, (state, move, name)
        assert tried.rows(case) == rows
        assert tried.log(end) == made


def test_every_state_and_move_by_the_reporter(tried: Tried) -> None:
    visitor = Visitor(tried.office.app.test_client())
    for state in sorted(TABLE.states):
        case, code = tried.reports[state]
        before, rows = tried.standing(case), tried.rows(case)
        visitor.fill("/m", {"code": code, "keep": "leave"})
        token = visitor.token("/m")
        for move in NAMES:
            address, fields = BY_CODE.get(move, (f"/m/{move}", {}))
            status = visitor.post(address, {"token": token, **fields}).status_code
            assert status == (303 if move in BY_CODE else 404), move
            if (state, move, "reporter") in TABLE.triples:
                assert tried.standing(case)[0] == TABLE.transitions[move].to, (state, move)
                tried.restore(case, rows)
            else:
                assert tried.standing(case) == before, (state, move)


def test_nothing_is_due_by_itself_before_its_time(tried: Tried) -> None:
    for state in sorted(TABLE.states.keys() - {"withdrawn", "erased"}):
        case, _code = tried.reports[state]
        before = tried.standing(case)
        with tried.office.desk("simon") as desk:
            moves.make_due(desk, case)
        assert tried.standing(case) == before, state
