"""Every list shows what it asks for, to whom it exists, and counts no further than fifty."""

from dataclasses import replace

import pytest
from sqlalchemy import insert

from admin import agreements, casework, lists, scans
from admin.casework import Words
from admin.errors import HiddenError
from admin.list_rules import LISTS, Look
from admin.lists import Row
from admin.queue import Place
from crypto.roles import Role
from reporting import listing
from reporting.ids import CaseId
from reporting.models import Mail, State
from tests.admin.test_moves_casework import write
from tests.admin.test_recusal_hides import file
from tests.builders import Seeds
from tests.builders_cases import CALM, URGENT, Office
from tests.builders_people import Team, desk_of
from tests.builders_staff import noted, the_staff


def shown(office: Office, by: str, name: str) -> tuple[Row, ...]:
    with office.desk(by) as desk:
        rows: tuple[Row, ...] = getattr(lists, name)(desk)
    return rows


def cases_in(office: Office, by: str, name: str) -> set[CaseId]:
    return {row.case for row in shown(office, by, name)}


def counted(office: Office, by: str) -> dict[str, str]:
    with office.desk(by) as desk:
        return dict(lists.counts(Look(desk)))


def test_each_report_is_where_its_state_and_its_work_put_it(office: Office) -> None:
    received, triaged, mine = office.report(), office.accepted(), office.assigned("mei")
    proposed, declined = office.proposed("mei"), office.declined("rei")
    aside = office.report()
    office.claim("rei", aside)
    office.make("rei", aside, "quarantine", reason="flood")
    assert cases_in(office, "susan", "received") == {received}
    assert cases_in(office, "susan", "triaged") == {triaged}
    assert cases_in(office, "susan", "approvals") == {proposed}
    assert cases_in(office, "susan", "second_look") == {declined, aside}
    assert cases_in(office, "susan", "set_aside") == {aside}
    assert cases_in(office, "mei", "mine") == {mine, proposed}
    assert cases_in(office, "mei", "received") == set()
    assert cases_in(office, "mei", "approvals") == set()
    assert cases_in(office, "rei", "second_look") == set()
    assert cases_in(office, "rei", "triaged") == set()
    assert counted(office, "susan") == {
        **dict.fromkeys(LISTS, "0"),
        "received": "1",
        "triaged": "1",
        "approvals": "1",
        "second_look": "2",
        "set_aside": "1",
    }


def test_what_is_urgent_stands_together_wherever_it_is(office: Office) -> None:
    urgent, triaged = office.report(URGENT), office.accepted(answers=URGENT)
    office.report()
    with office.desk("susan") as desk:
        assert {row.case for row in lists.rows(desk, "now")} == {urgent, triaged}
    with office.desk("mei") as desk:
        assert [row.case for row in lists.rows(desk, "now")] == [triaged]


def test_inside_a_level_what_is_due_first_stands_first(office: Office) -> None:
    made = []
    for _ in range(4):
        made.append(office.report())
        office.later(minutes=7)
    urgent = office.report(URGENT)
    assert [row.case for row in shown(office, "susan", "received")] == [urgent, *made]


def test_a_reporters_word_is_for_whoever_asked_owns_or_leads(office: Office) -> None:
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    write(office, code)
    seen = {}
    for name in ("mei", "max", "susan"):
        with office.desk(name) as desk:
            seen[name] = [row.case for row in lists.rows(desk, "replies")]
    assert seen == {"mei": [case], "max": [], "susan": [case]}


def test_what_was_looked_at_again_waits_no_more(office: Office) -> None:
    case = office.declined("rei")
    with office.desk("robin") as desk:
        agreements.second_look(desk, case, agrees=True)
    assert cases_in(office, "susan", "second_look") == set()


def test_what_waits_for_an_answer_and_what_is_late(office: Office) -> None:
    case, late = office.report(), office.report(URGENT)
    with office.desk("rei") as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)
    assert cases_in(office, "rei", "waiting") == {case}
    assert cases_in(office, "rei", "overdue") == set()
    office.later(hours=3)
    (row,) = shown(office, "rei", "overdue")
    assert (row.case, row.is_overdue, row.state) == (late, True, State.RECEIVED)


def test_a_row_says_who_has_it_and_no_word_of_its_reporter(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    (row,) = shown(office, "rei", "mine")
    assert (row.case, row.held_by, row.owner) == (case, office.id("rei"), b"")
    assert (row.kinds, row.language, row.has_mail) == (("threat",), "en", False)
    assert "threat" not in repr(row)


def test_what_a_card_hides_is_in_no_list_and_in_no_count(office: Office) -> None:
    office.report({**CALM, "state": ("CN",)})
    office.recuse("rei", states=frozenset({"CN"}))
    assert cases_in(office, "rei", "received") == set()
    assert counted(office, "rei")["received"] == "0"
    assert counted(office, "robin")["received"] == "1"


def test_nothing_is_shown_to_somebody_whose_keys_are_kept_back(office: Office) -> None:
    office.report()
    ring = office.rings["rei"]
    office.rings["rei"] = replace(ring, person=ring.person.kept_back())
    assert shown(office, "rei", "received") == ()
    assert set(counted(office, "rei").values()) == {"0"}


def test_fifty_and_more_are_not_counted_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    for _ in range(3):
        office.report()
    assert counted(office, "rei")["received"] == "2+"


def test_whoever_reads_no_reports_has_no_lists(office: Office) -> None:
    ring = office.rings["rei"]
    nobody = replace(ring.person, roles=frozenset({Role.AUDITOR}))
    office.rings["rei"] = replace(ring, person=nobody)
    for look in (shown, lambda *_: counted(office, "rei")):
        with pytest.raises(HiddenError):
            look(office, "rei", "received")


def test_looking_is_noted_without_saying_what_was_seen(office: Office, seeds: Seeds) -> None:
    office.report()
    shown(office, "rei", "received")
    assert "list.viewed" in noted(office.app, seeds, "")


def test_supervisors_are_told_that_a_name_is_like_a_colleagues(team: Team) -> None:
    office = Office(team.app, team.clock, {})
    like = file(office, CALM, {"contact_rule": ("not_named",), "not_names": ("Aiko",)})
    file(office, CALM, {"contact_rule": ("not_named",), "not_names": ("Nobody Here",)})
    file(office, CALM, {})
    with desk_of(team.app, team.daniel, team.clock) as desk:
        assert [row.case for row in lists.rows(desk, "conflicts")] == [like]
        assert lists.counts(Look(desk))["conflicts"] == "1"
        assert set(LISTS) == set(lists.counts(Look(desk)))
        person = replace(desk.ring.person, roles=frozenset({Role.REVIEWER}))
        reviewer = replace(desk, ring=replace(desk.ring, person=person))
        assert lists.rows(reviewer, "conflicts") == ()


def test_a_flood_of_words_hides_no_reply(office: Office) -> None:
    old = [office.report() for _ in range(257)]
    office.later(days=14)
    newest, code = office.filed()
    write(office, code)
    with the_staff(office.app).service.begin() as session:
        session.execute(insert(Mail), [{"case_id": case} for case in old])
    found: list[CaseId] = []
    after: Place | None = None
    while True:
        with office.desk("susan") as desk:
            page = lists.page_of(Look(desk), "replies", after)
        found += [row.case for row in page.rows]
        if page.following is None:
            break
        after = page.following
    assert len(found) == len(set(found))
    assert set(found) == {*old, newest}


def test_a_flood_of_new_reports_pushes_no_known_one_out_of_its_list(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "MOST_OPENED", 2)
    case = office.report()
    with office.desk("susan") as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)
        listing.forget(desk.session, case)
    for _ in range(3):
        office.report(URGENT)
    assert cases_in(office, "susan", "waiting") == {case}
