"""The head of a report's page shows names where they are known, and what follows from the work."""

from dataclasses import replace
from datetime import timedelta

from admin import cases, overview
from admin.cases import Opened
from admin.desk import Desk
from admin.facts import Deed, Handover
from admin.permissions import Action
from admin.phases import WaitingOn
from admin.planned import Ended, Kept, Task
from admin.work import DUTY_DESK
from reporting.ids import CaseId
from reporting.models import State
from tests.builders_people import Team, desk_of
from tests.builders_staff import a_stored_report


def opened(desk: Desk, case: str, **more: object) -> Opened:
    number = CaseId(bytes.fromhex(case))
    there = cases.opened(desk.session, desk.ring, number, Action.OPEN_CASE)
    return replace(there, work=replace(there.work, **more))  # type: ignore[arg-type]


def test_people_are_called_by_their_names(team: Team) -> None:
    case, _code = a_stored_report(team.app, team.clock)
    with desk_of(team.app, team.aiko, team.clock) as desk:
        now, today = desk.now, desk.now.date()
        daniel, nobody = team.daniel.id, b"n" * 16
        given = Task("other", daniel, today - timedelta(days=1), team.aiko.id, now)
        over = replace(given, who=nobody, ended=Ended(daniel, now, is_done=True))
        there = opened(
            desk,
            case,
            owner=daniel,
            tasks=(given, over),
            deeds=(Deed("accept", daniel, now), Deed("wake", b"", now)),
            kept=Kept(daniel, now + timedelta(hours=1), "a call"),
            handover=Handover("a", "b", "c"),
        )
        head = overview.of(desk, there)
    assert (head.owner, head.kept_by) == ("Daniel Berg", "Daniel Berg")
    assert [line.who for line in head.tasks] == ["Daniel Berg", nobody.hex()[:8]]
    assert [line.ended_by for line in head.tasks] == ["", "Daniel Berg"]
    assert [line.is_overdue for line in head.tasks] == [True, False]
    assert [deed.by for deed in head.deeds] == ["", "Daniel Berg"]
    assert head.older_deeds == ()
    assert (head.is_mine, head.is_kept_by_me, head.may_keep) == (False, False, False)
    assert head.kept is not None
    assert head.handover is not None
    assert "Daniel" not in repr(head)


def test_of_many_decisions_none_is_lost(team: Team) -> None:
    case, _code = a_stored_report(team.app, team.clock)
    with desk_of(team.app, team.aiko, team.clock) as desk:
        deeds = tuple(Deed(f"move {n}", b"", desk.now) for n in range(11))
        head = overview.of(desk, opened(desk, case, deeds=deeds))
    assert [deed.name for deed in (*head.deeds, *head.older_deeds)] == [
        deed.name for deed in reversed(deeds)
    ]
    assert len(head.deeds) == overview.DEEDS_SHOWN


def test_what_is_closed_is_due_no_more_and_hands_nothing_over(team: Team) -> None:
    case, _code = a_stored_report(team.app, team.clock)
    with desk_of(team.app, team.aiko, team.clock) as desk:
        there = opened(desk, case, state=State.CLOSED, handover=Handover("a", "b", "c"))
        closed = overview.of(desk, there)
        at_desk = overview.of(desk, opened(desk, case, state=State.ACTIVE, owner=DUTY_DESK))
    assert (closed.due, closed.is_overdue, closed.is_in_work) == (None, False, False)
    assert (closed.handover, closed.kept, closed.may_keep) == (None, None, False)
    assert (at_desk.owner, at_desk.is_at_desk) == ("", True)
    assert at_desk.waiting is WaitingOn.COLLEAGUE
    assert at_desk.may_have_tasks
