"""Lists believe a header that was written for a report as it is, and open the report otherwise."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, func, select

from admin import casework, headers, indexing, lists
from admin.casework import Words
from admin.list_rules import LISTS, Look
from admin.lists import Row
from admin.scans import Scan
from reporting import listing, mailbox, places, records, withdrawal
from reporting.case_rows import HeaderRow, ListedRow
from reporting.ids import CaseId
from reporting.models import CasePart, CaseWrap, Part, State
from reporting.triage import level_of
from tests.admin.test_moves_casework import write
from tests.builders_cases import CALM, URGENT, Office
from tests.builders_staff import flipped, the_staff

CN = {**CALM, "state": ("CN",)}
KP = {**CALM, "state": ("KP",)}


def fold(office: Office, name: str) -> None:
    indexing.fold(partial(office.desk, name))


def shown(office: Office, by: str, name: str) -> dict[CaseId, Row]:
    with office.desk(by) as desk:
        return {row.case: row for row in lists.rows(desk, name)}


def header(office: Office, case: CaseId) -> HeaderRow | None:
    """Return the header of a report, none where lists know that they do not know it."""
    with the_staff(office.app).service.read() as session:
        row = session.get(HeaderRow, case)
        return None if row is None or row.rev == listing.UNKNOWN else row


def put(office: Office, case: CaseId, **values: object) -> None:
    """Write into the header of a report, as somebody could who owns the database."""
    with the_staff(office.app).service.begin() as session:
        row = session.get_one(HeaderRow, case)
        for name, value in values.items():
            setattr(row, name, value)


def spoil(office: Office, case: CaseId) -> None:
    """Alter the answers of a report, so that it does not open itself any more."""
    with the_staff(office.app).service.begin() as session:
        part = session.get_one(CasePart, (case, Part.FACETS))
        part.content_sealed = flipped(part.content_sealed)


def test_a_list_opens_headers_and_no_report(office: Office) -> None:
    case = office.accepted()
    spoil(office, case)
    assert set(shown(office, "mei", "triaged")) == {case}


def test_a_report_that_is_asked_for_twice_is_shown_once(office: Office) -> None:
    case = office.assigned("mei")
    fold(office, "mei")
    with office.desk("mei") as desk:
        names = (headers.of_person("owner", office.id("mei")),)
        found = Scan(desk).listed(names, tuple(State), also=(case,))
        assert [one.id for one in found] == [case]


def test_the_first_of_their_group_who_looks_makes_a_report_known(office: Office) -> None:
    case = office.accepted("rei")
    assert header(office, case) is None
    assert set(shown(office, "mei", "triaged")) == {case}
    assert shown(office, "mei", "overdue") == {}
    fold(office, "rei")
    assert header(office, case) is None
    fold(office, "mei")
    assert header(office, case) is not None
    office.later(days=30)
    assert set(shown(office, "mei", "overdue")) == {case}


def test_what_no_list_knows_yet_is_in_every_list_that_it_belongs_to(office: Office) -> None:
    case = office.assigned("mei")
    with the_staff(office.app).service.begin() as session:
        listing.forget(session, case)
    assert set(shown(office, "mei", "mine")) == {case}
    fold(office, "max")
    with the_staff(office.app).service.read() as session:
        assert session.scalar(select(func.count()).select_from(ListedRow))


def test_a_planted_header_is_not_believed(office: Office) -> None:
    urgent, calm = office.accepted(answers=URGENT), office.accepted()
    (one, other) = (header(office, case) for case in (urgent, calm))
    assert one
    assert other
    put(office, urgent, box_sealed=other.box_sealed)
    put(office, calm, box_sealed=one.box_sealed)
    levels = {case: row.level for case, row in shown(office, "mei", "triaged").items()}
    assert levels == {urgent: level_of(URGENT), calm: level_of(CALM)}


def test_a_header_of_what_may_be_seen_shows_nothing_that_may_not(office: Office) -> None:
    hidden, seen = office.report(CN), office.report(KP)
    fold(office, "robin")
    office.recuse("rei", states=frozenset({"CN"}))
    other = header(office, seen)
    assert other
    put(office, hidden, box_sealed=other.box_sealed)
    assert set(shown(office, "rei", "received")) == {seen}
    assert set(shown(office, "robin", "received")) == {seen, hidden}


@pytest.mark.parametrize("with_its_version", [False, True])
def test_an_older_header_is_not_believed(office: Office, *, with_its_version: bool) -> None:
    case = office.accepted()
    old = header(office, case)
    assert old
    office.make("mei", case, "assign")
    version = {"rev": old.rev} if with_its_version else {}
    put(office, case, box_sealed=old.box_sealed, **version)
    (row,) = shown(office, "mei", "mine").values()
    assert (row.state, row.owner) == (State.ACTIVE, office.id("mei"))
    fold(office, "mei")
    assert shown(office, "mei", "triaged") == {}


def test_a_header_that_says_what_only_another_release_knows_is_made_again(office: Office) -> None:
    case = office.accepted()
    row = header(office, case)
    assert row
    with office.desk("mei") as desk:
        keys = indexing.keys_of(desk.ring)[row.epoch_id].headers
        place = places.header(case, row.rev)
        written = {**records.reopen(keys, row.box_sealed, place), "phase": "of a later release"}
        box = records.close(keys, written, place, 0)
    put(office, case, box_sealed=box)
    assert set(shown(office, "mei", "triaged")) == {case}


def test_what_does_not_exist_for_somebody_is_there_for_what_shows_nothing_of_it(
    office: Office,
) -> None:
    hidden = office.report(CN)
    fold(office, "robin")
    office.recuse("rei", states=frozenset({"CN"}))
    with office.desk("rei") as desk:
        scan = Scan(desk)
        for _ in range(2):
            assert [*scan.of((State.RECEIVED,))] == []
        assert [one.id for one in scan.of_all().of((State.RECEIVED,))] == [hidden]
        assert [*scan.of((State.RECEIVED,))] == []


def test_a_report_that_was_altered_and_has_no_header_is_left_out(office: Office) -> None:
    case = office.report()
    spoil(office, case)
    fold(office, "rei")
    left = header(office, case)
    assert left
    assert (left.rev, left.box_sealed) == (listing.ALTERED, b"")
    assert shown(office, "rei", "received") == {}


def test_an_answer_of_its_reporter_counts_at_once(office: Office) -> None:
    case, code = office.filed()
    with office.desk("rei") as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)
    assert set(shown(office, "rei", "waiting")) == {case}
    office.later(minutes=2)
    write(office, code)
    assert shown(office, "rei", "waiting") == {}
    (row,) = shown(office, "rei", "received").values()
    assert row.has_mail


def test_what_was_taken_back_is_in_no_list(office: Office) -> None:
    case, code = office.filed()
    fold(office, "rei")
    assert header(office, case)
    service = the_staff(office.app).service
    with service.begin() as session:
        opened = mailbox.enter(
            session, code, service.desk.pepper, office.clock() + timedelta(hours=1)
        )
        registry = withdrawal.Registry(service.office, service.journal)
        withdrawal.take_back(session, opened, registry, office.clock())
    with service.read() as session:
        assert session.get(HeaderRow, case) is None
        assert session.scalars(select(ListedRow)).all() == []


def test_a_list_goes_on_from_a_place(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    received = replace(LISTS["received"], page=2)
    monkeypatch.setattr(lists, "LISTS", {"received": received})
    every = {office.report() for _ in range(3)}
    with office.desk("rei") as desk:
        first = lists.page_of(Look(desk), "received", None)
        second = lists.page_of(Look(desk), "received", first.following)
    assert {row.case for row in (*first.rows, *second.rows)} == every
    assert (len(first.rows), second.following) == (2, None)


def test_a_walk_goes_on_behind_its_first_batch(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("admin.scans.BATCH", 2)
    every = [office.report(), office.report(URGENT), office.report()]
    with office.desk("rei") as desk:
        found = [one.id for one in Scan(desk).of((State.RECEIVED,))]
    assert found[0] == every[1]
    assert set(found) == set(every)


def test_nobody_counts_further_than_so_many(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_LOOKED_AT", 1)
    for _ in range(3):
        office.report()
    with office.desk("rei") as desk:
        assert lists.counts(Look(desk))["received"] == "2+"


def test_nothing_is_made_known_by_somebody_whose_keys_are_kept_back(office: Office) -> None:
    case, ring = office.report(), office.rings["rei"]
    office.rings["rei"] = replace(ring, person=ring.person.kept_back())
    fold(office, "rei")
    assert header(office, case) is None


def test_a_report_that_lost_its_answers_is_left_out(office: Office) -> None:
    lost, whole = office.report(), office.report()
    with the_staff(office.app).service.begin() as session:
        session.execute(
            delete(CasePart).where(CasePart.case_id == lost, CasePart.part == Part.FACETS)
        )
    with office.desk("rei") as desk:
        assert [one.id for one in Scan(desk).of((State.RECEIVED,))] == [whole]


def test_a_report_that_lost_its_key_ends_no_list(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sorted(office.report() for _ in range(5))
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(CaseWrap).where(CaseWrap.case_id == made[0]))
    monkeypatch.setattr("admin.scans.BATCH", 2)
    monkeypatch.setattr("admin.scans.LATER_BATCHES", 2)
    assert set(shown(office, "rei", "received")) == {*made[1:]}


def test_lists_that_were_asked_about_at_once_show_what_they_show_alone(office: Office) -> None:
    office.accepted()
    mine, others = office.assigned("mei"), office.assigned("max")
    names = [headers.of_person("owner", office.id(name)) for name in ("mei", "max", "rei")]
    with office.desk("mei") as desk:
        scan = Scan(desk)
        scan.expect([names[0], names[2]])
        found = [[one.id for one in scan.listed((name,), tuple(State))] for name in names]
    assert found == [[mine], [others], []]


def test_whoever_has_no_keys_is_shown_nothing_that_was_asked_about(office: Office) -> None:
    office.assigned("mei")
    ring = office.rings["mei"]
    office.rings["mei"] = replace(ring, person=ring.person.kept_back())
    name = headers.of_person("owner", office.id("mei"))
    with office.desk("mei") as desk:
        scan = Scan(desk)
        scan.expect([name])
        assert list(scan.listed((name,), tuple(State))) == []


def test_the_days_of_a_month_that_were_asked_about_at_once_show_what_they_show_alone(
    office: Office,
) -> None:
    case = office.accepted(answers=URGENT)
    office.later(days=3)
    with office.desk("mei") as desk:
        names = (*headers.until("due", desk.now), *headers.until("check", desk.now))
        alone = [one.id for one in Scan(desk).listed(names, tuple(State))]
        scan = Scan(desk)
        scan.expect(names)
        assert [one.id for one in scan.listed(names, tuple(State))] == alone == [case]
