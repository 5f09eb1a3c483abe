"""Keys of a year are believed for officers' signatures alone, and outlive whoever made them."""

import secrets
from collections import Counter
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from admin.errors import AlarmError, NotHandedOnError
from admin.publication import frame, officers, periods
from admin.publication.frame_records import FrameError
from admin.publication.periods import NoPeriodError
from crypto.cosigned import Cosigned
from crypto.custody import make_seed, public_key
from crypto.envelope import make_key
from crypto.roles import Group
from crypto.sealing import kid, seal
from crypto.signing import Document, Prefix
from reporting import places
from reporting.stat_rows import StatFrameRow, StatPeriodRow
from tests.arrivals import let_go
from tests.builders import Seeds
from tests.builders_frame import A_RECORD, PLAUSIBLE, UNLIKELY, Counting, an_office_that_counts
from tests.builders_staff import the_staff
from tests.conftest import Clock


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


def stored(counting: Counting) -> list[StatPeriodRow]:
    with the_staff(counting.app).service.read() as session:
        asked = select(StatPeriodRow).order_by(StatPeriodRow.period, StatPeriodRow.n)
        return list(session.scalars(asked))


def change(counting: Counting, **values: object) -> None:
    with the_staff(counting.app).service.begin() as session:
        session.execute(update(StatPeriodRow).values(**values))


def signers(counting: Counting) -> int:
    (row,) = stored(counting)
    return len(Cosigned.decode(Prefix.STAT_PERIOD, row.signed).signers)


def test_an_officer_makes_the_keys_of_the_running_year_once_and_in_december_of_the_next(
    counting: Counting, clock: Clock
) -> None:
    year = counting.period
    assert [(row.period, row.n) for row in stored(counting)] == [(year, 0)]
    counting.come_in("olga")
    assert len(stored(counting)) == 1
    clock.advance(datetime(year, 12, 1, tzinfo=UTC) - clock())
    counting.come_in("olga")
    assert [(row.period, row.n) for row in stored(counting)] == [(year, 0), (year + 1, 0)]


def test_a_colleague_signs_them_too_once(counting: Counting) -> None:
    assert signers(counting) == 1
    for _ in range(2):
        counting.come_in("oscar")
        counting.come_in("olga")
        counting.come_in("oscar")
    assert signers(counting) == 2


def test_a_row_that_somebody_plants_is_believed_by_nobody(counting: Counting) -> None:
    (row,) = stored(counting)
    seed, unit, mac, own = make_seed(), make_key(), make_key(), make_key()
    public = public_key(seed)
    said: Document = {
        "period": row.period,
        "n": 1,
        "public_key": public.hex(),
        "seed": periods.digest_of(seed),
        "unit": periods.digest_of(unit),
        "mac": periods.digest_of(mac),
        "people": [],
    }
    with counting.office.desk("susan") as desk:
        casework = desk.verified.epoch(Group.CASEWORK)
        makers = desk.verified.epoch(Group.PUBLICATION)
        planted = {
            "period": row.period,
            "n": 1,
            "public_key": public,
            "publication_epoch_id": makers.id,
            "casework_epoch_id": casework.id,
            "seed_sealed": seal(makers.public_key, seed, places.period_seed(row.period, 1)),
            "unit_sealed": seal(casework.public_key, unit, places.period_unit(row.period)),
            "mac_casework_sealed": seal(
                casework.public_key, mac, places.period_mac(row.period, 1, Group.CASEWORK)
            ),
            "mac_publication_sealed": seal(
                makers.public_key, mac, places.period_mac(row.period, 1, Group.PUBLICATION)
            ),
            "signed": Cosigned.write(Prefix.STAT_PERIOD, said, own).encode(),
        }
        desk.session.execute(insert(StatPeriodRow).values(planted))
        keys = periods.of_casework(desk.session, desk.ring, desk.verified, row.period)
        assert keys.public_key == row.public_key
    counting.come_in("olga")
    assert list(counting.keys().openings) == [kid(row.public_key)]
    # Nor a true one with another key in it, nor one that is no document at all.
    change(counting, public_key=public)
    with pytest.raises(NoPeriodError):
        counting.unit_keys()
    change(counting, signed=b"?")
    with pytest.raises(NoPeriodError):
        counting.keys()


@pytest.mark.parametrize("column", ["unit_sealed", "mac_casework_sealed"])
def test_a_secret_that_was_altered_is_an_alarm_to_casework(counting: Counting, column: str) -> None:
    change(counting, **{column: secrets.token_bytes(1186)})
    with pytest.raises(AlarmError):
        counting.unit_keys()


def test_a_secret_that_was_exchanged_is_an_alarm(counting: Counting) -> None:
    (row,) = stored(counting)
    with counting.office.desk("susan") as desk:
        casework = desk.verified.epoch(Group.CASEWORK)
        makers = desk.verified.epoch(Group.PUBLICATION)
    unit = seal(casework.public_key, make_key(), places.period_unit(row.period))
    seed = seal(makers.public_key, make_seed(), places.period_seed(row.period, 0))
    change(counting, unit_sealed=unit, seed_sealed=seed)
    with pytest.raises(AlarmError):
        counting.unit_keys()
    with pytest.raises(AlarmError):
        counting.keys()


def test_a_public_key_that_was_signed_beside_another_seed_opens_nothing(
    counting: Counting,
) -> None:
    (row,) = stored(counting)
    public = public_key(make_seed())
    with counting.desk("olga") as desk:
        stated = periods.newest(desk.session, desk.verified, row.period)
        said = {**stated.said, "public_key": public.hex()}
        signed = desk.ring.sign(Prefix.STAT_PERIOD, said).encode()
    change(counting, public_key=public, signed=signed)
    with pytest.raises(AlarmError):
        counting.keys()


def test_the_secrets_go_along_to_the_next_keys_of_both_groups(
    counting: Counting, clock: Clock
) -> None:
    case = counting.graded()
    (before,) = stored(counting)
    clock.advance(datetime(counting.period + 1, 1, 10, tzinfo=UTC) - clock())
    change_epochs(counting)
    row = stored(counting)[0]
    assert row.publication_epoch_id != before.publication_epoch_id
    assert row.casework_epoch_id != before.casework_epoch_id
    assert counting.groups(before.period) == {frozenset({case})}
    assert [one.verif for one in counting.records(before.period)] == [1]


def test_a_secret_that_does_not_open_stays_where_it_is(counting: Counting, clock: Clock) -> None:
    strange = secrets.token_bytes(1186)
    change(counting, seed_sealed=strange, unit_sealed=strange)
    (before,) = stored(counting)
    clock.advance(datetime(counting.period + 1, 1, 10, tzinfo=UTC) - clock())
    change_epochs(counting)
    row = stored(counting)[0]
    assert row.publication_epoch_id == before.publication_epoch_id
    assert row.casework_epoch_id == before.casework_epoch_id
    assert len(stored(counting)) == 2


def change_epochs(counting: Counting) -> None:
    """Let both groups make their next keys, as everybody does once a year."""
    counting.office.later(days=364)
    counting.office.rings.clear()
    counting.office.come_in("susan")
    counting.come_in("olga")


def test_once_an_officer_left_others_make_new_keys_and_seal_the_rows_anew(
    counting: Counting, seeds: Seeds
) -> None:
    case, lost = counting.graded(), counting.graded()
    counting.come_in("oscar")
    (before,) = stored(counting)
    let_go(counting.app, seeds, counting.officers["olga"])
    # Nothing is sealed to what somebody who left can open: it waits.
    waits, gone = counting.graded(), counting.graded()
    counting.grade(gone, UNLIKELY)
    counting.grade(lost, UNLIKELY)
    assert not counting.unit_keys().is_fit
    assert counting.groups() == {frozenset({case})}
    counting.come_in("oscar")
    counting.rings["olga"] = counting.rings["oscar"]
    (row,) = stored(counting)
    assert (row.n, row.period) == (1, before.period)
    assert counting.unit_keys().is_fit
    assert list(counting.keys().openings) == [kid(row.public_key)]
    assert len(counting.records()) == 1
    counting.run_due()
    assert counting.groups() == {frozenset({case}), frozenset({waits})}


def test_a_household_whose_counted_report_leaves_meanwhile_waits_for_the_new_keys(
    counting: Counting, seeds: Seeds
) -> None:
    one, other = counting.graded(), counting.graded()
    counting.judge(one, other)
    counting.come_in("oscar")
    let_go(counting.app, seeds, counting.officers["olga"])
    counting.grade(one, UNLIKELY)
    assert counting.rows() == []
    assert counting.is_waiting()
    counting.come_in("oscar")
    counting.rings["olga"] = counting.rings["oscar"]
    counting.run_due()
    assert counting.groups() == {frozenset({other})}


def test_rows_are_sealed_anew_so_many_at_a_time_and_what_does_not_hold_stays(
    counting: Counting, seeds: Seeds
) -> None:
    counting.fill(*[A_RECORD] * (officers.AT_A_TIME + 2))
    counting.come_in("oscar")
    let_go(counting.app, seeds, counting.officers["olga"])
    counting.come_in("oscar")
    counting.rings["olga"] = counting.rings["oscar"]
    old, new = (kid(row.public_key) for row in stored(counting))
    assert Counter(map(name_in, counting.rows()))[old] == 2
    assert Counter(counting.records()) == {A_RECORD: officers.AT_A_TIME + 2}
    with the_staff(counting.app).service.begin() as session:
        two = [row for row in session.scalars(select(StatFrameRow)) if name_in(row) == old]
        two[0].record_sealed = two[0].record_sealed[:-1] + bytes([two[0].record_sealed[-1] ^ 1])
        two[1].record_sealed = two[1].record_sealed[:2] + bytes(16) + two[1].record_sealed[18:]
    counting.come_in("oscar")
    assert [row.n for row in stored(counting)] == [0, 1]
    assert Counter(map(name_in, counting.rows()))[new] == officers.AT_A_TIME
    with pytest.raises(FrameError):
        counting.records()


def name_in(row: StatFrameRow) -> bytes:
    """Return the name of the key that a row is sealed to."""
    return row.record_sealed[2:18]


def test_who_has_no_key_yet_signs_nothing_and_opens_nothing(counting: Counting) -> None:
    ring = counting.rings["olga"]
    (row,) = stored(counting)
    with counting.desk("olga") as desk, pytest.raises((AlarmError, NotHandedOnError)):
        periods.of_casework(desk.session, ring, desk.verified, row.period)
    with counting.office.desk("susan") as desk:
        stated = periods.newest(desk.session, desk.verified, row.period)
        assert officers.opening_of(desk.ring, stated) is None
        officers.carry(desk.session, desk.ring, desk.verified)


def test_after_the_second_of_july_nothing_is_left_that_opens_anything(
    counting: Counting, clock: Clock
) -> None:
    counting.graded(PLAUSIBLE)
    year, service = counting.period, the_staff(counting.app).service
    clock.advance(datetime(year + 1, 7, 1, 12, tzinfo=UTC) - clock())
    with service.begin() as session:
        assert frame.destroy_due(session, clock()) == ()
    clock.advance(datetime(year + 1, 7, 1, 15, tzinfo=UTC) - clock())
    kept = counting.rows()
    with service.begin() as session:
        assert frame.destroy_due(session, clock()) == (2026,)
    assert stored(counting) == []
    assert counting.rows() == []
    # A row that somebody kept elsewhere comes back to an office that can open no row of that year.
    with service.begin() as session:
        session.add(
            StatFrameRow(
                period=year,
                unit_key=kept[0].unit_key,
                record_sealed=kept[0].record_sealed,
                cluster_sealed=kept[0].cluster_sealed,
            )
        )
    counting.come_in("olga")
    with pytest.raises(NoPeriodError):
        counting.records(year)
