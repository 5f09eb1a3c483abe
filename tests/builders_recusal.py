"""Reports of every kind in every place, who is not shown them, and a database without them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from admin import agreements, casework, grading, pull
from admin.casework import Words
from admin.desk import Desk
from admin.recusal import Card
from admin.skips import SkipReason
from forms.answers import Answers, GivenConsent, Report
from reporting import intake
from reporting.ids import CaseId
from reporting.models import Case
from reporting.withdrawal import ERASED_IN_ORDER
from tests.builders_cases import CALM, HELPED, NO_DANGER, TOLD, URGENT, Office, a_grade, all_coded
from tests.builders_staff import the_staff

CLUB = "Friends of the Embassy"
STATES = ("CN", "IR", "RU")
CARDS = st.fixed_dictionaries(
    {
        "states": st.frozensets(st.sampled_from(STATES), max_size=2),
        "organisations": st.sampled_from((frozenset(), frozenset({CLUB.upper()}))),
        "noted": st.frozensets(st.sampled_from(STATES), max_size=2),
        "is_woman": st.booleans(),
        "in_government": st.booleans(),
    }
)


class _TakenBackError(Exception):
    """Nothing of this unit of work is kept."""


@dataclass(frozen=True)
class Told:
    """A report as its reporter told it, and the state and organisations that were coded."""

    case: CaseId
    states: frozenset[str]
    organisations: frozenset[str]
    keep_to: Answers

    def is_hidden(self, card: Card) -> bool:
        """Say by the plain rules whether it is hidden from somebody with this card."""
        rules = self.keep_to.get("contact_rule", ())
        community = card.states | card.noted
        is_community = bool(community & self.states) if self.states else bool(community)
        names = {name.casefold().replace(" ", "") for name in self.organisations}
        own = {name.casefold().replace(" ", "") for name in card.organisations}
        return any(
            (
                self.states & card.states,
                names & own,
                not self.states and (card.states or card.organisations),
                ("not_community" in rules or "no" in self.keep_to.get("interpreter", ()))
                and is_community,
                "woman_only" in rules and not card.is_woman,
                "not_japanese_gov" in rules and card.in_government,
            )
        )


def file(office: Office, answers: Answers, keep_to: Answers) -> CaseId:
    service = the_staff(office.app).service
    consents = {"c_store": GivenConsent("yes", "0" * 64, "en")}
    told = Report("short", answers, f"They came {answers}.", keep_to, "en", consents)
    sealed = intake.prepare(told, service.desk, office.clock())
    with service.begin() as session:
        intake.store(session, sealed)
    return CaseId(bytes(sealed.case["id"]))  # type: ignore[arg-type]


def asked(office: Office, case: CaseId) -> None:
    with office.desk("rei") as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)


def passed_on(office: Office, case: CaseId) -> None:
    office.claim("robin", case)
    with office.desk("robin") as desk:
        pull.skip(desk, case, SkipReason.UNSURE)


def looked_at_again(office: Office, case: CaseId) -> None:
    office.make("rei", case, "quarantine", reason="flood")
    with office.desk("robin") as desk:
        agreements.second_look(desk, case, agrees=True)


def accepted(office: Office, case: CaseId, *then: tuple[str, str, dict[str, object]]) -> None:
    office.make("both", case, "accept")
    for name, move, more in then:
        office.make(name, case, move, **more)


ASSIGN: tuple[str, str, dict[str, object]] = ("mei", "assign", {})
PROPOSE: tuple[str, str, dict[str, object]] = (
    "mei",
    "propose_close",
    {"closing": HELPED, "message": TOLD},
)


def graded(office: Office, case: CaseId) -> None:
    """Let a grade wait for a second person."""
    accepted(office, case, ASSIGN)
    with office.desk("mei") as desk:
        grading.give(desk, case, a_grade("corroborated"), after=0)


# What happens with a report, by whoever has it in hand then.
WAYS: dict[str, tuple[str, Callable[[Office, CaseId], None]]] = {
    "held": ("rei", lambda _office, _case: None),
    "asked": ("rei", asked),
    "passed on": ("", passed_on),
    "aside": ("rei", looked_at_again),
    "declined": (
        "rei",
        lambda o, case: void(o.make("rei", case, "decline", reason="scam", message=TOLD)),
    ),
    "triaged": ("both", accepted),
    "graded": ("both", graded),
    "active": ("both", lambda o, case: accepted(o, case, ASSIGN)),
    "review": ("both", lambda o, case: accepted(o, case, ASSIGN, PROPOSE)),
}


def void(_value: object) -> None:
    return None


def told(office: Office) -> list[Told]:
    """File reports of every kind, and bring each to somewhere else."""
    plans: tuple[tuple[str, str, str, dict[str, tuple[str, ...]]], ...] = (
        ("", "CN", "", {}),
        ("", "", "", {}),
        ("", "IR", "", {"contact_rule": ("not_community",)}),
        ("", "RU", "", {"contact_rule": ("woman_only",)}),
        ("", "RU", "", {"contact_rule": ("not_japanese_gov",)}),
        ("", "", "", {"interpreter": ("no",)}),
        ("held", "CN", "", {}),
        ("held", "", CLUB, {}),
        ("asked", "IR", "", {}),
        ("passed on", "RU", "", {}),
        ("aside", "CN", "", {}),
        ("declined", "IR", CLUB, {}),
        ("triaged", "CN", "", {}),
        ("triaged", "", "", {}),
        ("active", "IR", CLUB, {}),
        ("active", "RU", "", {"interpreter": ("no",)}),
        ("graded", "RU", "", {}),
        ("review", "CN", "", {}),
    )
    found = []
    for way, state, club, keep_to in plans:
        answers = {**(URGENT if not way else CALM), **({"state": (state,)} if state else {})}
        case = file(office, answers, keep_to)
        if way:
            by, then = WAYS[way]
            coded = all_coded(
                answers,
                dangers=NO_DANGER,
                states=frozenset({state or "unknown"}),
                organisations=frozenset({club or "none"}),
            )
            if by:
                office.claim(by, case)
                office.code(by, case, coded)
            then(office, case)
        states, clubs = frozenset({state} - {""}), frozenset({club} - {""})
        found.append(Told(case, states, clubs if way else frozenset(), keep_to))
    return found


def without(session: Session, hidden: list[CaseId]) -> None:
    """Make the database one that never had these rows."""
    session.flush()
    session.expunge_all()
    for model in ERASED_IN_ORDER:
        session.execute(delete(model).where(model.__table__.c.case_id.in_(hidden)))
    session.execute(delete(Case).where(Case.id.in_(hidden)))


@contextmanager
def for_a_moment(office: Office, name: str) -> Iterator[Desk]:
    """Let somebody look, and keep nothing of it."""
    with pytest.raises(_TakenBackError), office.desk(name) as desk:
        yield desk
        raise _TakenBackError
