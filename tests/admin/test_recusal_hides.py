"""What is hidden from somebody is not there for them: all answers are those without its rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from admin import (
    agreements,
    cases,
    casework,
    grading,
    lists,
    pull,
    queue,
    reading,
    scans,
    screen,
    searching,
)
from admin.cases import Opened
from admin.casework import Words
from admin.desk import Desk
from admin.errors import EnoughForTodayError, HiddenError, RecusedError
from admin.keyring import Ring
from admin.list_rules import LISTS, Look
from admin.next_case import NothingNextError
from admin.permissions import Action
from admin.recusal import Card
from admin.skips import SkipReason
from admin.sought import Sought
from forms.answers import Answers, GivenConsent, Report
from reporting import intake
from reporting.ids import CaseId
from reporting.models import Case
from reporting.triage import Level
from reporting.withdrawal import ERASED_IN_ORDER
from tests.builders_cases import (
    CALM,
    HELPED,
    NO_DANGER,
    PEOPLE,
    TOLD,
    URGENT,
    Office,
    a_grade,
    all_coded,
)
from tests.builders_staff import the_staff

CLUB = "Friends of the Embassy"
MISSING = CaseId(b"\x00" * 16)
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


SEARCHES = (
    Sought(),
    Sought(country="CN"),
    Sought(levels=frozenset({Level.URGENT})),
    Sought(words="they came"),
    Sought(words="IR", states=frozenset({"active", "declined"})),
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


def answers_to(desk: Desk, visible: list[CaseId]) -> dict[str, object]:
    """Return everything that somebody is told who looks everywhere."""
    said: dict[str, object] = {"counts": dict(lists.counts(Look(desk)))}
    said |= {name: lists.rows(desk, name) for name in LISTS}
    said["found"] = [searching.search(Look(desk), sought, None) for sought in SEARCHES]
    said["queue"] = one(lambda: queue.view(desk.session, desk.ring, desk.journal, None, desk.now))
    said["next"] = one(lambda: next_for(desk))
    said["owned"] = {
        member: [seen.id for seen in scans.owned(scans.Scan(desk), member)]
        for member in sorted(desk.verified.people)
    }
    for case in visible:
        said[case.hex()] = one(partial(shown, desk, case))
    return said


def shown(desk: Desk, case: CaseId) -> object:
    found = screen.look(desk, case)
    return found.state, found.holder, found.offers, dict(screen.assignees(desk, found))


def next_for(desk: Desk) -> CaseId:
    """Return what would be handed out, and hand it to nobody."""
    with desk.session.begin_nested() as point:
        try:
            return pull.next_for(desk)
        finally:
            point.rollback()


def one(ask: Callable[[], object]) -> object:
    """Return an answer, or what refuses one."""
    try:
        return ask()
    except (HiddenError, NothingNextError) as refused:
        return type(refused), str(refused)


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


def require_not_there(desk: Desk, case: CaseId) -> None:
    for action in (Action.OPEN_CASE, Action.MOVE_CASE, Action.PULL_CASE, Action.SEND_MESSAGE):
        with pytest.raises(HiddenError):
            cases.opened(desk.session, desk.ring, case, action)


def test_every_answer_is_that_of_a_database_without_what_is_hidden(office: Office) -> None:
    reports = told(office)
    is_quick = the_staff(office.app).service.database.engine.dialect.name == "sqlite"

    @settings(
        max_examples=10 if is_quick else 3,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(name=st.sampled_from(sorted(PEOPLE)), said=CARDS)
    def hides(name: str, said: dict[str, object]) -> None:
        before = office.rings[name]
        office.recuse(name, **said)
        card = office.rings[name].person.card
        assert card is not None
        hidden = [one.case for one in reports if one.is_hidden(card)]
        visible = [one.case for one in reports if not one.is_hidden(card)]
        with for_a_moment(office, name) as desk:
            for case in hidden:
                require_not_there(desk, case)
            with_all = answers_to(desk, visible)
            text = repr(with_all)
            assert not [case for case in hidden if case.hex() in text or repr(case) in text]
            without(desk.session, hidden)
            assert answers_to(desk, visible) == with_all
        office.rings[name] = before

    hides()


def test_of_unknown_origin_nothing_reaches_anybody_whose_card_hides_anything(
    office: Office,
) -> None:
    case = office.report()
    for name in ("rei", "robin", "susan"):
        office.recuse(name, states=frozenset({"IR"}))
        with pytest.raises(RecusedError):
            office.look(name, case)
        office.recuse(name, noted=frozenset({"IR"}))
        assert office.look(name, case).id == case


def statements(office: Office, name: str, case: CaseId) -> list[str]:
    """Return what the database is asked when somebody opens a report that is not for them."""
    asked_for: list[str] = []
    engine = the_staff(office.app).service.database.engine

    def note(*told: object) -> None:
        asked_for.append(str(told[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with pytest.raises(HiddenError), office.desk(name) as desk:
            casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return asked_for


def test_hidden_forbidden_and_missing_take_the_same_questions(office: Office) -> None:
    hidden, forbidden = office.report({**CALM, "state": ("CN",)}), office.accepted()
    office.recuse("rei", states=frozenset({"CN"}))
    missing = statements(office, "rei", MISSING)
    assert statements(office, "rei", hidden) == missing
    assert statements(office, "rei", forbidden) == missing


def test_whoever_opened_enough_today_is_not_told_by_that_what_is_hidden(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden, other = (office.report({**CALM, "state": (state,)}) for state in ("CN", "IR"))
    office.recuse("rei", states=frozenset({"CN"}))

    def enough(_session: Session, _ring: Ring, there: Opened, _now: datetime) -> None:
        raise EnoughForTodayError(there.id)

    monkeypatch.setattr(reading, "open_story", enough)
    for case, error in (
        (hidden, RecusedError),
        (MISSING, HiddenError),
        (other, EnoughForTodayError),
    ):
        with pytest.raises(error), office.desk("rei") as desk:
            casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)
