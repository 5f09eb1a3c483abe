"""Joined reports: what follows what, whoever decides, and that none of them is ever lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from admin import agreements, following, link_panel, linking, lists, moves
from admin.errors import HiddenError, MovedOnError
from admin.facts import Survivor
from admin.gathering import Decision
from admin.links import Verdict
from admin.list_rules import LISTS, Look
from admin.transitions import NotNowError
from crypto.roles import Group
from crypto.standing import Stage
from reporting import mailbox, withdrawal
from reporting.ids import CaseId
from reporting.models import Case, CasePart, CaseWrap, Part, State, Wrapped
from tests.admin.test_moves_casework import by_code, run_due, write
from tests.admin.test_moves_triage import content, group_of, state_of
from tests.builders_cases import HELPED, TOLD, Office, all_coded
from tests.builders_staff import flipped, the_staff


def judge(office: Office, name: str, case: CaseId, other: CaseId) -> None:
    with office.desk(name) as desk:
        linking.judge(desk, case, other, Verdict.SAME_INCIDENT)


def join(office: Office, name: str, case: CaseId, other: CaseId, move: str = "merge") -> None:
    judge(office, name, case, other)
    if move == "merge":
        office.claim(name, case)
    office.make(name, case, move, survivor=other)


def listed(office: Office, name: str, which: str) -> set[bytes]:
    with office.desk(name) as desk:
        return {row.case for row in lists.rows(desk, which)}


def panel(office: Office, name: str, case: CaseId) -> link_panel.Panel:
    there = office.look(name, case)
    with office.desk(name) as desk:
        return link_panel.of(desk, there)


def survivor(office: Office, name: str, case: CaseId) -> Survivor | None:
    there = office.look(name, case)
    with office.desk(name) as desk:
        return following.survivor_of(desk, there)


def owned(office: Office, case: CaseId, by: str = "mei") -> CaseId:
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make(by, case, "assign")
    return case


def closed(office: Office, case: CaseId, by: str = "mei") -> None:
    office.make(
        by, case, "propose_close", closing=HELPED, message=replace(TOLD, code="closed_done")
    )
    office.make("susan", case, "approve_close")


def test_taken_back_both_reports_are_as_they_were(office: Office) -> None:
    new, worked_on = office.report(), office.assigned()
    judge(office, "both", new, worked_on)
    office.claim("both", new)
    before = content(office.look("both", new), office)
    leading = office.look("mei", worked_on).work.links
    office.make("both", new, "merge", survivor=worked_on)
    assert group_of(office, new) is Group.CASEWORK  # so that its owner can read it
    assert panel(office, "mei", worked_on).followers[0].there.id == new
    assert panel(office, "mei", new).survivor == worked_on
    office.undo("both", new)
    assert group_of(office, new) is Group.INTAKE
    assert content(office.look("both", new), office) == before
    assert office.look("mei", worked_on).work.links == leading


def test_after_thirty_seconds_or_another_act_it_stays_joined(office: Office) -> None:
    cases = [office.report() for _ in range(2)]
    join(office, "rei", cases[0], cases[1])
    office.later(seconds=31)
    with pytest.raises(NotNowError):
        office.undo("rei", cases[0])


def test_what_followed_a_report_follows_with_it(office: Office) -> None:
    first, second, third = office.report(), office.report(), office.assigned()
    join(office, "both", first, second)
    judge(office, "both", second, third)
    office.claim("both", second)
    before = content(office.look("both", second), office)
    office.make("both", second, "merge", survivor=third)
    assert [one.there.id for one in panel(office, "mei", third).followers] == [first, second]
    assert panel(office, "mei", first).survivor == third
    assert group_of(office, first) is Group.CASEWORK
    office.undo("both", second)
    assert content(office.look("both", second), office) == before
    assert panel(office, "mei", third).followers == ()
    assert panel(office, "rei", first).survivor == second
    assert group_of(office, first) is Group.INTAKE


def test_a_triaged_report_joins_one_that_waits_and_both_go_where_it_goes(office: Office) -> None:
    new, old = office.report(), office.accepted("rei")
    judge(office, "both", old, new)
    office.make("both", old, "merge_t", survivor=new)
    assert group_of(office, old) is Group.INTAKE
    owned(office, new)
    assert group_of(office, old) is Group.CASEWORK
    office.make("susan", old, "unmerge", reason="by_mistake")
    assert (state_of(office, old)[0], group_of(office, old)) == (State.RECEIVED, Group.INTAKE)
    assert panel(office, "mei", new).followers == ()


def test_watched_it_wakes_when_another_report_is_joined_or_its_writer_writes(
    office: Office,
) -> None:
    leading = office.assigned()
    day = (office.clock() + timedelta(days=30)).date()
    office.make("mei", leading, "watch", message=TOLD, next_check=day)
    office.later(minutes=1)
    case, code = office.filed()
    join(office, "both", case, leading)
    run_due(office, "max")
    assert state_of(office, leading)[0] == State.ACTIVE
    office.later(minutes=1)
    office.make("mei", leading, "watch", message=TOLD, next_check=day)
    run_due(office, "max")
    assert state_of(office, leading)[0] == State.MONITORING
    write(office, code)
    run_due(office, "max")
    assert state_of(office, leading)[0] == State.ACTIVE


def test_on_probation_a_supervisor_agrees_to_that_one_joining(office: Office) -> None:
    ring = office.rings["rei"]
    standing = replace(ring.person.standing, stage=Stage.PROBATION)
    office.rings["rei"] = replace(ring, person=replace(ring.person, standing=standing))
    case, one, other = (office.report() for _ in range(3))
    judge(office, "rei", case, one)
    judge(office, "rei", case, other)
    agreement = panel(office, "susan", case).to_agree
    assert {each.other for each in agreement} == {one, other}
    with office.desk("susan") as desk:
        agreements.countersign(desk, case, "merge", one)
    assert [each.other for each in panel(office, "susan", case).to_agree] == [other]
    office.claim("rei", case)
    with pytest.raises(NotNowError) as refused:
        office.make("rei", case, "merge", survivor=other)
    assert refused.value.guard == "probation_countersigned"
    office.make("rei", case, "merge", survivor=one)
    assert state_of(office, case)[0] == State.MERGED


def test_set_aside_a_report_leads_nobody(office: Office) -> None:
    leading, case = office.report(), office.report()
    join(office, "rei", case, leading)
    office.claim("robin", leading)
    office.code("robin", leading, all_coded())
    office.make("robin", leading, "quarantine", reason="nothing_in_it")
    assert listed(office, "susan", "unmerge") == {case}
    third = office.report()
    judge(office, "rei", third, leading)
    office.claim("rei", third)
    with pytest.raises(NotNowError) as refused:
        office.make("rei", third, "merge", survivor=leading)
    assert refused.value.guard == "survivor_live"


@pytest.mark.parametrize("whole", [True, False], ids=["its key is gone", "a part is altered"])
def test_what_does_not_open_stays_where_it_is_and_is_not_lost(
    office: Office, *, whole: bool
) -> None:
    leading, case = office.report(), office.report()
    join(office, "rei", case, leading)
    with the_staff(office.app).service.begin() as session:
        wrap = session.get_one(CaseWrap, (case, Wrapped.CASE))
        part = session.get_one(CasePart, (case, Part.STORY))
        key, words = {"epoch_id": wrap.epoch_id, "key_sealed": wrap.key_sealed}, part.content_sealed
        if whole:
            session.delete(wrap)
        else:
            part.content_sealed = flipped(words)
    owned(office, leading)
    with the_staff(office.app).service.begin() as session:
        session.merge(CaseWrap(case_id=case, wrapped=Wrapped.CASE, **key))
        session.get_one(CasePart, (case, Part.STORY)).content_sealed = words
    assert group_of(office, case) is Group.INTAKE
    assert case in {one.there.id for one in panel(office, "both", leading).followers}
    assert listed(office, "susan", "unmerge") == {case}


def test_for_whom_a_report_does_not_exist_it_is_in_no_suggestion_link_or_count(
    office: Office,
) -> None:
    here, there = office.report(story="The same words."), office.report(story="The same words.")
    with office.desk("robin") as desk:
        assert [one.case for one in linking.proposed(desk, here)] == [there]
    join(office, "rei", there, here)
    with the_staff(office.app).service.read() as session:
        assert session.get_one(Case, there).state == State.MERGED
    office.recuse("robin", states=frozenset({"CN"}))
    with pytest.raises(HiddenError):
        office.look("robin", here)  # no state is named, and the card is not empty
    with pytest.raises(HiddenError), office.desk("robin") as desk:
        linking.judge(desk, here, there, Verdict.SAME_INCIDENT)
    for which in sorted(LISTS):
        assert listed(office, "robin", which) == set()
    with office.desk("robin") as desk:
        assert set(lists.counts(Look(desk)).values()) == {"0"}


def test_whoever_looked_before_it_was_joined_is_told_so(office: Office) -> None:
    leading, case = office.report(), office.report()
    judge(office, "rei", case, leading)
    office.claim("robin", leading)
    rev = office.rev(leading)
    office.claim("rei", case)
    office.make("rei", case, "merge", survivor=leading)
    with pytest.raises(MovedOnError), office.desk("robin") as desk:
        moves.make(desk, leading, Decision("accept", rev))


def test_an_own_code_opens_a_joined_report_whatever_becomes_of_the_other(office: Office) -> None:
    leading, first = office.filed()
    case, second = office.filed()
    join(office, "rei", case, leading)
    by_code(office, first, withdrawal.take_back)
    with the_staff(office.app).service.begin() as session:
        withdrawal.erase(session, leading, office.clock())
    service = the_staff(office.app).service
    with service.read() as session:
        until = office.clock() + timedelta(minutes=5)
        opened = mailbox.enter(session, second, service.desk.pepper, until)
        assert mailbox.read_thread(session, opened, office.clock()).choices.is_genuine
    by_code(office, second, withdrawal.take_back)
    by_code(office, second, withdrawal.undo)
    assert office.look("rei", case).work.links.joined is None


def test_what_is_its_own_again_does_not_go_along_with_what_it_followed(office: Office) -> None:
    (first, code), second, third = office.filed(), office.report(), office.assigned()
    join(office, "both", first, second)
    by_code(office, code, withdrawal.take_back)
    by_code(office, code, withdrawal.undo)
    join(office, "both", second, third)
    assert [one.there.id for one in panel(office, "mei", third).followers] == [second]
    assert (state_of(office, first)[0], group_of(office, first)) == (State.RECEIVED, Group.INTAKE)


def test_it_can_be_taken_back_when_the_other_one_was_taken_back_by_its_reporter(
    office: Office,
) -> None:
    (leading, code), case = office.filed(), office.report()
    join(office, "rei", case, leading)
    by_code(office, code, withdrawal.take_back)
    office.undo("rei", case)
    assert state_of(office, case)[0] == State.RECEIVED
