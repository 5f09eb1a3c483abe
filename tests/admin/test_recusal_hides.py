"""What is hidden from somebody is not there for them: all answers are those without its rows."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from admin import bulk, cases, casework, lists, pull, queue, reading, scans, screen, searching
from admin.bulk import Act, What
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import EnoughForTodayError, HiddenError, RecusedError
from admin.keyring import Ring
from admin.links import Verdict
from admin.list_rules import LISTS, Look
from admin.next_case import NothingNextError
from admin.permissions import Action
from admin.sought import Sought
from reporting.ids import CaseId
from reporting.triage import Level
from tests.builders_cases import CALM, PEOPLE, Office
from tests.builders_recusal import CARDS, for_a_moment, told, without
from tests.builders_staff import the_staff

MISSING = CaseId(b"\x00" * 16)


SEARCHES = (
    Sought(),
    Sought(country="CN"),
    Sought(levels=frozenset({Level.URGENT})),
    Sought(words="they came"),
    Sought(words="IR", states=frozenset({"active", "declined"})),
)


def answers_to(desk: Desk, visible: list[CaseId], chosen: list[CaseId]) -> dict[str, object]:
    """Return everything that somebody is told who looks everywhere, and tries what they cannot."""
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
    for number, act in enumerate(at_once(desk, chosen)):
        said[f"at once {number}"] = one(partial(bulk.preview, desk, chosen, act))
    return said


def at_once(desk: Desk, chosen: list[CaseId]) -> Iterator[Act]:
    """Yield what may be done with many reports, and links with two that are worked on."""
    members = sorted(desk.verified.people)
    yield Act(What.ASSIGN, who=members[0])
    yield Act(What.FLAG, flag="child")
    yield Act(What.TASK, who=members[0], task="call_back", due=desk.now.date())
    for other in chosen[-2:]:
        yield Act(What.LINK, other=other, verdict=Verdict.DIFFERENT)


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
        chosen = [one.case for one in reports][-8:]  # set aside, declined and at work
        with for_a_moment(office, name) as desk:
            for case in hidden:
                require_not_there(desk, case)
            with_all = answers_to(desk, visible, chosen)
            text = repr(with_all)
            assert not [case for case in hidden if case.hex() in text or repr(case) in text]
            without(desk.session, hidden)
            assert answers_to(desk, visible, chosen) == with_all
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
