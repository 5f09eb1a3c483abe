"""When somebody last looked at a report is known to them alone, and to nobody by its length."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from admin import letters, looks
from admin.errors import AlarmError
from admin.letters import About, Kind, Reader
from admin.looks import A_SITTING, MOST_REMEMBERED
from admin.models import LetterRow
from reporting import records
from reporting.ids import CaseId
from tests.builders_cases import Office
from tests.builders_staff import flipped, the_staff

HERE, THERE = CaseId(b"h" * 16), CaseId(b"t" * 16)


def take(office: Office, name: str, case: CaseId = HERE) -> datetime | None:
    with office.desk(name) as desk:
        return looks.take(desk.session, desk.ring, case, desk.now)


def rows(office: Office) -> dict[bytes, LetterRow]:
    with the_staff(office.app).service.read() as session:
        found = session.scalars(select(LetterRow).where(LetterRow.kind == Kind.LOOKED)).all()
        return {row.reader_id: row for row in found}


def test_each_knows_their_own_last_look_and_nobody_elses(office: Office) -> None:
    first = office.clock()
    assert take(office, "mei") is None
    office.later(hours=1)
    assert take(office, "max") is None
    assert take(office, "mei") == first
    assert take(office, "mei", THERE) is None


def test_looks_of_one_sitting_count_as_one(office: Office) -> None:
    first = office.clock()
    take(office, "mei")
    office.later(hours=3)
    for _again in range(3):
        assert take(office, "mei") == first
        office.clock.advance(A_SITTING - timedelta(seconds=1))
    last = office.clock() - A_SITTING + timedelta(seconds=1)
    office.later(minutes=1)
    assert take(office, "mei") == last


def test_a_first_sitting_has_nothing_before_it(office: Office) -> None:
    for _again in range(2):
        assert take(office, "mei") is None
        office.later(minutes=1)


def test_the_newest_five_hundred_are_remembered(office: Office) -> None:
    first = office.clock()
    take(office, "mei")
    take(office, "mei", THERE)
    with office.desk("mei") as desk:
        for n in range(MOST_REMEMBERED - 1):
            case = CaseId(n.to_bytes(8, "big") * 2)
            looks.take(desk.session, desk.ring, case, desk.now)
    office.later(hours=1)
    assert take(office, "mei", THERE) == first
    assert take(office, "mei") is None


def test_the_database_tells_nobody_who_looked_at_what_or_how_much(office: Office) -> None:
    take(office, "mei")
    before = rows(office)[office.id("mei")]
    with office.desk("mei") as desk:
        for n in range(MOST_REMEMBERED):
            case = CaseId(n.to_bytes(8, "big") * 2)
            looks.take(desk.session, desk.ring, case, desk.now)
    take(office, "mei")
    after = rows(office)[office.id("mei")]
    assert len(before.content_sealed) == len(after.content_sealed)
    for row in (before, after):
        for told in (HERE, HERE.hex().encode(), HERE.hex()[:16].encode()):
            assert told not in row.content_sealed + row.key_sealed


def test_whoever_moves_or_alters_it_is_found_out(office: Office) -> None:
    take(office, "mei")
    with the_staff(office.app).service.begin() as session:
        key = (Kind.LOOKED, office.id("mei"), office.id("mei"))
        row = session.get_one(LetterRow, key)
        row.content_sealed = flipped(row.content_sealed)
    with pytest.raises(AlarmError):
        take(office, "mei")


@pytest.mark.parametrize("record", [{"cases": []}, {"cases": ["x"], "at": [-1], "before": [0]}])
def test_nonsense_that_somebody_sealed_to_another_is_an_alarm(
    office: Office, record: records.Record
) -> None:
    ring = office.rings["mei"]
    with the_staff(office.app).service.begin() as session:
        about = About(Kind.LOOKED, ring.person.id)
        letters.send(session, about, [Reader(ring.person.id, ring.sealing_key)], record)
    with pytest.raises(AlarmError):
        take(office, "mei")
