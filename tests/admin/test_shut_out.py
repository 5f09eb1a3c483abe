"""Whoever may not open a report any more has nothing to do with it: it goes back to the team."""

from dataclasses import replace
from functools import partial

import pytest

from admin import (
    cards,
    case_due,
    keeping_for,
    letting_go,
    lists,
    moves,
    pull,
    shut_out,
    tasks,
    vetting,
)
from admin.coding import Coded
from admin.errors import HiddenError
from admin.facts import NOBODY
from admin.models import Lapse
from admin.recoding import Anew
from admin.recusal import Card, Outcome
from admin.skips import SkipReason
from admin.tasks import NewTask
from admin.vetting import Decision
from admin.work import DUTY_DESK
from admin.work_codes import RECHECK
from reporting.case_rows import WorkRow
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.models import CasePart, Part, State
from tests.builders import FOUNDED
from tests.builders_cases import CALM, HELPED, TOLD, Office, a_card, all_coded
from tests.builders_ended import DAY, run_due
from tests.builders_staff import flipped, the_staff
from tests.builders_vetting import a_declaration_of

CN = frozenset({"CN"})
KP = {**CALM, "state": ("KP",)}


@pytest.fixture
def known(office: Office, monkeypatch: pytest.MonkeyPatch) -> dict[str, Card]:
    """Return the cards that supervisors have, by short names, for tests to fill in."""
    found: dict[str, Card] = {}
    monkeypatch.setattr(
        cards, "of_everybody", lambda *_about: {office.id(name): found[name] for name in found}
    )
    return found


def assigned(office: Office, to: str = "mei") -> CaseId:
    """Return a report about another state than the one that people here have to do with."""
    case = office.accepted("both", KP)
    office.make(to, case, "assign")
    return case


def given(office: Office, who: str, case: CaseId) -> None:
    day = day_of(office.clock()) + 2 * DAY
    with office.desk("simon") as desk:
        tasks.make(desk, case, NewTask("call_back", office.id(who), day))


def recode(office: Office, name: str, case: CaseId, coded: Coded | None = None) -> bool:
    anew = Anew(coded or all_coded(states=CN), "They wrote it to us.")
    with office.desk(name) as desk:
        return letting_go.recode(desk, case, office.rev(case), anew)


def of_tasks(office: Office, case: CaseId, name: str = "simon") -> list[bytes]:
    return [task.who for task in office.look(name, case).work.open_tasks]


def rows(office: Office, name: str, listed: str) -> list[CaseId]:
    with office.desk(name) as desk:
        return [row.case for row in lists.rows(desk, listed)]


def is_back(office: Office, case: CaseId, name: str = "max") -> bool:
    """Say whether a report waits for an owner, given back by nobody."""
    work = office.look(name, case).work
    last = work.deeds[-1]
    given_back = (State.TRIAGED, NOBODY, "release", NOBODY)
    return (work.state, work.owner, last.name, last.by) == given_back


def test_an_owner_who_names_their_own_state_gives_the_report_back_by_that(office: Office) -> None:
    case = assigned(office)
    given(office, "mei", case)
    office.recuse("mei", states=CN)
    before = office.look("max", case).work.triage
    assert recode(office, "mei", case, all_coded(level_reason="I asked them"))
    assert before.level_reason != office.look("max", case).work.triage.level_reason
    assert not recode(office, "mei", case)
    with pytest.raises(HiddenError):
        office.look("mei", case)
    assert is_back(office, case)
    assert of_tasks(office, case) == [DUTY_DESK]
    assert case in rows(office, "simon", "overdue")
    assert case in rows(office, "max", "triaged")
    office.make("max", case, "assign")
    assert of_tasks(office, case) == [office.id("max")]


def test_what_a_supervisor_names_takes_it_from_the_owner_at_once(
    office: Office, known: dict[str, Card]
) -> None:
    case = assigned(office)
    known["mei"] = replace(a_card(office.clock), states=CN)
    assert recode(office, "simon", case)
    assert is_back(office, case)


def test_what_managers_decide_of_an_owner_takes_it_from_them_at_once(
    office: Office, known: dict[str, Card], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = assigned(office)
    recused = replace(a_card(office.clock), states=frozenset({"KP"}))
    monkeypatch.setattr(vetting, "decide", lambda *_about: known.update(mei=recused))
    with office.desk("simon") as desk:
        letting_go.decide(desk, office.id("mei"), Decision("", 0, Outcome.RECUSED, "because"))
    assert is_back(office, case)


def test_what_somebody_says_whose_keys_are_kept_back_takes_nothing_from_them(
    office: Office,
) -> None:
    case = assigned(office)
    with office.desk("mei") as desk:
        ring = replace(desk.ring, person=desk.ring.person.kept_back())
        letting_go.declare(
            replace(desk, ring=ring), a_declaration_of(office.id("mei"), FOUNDED).declared
        )
    assert office.look("mei", case).work.owner == office.id("mei")


@pytest.mark.parametrize("finder", ["simon", "mei"])
def test_what_an_owner_names_takes_tasks_from_others_in_the_next_session_that_knows(
    office: Office, known: dict[str, Card], finder: str
) -> None:
    case = assigned(office, "max")
    given(office, "mei", case)
    assert recode(office, "max", case)
    run_due(office, "max")
    assert of_tasks(office, case) == [office.id("mei")]
    known["mei"] = replace(a_card(office.clock), states=CN)
    office.recuse("mei", states=CN)
    run_due(office, finder)
    assert of_tasks(office, case) == [office.id("max")]


def test_whoever_may_still_open_it_keeps_what_they_have(
    office: Office, known: dict[str, Card]
) -> None:
    case = assigned(office, "max")
    given(office, "mei", case)
    known["mei"] = a_card(office.clock)
    assert recode(office, "max", case)
    assert office.look("max", case).work.items.count(RECHECK) == 1
    run_due(office, "simon")
    run_due(office, "mei")
    work = office.look("max", case).work
    assert (work.owner, of_tasks(office, case)) == (office.id("max"), [office.id("mei")])
    assert work.items.count(RECHECK) == 0


def test_what_somebody_watches_or_wants_closed_waits_at_the_duty_desk(office: Office) -> None:
    watched, proposed = assigned(office), assigned(office)
    day = day_of(office.clock()) + 30 * DAY
    office.make("mei", watched, "watch", message=TOLD, next_check=day)
    office.make("mei", proposed, "propose_close", closing=HELPED, message=TOLD)
    for case in (watched, proposed):
        with office.desk("max") as desk:
            pull.skip(desk, case, SkipReason.UNSURE)
    for case in (watched, proposed):
        with office.desk("mei") as desk:
            pull.skip(desk, case, SkipReason.CONFLICT)
    run_due(office, "mei")
    for case in (watched, proposed):
        work = office.look("max", case).work
        assert (work.owner, office.id("mei") in work.earlier_owners) == (DUTY_DESK, True)
    office.make("susan", proposed, "return", reason="other")
    with office.desk("max") as desk:
        moves.take(desk, proposed, office.rev(proposed))
    assert office.look("max", proposed).work.owner == office.id("max")
    office.later(days=31)
    for _ in range(2):
        run_due(office, "max")
    assert is_back(office, watched)


def test_whoever_lost_their_keys_has_no_report_any_more(office: Office) -> None:
    case, other = assigned(office), assigned(office, "max")
    given(office, "mei", other)
    with the_staff(office.app).service.begin() as session:
        session.add(Lapse(member_id=office.id("mei")))
    run_due(office, "both")
    assert is_back(office, case)
    assert office.look("max", other).work.owner == office.id("max")
    assert of_tasks(office, other) == [office.id("max")]


def test_what_somebody_has_in_hand_or_keeps_is_free_at_once(
    office: Office, known: dict[str, Card]
) -> None:
    kept, in_hand = office.accepted("both", KP), office.accepted("both", KP)
    office.claim("mei", kept)
    with office.desk("mei") as desk:
        keeping_for.keep(desk, kept, "Until tomorrow.")
    office.claim("mei", in_hand)
    assert in_hand in rows(office, "mei", "mine")
    known["mei"] = replace(a_card(office.clock), states=CN)
    office.recuse("mei", states=CN)
    for case in (kept, in_hand):
        assert recode(office, "simon", case)
        office.claim("max", case)


def test_a_first_look_that_hides_it_from_its_reader_lets_it_go(office: Office) -> None:
    case = office.report(KP)
    office.claim("rei", case)
    office.recuse("rei", states=CN)
    with office.desk("rei") as desk:
        assert not letting_go.code(desk, case, office.rev(case), all_coded(states=CN))
    office.claim("both", case)


def test_a_first_look_that_says_what_the_reporter_said_asks_nobody_s_card(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = office.report(KP)
    office.claim("rei", case)
    monkeypatch.setattr(shut_out, "settle", lambda *_: pytest.fail("it is hidden from nobody"))
    with office.desk("rei") as desk:
        coded = all_coded(states=frozenset({"KP"}), organisations=frozenset({"unknown"}))
        assert letting_go.code(desk, case, office.rev(case), coded)


def test_a_card_that_became_another_one_meanwhile_is_found_by_maintenance(
    office: Office, known: dict[str, Card]
) -> None:
    case = assigned(office)
    known["mei"] = replace(a_card(office.clock), states=frozenset({"KP"}))
    with office.desk("simon") as desk:
        assert case_due.waiting(desk) == ()
        assert case_due.thorough(desk) == (case,)
    case_due.finish(partial(office.desk, "simon"), case)
    assert is_back(office, case)


@pytest.mark.parametrize("part", [Part.FACETS, Part.STORY])
def test_one_altered_report_keeps_nobody_from_saying_what_they_have_to_do_with(
    office: Office, known: dict[str, Card], monkeypatch: pytest.MonkeyPatch, part: Part
) -> None:
    altered, other = assigned(office), assigned(office)
    with the_staff(office.app).service.begin() as session:
        row = session.get_one(CasePart, (altered, part))
        row.content_sealed = flipped(row.content_sealed)
    with office.desk("mei") as desk:
        letting_go.declare(desk, a_declaration_of(office.id("mei"), FOUNDED).declared)
    recused = replace(a_card(office.clock), states=frozenset({"KP"}))
    monkeypatch.setattr(vetting, "decide", lambda *_about: known.update(mei=recused))
    with office.desk("simon") as desk:
        letting_go.decide(desk, office.id("mei"), Decision("", 0, Outcome.RECUSED, "because"))
    assert is_back(office, other)


def test_an_altered_record_of_work_keeps_no_manager_from_deciding_a_tie(
    office: Office, known: dict[str, Card], monkeypatch: pytest.MonkeyPatch
) -> None:
    altered, other = assigned(office), assigned(office)
    with the_staff(office.app).service.begin() as session:
        row = session.get_one(WorkRow, altered)
        row.content_sealed = flipped(row.content_sealed)
    recused = replace(a_card(office.clock), states=frozenset({"KP"}))
    monkeypatch.setattr(vetting, "decide", lambda *_about: known.update(mei=recused))
    with office.desk("simon") as desk:
        letting_go.decide(desk, office.id("mei"), Decision("", 0, Outcome.RECUSED, "because"))
    assert is_back(office, other)
