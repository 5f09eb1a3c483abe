"""The rows of a year are counted whole or not at all, and tell nothing of when they came."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from admin.publication import frame, frame_records, paging
from admin.publication.frame_records import DIMS, FrameError, Record
from crypto.envelope import Secret, make_key
from crypto.sealing import seal
from reporting import places
from reporting.stat_rows import StatFrameRow
from reporting.statistics import codelists, plan
from reporting.statistics.codelists import LISTS, Dim
from reporting.statistics.plan import Outline, Plan, Tier
from tests.builders import Seeds
from tests.builders_frame import A_RECORD, Counting, an_office_that_counts
from tests.builders_staff import the_staff
from tests.conftest import Clock

UNIT, MAC = bytes(range(32)), Secret(bytes(range(32, 64)))
LEAST = {dim: 0 if dim in frame_records.BANDS else 1 for dim in Dim}
RECORDS = st.builds(Record, *(st.integers(LEAST[dim], len(LISTS[dim])) for dim in DIMS))


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


def a_plan(period: int, tier: Tier = Tier.M) -> Plan:
    year = Fraction(1)
    outline = Outline(f"TOMOSHIBI-JP-{period}-A", tier, year, year, plan.shares(tier))
    return plan.compose(outline, lambda eps: float(1 / eps).hex(), "a mechanism")


def counted(counting: Counting, drawn: Plan, told: Callable[[int], None]) -> object:
    keys = counting.keys()
    with counting.desk("olga") as desk:
        return frame.counted(desk.session, keys, drawn, told)


@given(RECORDS)
def test_a_record_is_what_was_packed(record: Record) -> None:
    packed = frame_records.pack(record, UNIT, MAC)
    assert len(packed.reveal()) == 32
    assert frame_records.unpack(packed, UNIT, MAC) == record


@given(RECORDS, st.integers(0, 255))
def test_a_record_with_any_bit_changed_is_refused(record: Record, bit: int) -> None:
    value = bytearray(frame_records.pack(record, UNIT, MAC).reveal())
    value[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FrameError):
        frame_records.unpack(Secret(bytes(value)), UNIT, MAC)


def test_a_record_has_the_bytes_of_the_format() -> None:
    packed = frame_records.pack(A_RECORD, UNIT, MAC).reveal().hex()
    assert packed == "01010203040501000000010000000000efe82913d2d7280ac343428305474c95"


def test_a_record_of_another_unit_or_under_another_tag_is_refused() -> None:
    packed = frame_records.pack(A_RECORD, UNIT, MAC)
    for unit, mac in ((bytes(32), MAC), (UNIT, make_key())):
        with pytest.raises(FrameError):
            frame_records.unpack(packed, unit, mac)


@pytest.mark.parametrize(
    ("offset", "byte"), [(0, 2), (1, 0), (2, 12), (4, 10), (6, 4), (7, 4), (8, 5), (10, 2), (11, 1)]
)
def test_what_no_list_has_is_refused_though_it_is_tagged(offset: int, byte: int) -> None:
    body = bytearray(frame_records.pack(A_RECORD, UNIT, MAC).reveal()[:16])
    body[offset] = byte
    tag = frame_records.tag_of(bytes(body), UNIT, MAC)
    with pytest.raises(FrameError):
        frame_records.unpack(Secret(bytes(body) + tag), UNIT, MAC)


@pytest.mark.parametrize("wrong", [replace(A_RECORD, origin=0), replace(A_RECORD, codelist=2)])
def test_what_no_list_has_is_never_packed(wrong: Record) -> None:
    with pytest.raises(ValueError, match="in no list"):
        frame_records.pack(wrong, UNIT, MAC)


def test_every_cell_of_every_table_is_counted_also_of_nobody(counting: Counting) -> None:
    drawn, told = a_plan(counting.period), list[int]()
    empty = counted(counting, drawn, told.append)
    assert empty == tuple((0,) * table.cells for table in drawn.tables)
    some = [Record(1, 1 + n % 11, 1 + n % 15, 1 + n % 9, 1 + n % 8, 1 + n % 3) for n in range(40)]
    counting.fill(*some, *[A_RECORD] * (paging.BATCH - 40))
    vectors = counted(counting, drawn, told.append)
    # An empty year and a full one look alike to whoever watches.
    assert told == [*range(1, frame.STEPS + 1)] * 2
    assert vectors == tuple(
        tuple(
            sum(
                all(
                    one.places[DIMS.index(dim)] == codelists.number(dim, code)
                    for dim, code in zip(table.dims, cell, strict=True)
                )
                for one in (*some, *[A_RECORD] * (paging.BATCH - 40))
            )
            for cell in codelists.cells(table.dims)
        )
        for table in drawn.tables
    )


def test_a_plan_for_another_year_or_other_codes_counts_nothing(counting: Counting) -> None:
    for drawn in (
        a_plan(counting.period + 1),
        replace(a_plan(counting.period, Tier.S), codelist=codelists.VERSION + 1),
    ):
        with pytest.raises(FrameError):
            counted(counting, drawn, print)


def test_a_row_that_somebody_forged_moved_or_altered_stops_it(counting: Counting) -> None:
    counting.fill(A_RECORD, A_RECORD)
    (first, second), public = counting.rows(), counting.unit_keys().public_key
    forged = frame_records.pack(A_RECORD, first.unit_key, make_key())
    for box in (
        seal(public, forged, places.frame_record(first.unit_key)),
        second.record_sealed,
        first.record_sealed[:2] + bytes(16) + first.record_sealed[18:],
        secrets.token_bytes(1186),
        b"",
    ):
        with the_staff(counting.app).service.begin() as session:
            row = session.get_one(StatFrameRow, (first.period, first.unit_key))
            row.record_sealed = box
        with pytest.raises(FrameError):
            counted(counting, a_plan(counting.period), print)


def test_the_nightly_rewrite_keeps_every_row_and_makes_all_of_them_equally_old(
    counting: Counting,
) -> None:
    for _ in range(5):
        counting.fill(*[A_RECORD] * 120)
    before = [(row.unit_key, row.record_sealed, row.cluster_sealed) for row in counting.rows()]
    with the_staff(counting.app).service.begin() as session:
        frame.rewrite(session)
    after = [(row.unit_key, row.record_sealed, row.cluster_sealed) for row in counting.rows()]
    assert after == before
    with the_staff(counting.app).service.read() as session:
        if session.get_bind().dialect.name == "postgresql":
            xmin = sa.literal_column("xmin::text::bigint", sa.BigInteger())
            assert len(set(session.scalars(select(xmin).select_from(StatFrameRow)))) == 1
            place = sa.literal_column("ctid", sa.String())
            stored = select(StatFrameRow.unit_key).order_by(place)
            assert list(session.scalars(stored)) == [key for key, *_ in before]


def test_a_report_that_waits_to_be_looked_at_is_said_to_whoever_draws(counting: Counting) -> None:
    case = counting.graded()
    counting.run_due()
    assert not counting.is_waiting()
    counting.say(case, "no")
    assert counting.is_waiting()
