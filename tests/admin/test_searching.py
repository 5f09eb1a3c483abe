"""A search finds what may be found by whoever looks, newest first, and says where it goes on."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import delete

from admin import bulk, casework, grading, indexing, own_notes, pull, saved_searches, searching
from admin.bulk import Act, What
from admin.casework import Words
from admin.errors import HiddenError, OverLimitError
from admin.header_records import FLOOR_BYTES
from admin.list_rules import Look
from admin.searching import Back, Found
from admin.skips import SkipReason
from admin.sought import Owner, Sought
from admin.tripwires import LIMITS, Kind
from reporting import places, records
from reporting.case_rows import HeaderRow
from reporting.clock import week_of
from reporting.ids import CaseId
from reporting.models import CasePart, CaseWrap, Mailbox, Part
from reporting.triage import Level
from tests.admin.test_moves_casework import write
from tests.admin.test_recusal_hides import file
from tests.builders import Seeds
from tests.builders_cases import CALM, URGENT, Office, a_grade
from tests.builders_staff import flipped, noted, the_staff
from tests.metered import counted


def found(office: Office, by: str, sought: Sought, before: Back | None = None) -> Found:
    with office.desk(by) as desk:
        return searching.search(Look(desk), sought, before)


def cases_of(office: Office, by: str, **asked: object) -> set[CaseId]:
    rows = found(office, by, Sought(**asked)).rows  # type: ignore[arg-type]
    return {row.case for row in rows}


def test_each_field_narrows_what_is_found(office: Office) -> None:
    cn = file(office, {**CALM, "state": ("CN",)}, {})
    urgent, mine = office.report(URGENT), office.assigned("mei")
    every = {cn, urgent, mine}
    assert cases_of(office, "susan") == every
    assert cases_of(office, "susan", country="CN") == {cn}
    assert cases_of(office, "susan", levels=frozenset({Level.URGENT})) == {urgent}
    assert cases_of(office, "susan", states=frozenset({"active"})) == {mine}
    assert cases_of(office, "susan", number=cn.hex()[:6]) == {cn}
    assert cases_of(office, "susan", number=cn.hex()) == {cn}
    assert cases_of(office, "susan", kinds=frozenset({"family"})) == set()
    assert cases_of(office, "susan", kinds=frozenset(CALM["kinds"])) == every
    assert cases_of(office, "susan", language="en") == every
    assert cases_of(office, "susan", language="ja") == set()
    assert cases_of(office, "mei", owner=Owner.MINE) == {mine}
    assert cases_of(office, "susan", owner=Owner.MINE) == set()
    assert cases_of(office, "susan", owner=Owner.NOBODYS) == {cn, urgent}
    assert cases_of(office, "susan", flag="follow_media") == set()
    week = week_of(office.clock())
    assert cases_of(office, "susan", first_week=week, last_week=week) == every
    assert cases_of(office, "susan", first_week=week + 1) == set()
    assert cases_of(office, "susan", last_week=week - 1) == set()


def test_grades_narrow_what_is_found(office: Office) -> None:
    graded, other = office.assigned("mei"), office.accepted()
    with office.desk("mei") as desk:
        grading.give(desk, graded, a_grade("supported"), 0)
    assert cases_of(office, "mei", verification="supported") == {graded}
    assert cases_of(office, "mei", state_link=a_grade().state_link) == {graded}
    assert cases_of(office, "mei", verification="corroborated") == set()
    assert cases_of(office, "mei") == {graded, other}


def test_words_are_found_in_the_report_its_messages_and_its_notes(office: Office) -> None:
    case, code = office.filed(story="The CAF\u00c9 owner asked for my address.")
    other = office.report(story="They called me again.")
    with office.desk("rei") as desk:
        words = Words(case, "He seems to know the landlord.", "en")
        casework.add_note(desk.session, desk.ring, desk.journal, words, desk.now)
    write(office, code, "It was by Telegram.")
    assert cases_of(office, "rei", words="cafe address") == {case}
    assert cases_of(office, "rei", words="landlord") == {case}
    assert cases_of(office, "rei", words="telegram landlord") == {case}
    assert cases_of(office, "rei", words="telegram bus") == set()
    assert cases_of(office, "rei", words="again") == {other}
    assert found(office, "rei", Sought(words="again")).read == 2


def test_what_somebody_noted_for_themself_alone_is_found_by_nobody(office: Office) -> None:
    case = office.assigned("mei")
    with office.desk("mei") as desk:
        own_notes.add(desk, case, "The sister-in-law frightens me.")
    for name in ("mei", "max", "susan"):
        assert cases_of(office, name, words="sister-in-law") == set()
    with office.desk("mei") as desk:
        words = Words(case, "Her sister-in-law may know more.", "en")
        casework.add_note(desk.session, desk.ring, desk.journal, words, desk.now)
    assert cases_of(office, "max", words="sister-in-law") == {case}
    office.recuse("max", states=frozenset({"IR"}))
    assert cases_of(office, "max", words="sister-in-law") == set()


def test_nobody_finds_what_another_group_opens(office: Office) -> None:
    received, triaged = office.report(), office.accepted()
    assert cases_of(office, "rei", words="again") == {received}
    assert cases_of(office, "mei", words="again") == {triaged}


def test_what_somebody_has_a_conflict_with_is_not_found(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    with office.desk("rei") as desk:
        pull.skip(desk, case, SkipReason.CONFLICT)
    assert cases_of(office, "rei") == set()
    assert cases_of(office, "robin") == {case}


def test_whoever_feels_for_single_reports_is_stopped(office: Office) -> None:
    case = office.report()
    for _ in range(LIMITS[Kind.SEARCHES]):
        assert cases_of(office, "rei", words="again") == {case}
    with pytest.raises(OverLimitError):
        found(office, "rei", Sought(words="again"))
    # What is known by its number is no feeling, and what finds several is none either.
    assert cases_of(office, "rei", number=case.hex()[:8]) == {case}
    other = office.report()
    assert cases_of(office, "rei", words="again") == {case, other}
    with pytest.raises(OverLimitError):
        found(office, "rei", Sought(number=case.hex()[:5]))


def test_no_planted_report_hides_that_somebody_feels_for_a_name(office: Office) -> None:
    for _ in range(2):
        office.report(story="aziz bahrom dilnoza gulnora")
    names = ["a", "az", "azi", "aziz"]
    for turn in range(LIMITS[Kind.WORDS]):
        assert len(cases_of(office, "rei", words=names[turn % len(names)])) == 2
    with pytest.raises(OverLimitError) as refused:
        found(office, "rei", Sought(words="aziz b"))
    assert refused.value.kind is Kind.WORDS
    # By codes it goes on: they say nothing of what somebody is called.
    assert len(cases_of(office, "rei")) == 2


def test_a_search_of_a_colleague_s_counts_for_whoever_runs_it(office: Office) -> None:
    for _ in range(2):
        office.accepted()
    with office.desk("max") as desk:
        saved_searches.keep(desk, "Again", Sought(words="again"), is_shared=True)
    with office.desk("mei") as desk:
        (one,) = saved_searches.kept(desk)
    assert len(found(office, "mei", one.sought).rows) == 2
    assert counted(office.app, office.id("mei"), Kind.WORDS, office.clock) == 1
    assert counted(office.app, office.id("max"), Kind.WORDS, office.clock) == 0


def test_whose_keys_are_kept_back_searches_nothing(office: Office) -> None:
    office.report()
    ring = office.rings["rei"]
    office.rings["rei"] = replace(ring, person=ring.person.kept_back())
    with pytest.raises(HiddenError):
        found(office, "rei", Sought())


def test_a_link_with_what_is_not_there_is_left_out_of_bulk(office: Office) -> None:
    case = office.accepted()
    act = Act(What.LINK, other=bytes(16), verdict="different")
    with office.desk("mei") as desk:
        (line,) = bulk.preview(desk, [case, case], act)
    assert (line.case, line.why_not) == (case, bulk.NOT_YOURS)


def test_whoever_reads_no_reports_searches_none(office: Office) -> None:
    ring = office.rings["rei"]
    office.rings["rei"] = replace(ring, person=replace(ring.person, roles=frozenset()))
    with pytest.raises(HiddenError):
        found(office, "rei", Sought())


def test_a_search_goes_on_from_where_it_stopped_and_ends(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {office.report() for _ in range(5)}
    monkeypatch.setattr(searching, "PAGE", 2)
    seen: list[CaseId] = []
    before: Back | None = None
    for _ in range(3):
        step = found(office, "rei", Sought(), before)
        seen += [row.case for row in step.rows]
        before = None if step.following is None else Back.read(step.following.text)
    assert before is None
    assert seen == sorted(made, reverse=True)


def test_a_search_stops_after_so_many_reports_and_so_many_texts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sorted((office.report() for _ in range(5)), reverse=True)
    monkeypatch.setattr(searching, "MOST_ASKED", 2)
    step = found(office, "rei", Sought(country="IR"))
    assert (step.rows, step.asked) == ((), 2)
    assert step.following is not None
    assert step.following.case == made[1]
    monkeypatch.setattr(searching, "MOST_ASKED", 10)
    monkeypatch.setattr(searching, "MOST_READ", 2)
    monkeypatch.setattr(searching, "READ_AT_A_TIME", 1)
    step = found(office, "rei", Sought(words="nothing like it"))
    assert (step.read, step.asked) == (2, 2)
    assert step.following is not None
    assert found(office, "rei", Sought(words="nothing like it"), step.following).asked == 2


def test_what_was_altered_is_passed_over_and_ends_no_search(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sorted((office.report() for _ in range(5)), reverse=True)
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(CaseWrap).where(CaseWrap.case_id == made[0]))
        story = session.get_one(CasePart, (made[3], Part.STORY))
        story.content_sealed = flipped(story.content_sealed)
    monkeypatch.setattr("admin.walks.BATCH", 2)
    monkeypatch.setattr("admin.walks.LATER_BATCHES", 2)
    assert cases_of(office, "rei") == {*made[1:]}
    assert cases_of(office, "rei", words="again") == {made[1], made[2], made[4]}


def test_a_report_that_lost_a_row_of_its_texts_is_passed_over(office: Office) -> None:
    made = sorted(office.report() for _ in range(3))
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(CasePart).where(CasePart.case_id == made[0]))
        session.execute(delete(Mailbox).where(Mailbox.case_id == made[1]))
    step = found(office, "rei", Sought(words="again"))
    assert [row.case for row in step.rows] == made[2:]


def test_a_header_that_says_too_little_is_passed_over(office: Office) -> None:
    made = sorted(office.report() for _ in range(2))
    indexing.fold(partial(office.desk, "rei"))
    with office.desk("rei") as desk:
        row = desk.session.get_one(HeaderRow, made[0])
        keys, place = indexing.keys_of(desk.ring)[row.epoch_id], places.header(made[0], row.rev)
        said = {**indexing.reader(keys)(row.box_sealed, made[0], row.rev)}
        del said["regions"]
        row.box_sealed = records.close(keys.headers, said, place, FLOOR_BYTES)
    assert cases_of(office, "rei") == {made[1]}


def test_the_log_keeps_what_was_asked_for_and_no_word_of_it(office: Office, seeds: Seeds) -> None:
    office.report()
    assert found(office, "rei", Sought(words="again", country="")).rows
    assert "search.run" in noted(office.app, seeds, "")
    assert "again" not in repr(Sought(words="again"))
    assert Sought(words="again", number="3f").names == ("number", "words")
