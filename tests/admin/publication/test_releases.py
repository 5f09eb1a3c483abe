"""What was drawn becomes a folder that follows the one before, and nothing else is published."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from admin.budget_rows import ApprovalRow, BudgetEvent
from admin.errors import FiguresError, HiddenError
from admin.publication import approvals, burning, drafting, draw, ledger, releases, shelf
from admin.publication.booked import Reason
from admin.publication.scales import foreseen
from crypto import publishing, signing
from crypto.envelope import make_key
from crypto.signing import Prefix
from reporting.statistics import plan, release
from reporting.statistics.plan import Plan, Tier
from reporting.statistics.release import Release, Releases
from reporting.statistics.shelf import NO_LEDGER
from reporting.statistics.topdown import Table
from tests.builders import Seeds
from tests.builders_draws import (
    a_record,
    add_units,
    an_approved_plan,
    an_officer,
    give_up,
    instance_of,
    unwatched,
)
from tests.builders_figures import CORRECTION, DRAW_DAY, PUBLIC_DAY, RELEASE, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.builders_staff import the_staff, without_triggers
from tests.conftest import Clock

PLAN = a_plan()
SEEDS = publishing.make_seeds()
KEYS = SEEDS.public()
# What is in a database here is the same on both; the commands go all the way on each.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    """An office that has the keys of releases, and a plan that two officers signed."""
    made = an_office_that_counts(app, seeds, clock)
    an_approved_plan(made, PLAN)
    add_units(made, [a_record()] * 20)
    (instance_of(made) / shelf.KEYS).write_text(KEYS.encode(), encoding="ascii")
    clock.now = DRAW_DAY
    return made


def drawn(counting: Counting, made: Plan = PLAN) -> None:
    draw.draw(an_officer(counting, "olga"), made.release, unwatched)


def rendered(counting: Counting, name: str = RELEASE) -> releases.Made:
    with the_staff(counting.app).service.read() as session:
        return releases.rendered(session, name, instance_of(counting))


def signed(counting: Counting, folder: Path, name: str = RELEASE) -> Release:
    made = rendered(counting, name)
    shelf.write(folder / made.name, made.files)
    one = shelf.signable(folder / made.name)
    shelf.require_rendered(folder / made.name, one, KEYS)
    shelf.put(folder / made.name, publishing.sign(SEEDS, one.manifest))
    return shelf.read(folder / made.name, instance_of(counting) / shelf.KEYS)


def publish(counting: Counting, one: Release) -> None:
    with counting.desk("olga") as desk:
        releases.publish(desk, one, instance_of(counting))
    releases.place(one, instance_of(counting))


def test_the_same_numbers_are_rendered_to_the_same_bytes(counting: Counting) -> None:
    drawn(counting)
    assert rendered(counting) == rendered(counting)


def test_nothing_is_rendered_before_it_is_drawn(counting: Counting) -> None:
    with pytest.raises(FiguresError, match="stats draw"):
        rendered(counting)
    with pytest.raises(FiguresError, match="There is no plan"):
        rendered(counting, CORRECTION)
    with counting.desk("olga") as desk:
        ledger.reserve(desk.session, PLAN, desk.now)
    with pytest.raises(FiguresError, match="stats burn"):
        rendered(counting)


def test_a_release_follows_the_one_before(counting: Counting, tmp_path: Path, clock: Clock) -> None:
    drawn(counting)
    give_up(counting)
    first = signed(counting, tmp_path)
    an_approved_plan(counting, a_plan(CORRECTION, Fraction(1, 4)))
    drawn(counting, a_plan(CORRECTION, Fraction(1, 4)))
    stale = signed(counting, tmp_path, CORRECTION)
    clock.now = PUBLIC_DAY
    publish(counting, first)

    with pytest.raises(FiguresError, match="does not follow"):
        publish(counting, stale)
    second = signed(counting, Path(shelf_for(tmp_path)), CORRECTION)
    publish(counting, second)
    found = releases.shelved(instance_of(counting))
    assert [one.name for one in found.fit] == [f"{RELEASE}.v1", f"{CORRECTION}.v1"]
    assert drafting.last_total(found, 2027) is None
    (total,) = next(table.values for table in second.tables if not table.dims)
    assert drafting.last_total(found, 2028) == total


def shelf_for(folder: Path) -> Path:
    other = folder / "other"
    other.mkdir()
    return other


def test_what_another_office_drew_is_not_published(
    counting: Counting, tmp_path: Path, clock: Clock
) -> None:
    drawn(counting)
    one = signed(counting, tmp_path)
    clock.now = PUBLIC_DAY
    other = replace(one.measured[0], values=(one.measured[0].values[0] + 1,))
    files = {**one.files, "approvals.json": b"{}"}

    for foreign in (
        replace(one, measured=(other, *one.measured[1:])),
        replace(one, files=files),
        replace(one, stated=replace(one.stated, ledger_head="0" * 64)),
    ):
        with pytest.raises(FiguresError, match="are not those of this office"):
            publish(counting, foreign)
    with pytest.raises(FiguresError, match="There is no plan"):
        publish(counting, replace(one, plan=a_plan(CORRECTION, Fraction(1, 4))))
    assert not (instance_of(counting) / shelf.RELEASES).exists()


def test_who_never_stood_in_the_roster_signs_nothing_that_is_published(
    counting: Counting, tmp_path: Path, clock: Clock
) -> None:
    """Whoever can write into the database puts signatures there with keys of their own."""
    drawn(counting)
    without_triggers(the_staff(counting.app).service.database.engine, "stat_approval")
    with counting.desk("olga") as desk:
        for row in desk.session.scalars(select(ApprovalRow)):
            key = make_key()
            signature = signing.sign(key, Prefix.STAT_PLAN, json.loads(plan.encode(PLAN)))
            row.signing_key = signing.public_key(key)
            row.signature = signature[: signing.SIGNATURE_BYTES]
    one = signed(counting, tmp_path)
    clock.now = PUBLIC_DAY

    with pytest.raises(FiguresError, match="are not those of this office"):
        publish(counting, one)


def test_nothing_is_rendered_or_published_but_what_everybody_was_told(
    counting: Counting, tmp_path: Path, clock: Clock
) -> None:
    drawn(counting)
    one = signed(counting, tmp_path)
    clock.now = PUBLIC_DAY
    other = a_plan(eps=Fraction(4, 5), year=Fraction(4, 5))
    shelf.announce(instance_of(counting), RELEASE, plan.encode(other))

    with pytest.raises(FiguresError, match="somebody changed it"):
        rendered(counting)
    with pytest.raises(FiguresError, match="somebody changed it"):
        publish(counting, one)


def test_a_ledger_that_lost_its_end_renders_and_publishes_nothing(
    counting: Counting, tmp_path: Path, clock: Clock
) -> None:
    drawn(counting)
    one = signed(counting, tmp_path)
    clock.now = PUBLIC_DAY
    publish(counting, one)
    exported = instance_of(counting) / shelf.FIGURES / shelf.LEDGER
    exported.unlink()
    with pytest.raises(FiguresError, match="Bring back the folders"):
        rendered(counting)
    exported.write_bytes(NO_LEDGER)
    assert rendered(counting).files
    without_triggers(the_staff(counting.app).service.database.engine, "budget_event")
    with the_staff(counting.app).service.begin() as session:
        session.execute(delete(BudgetEvent).where(BudgetEvent.seq > 1))

    with pytest.raises(FiguresError, match="put back to an old backup"):
        rendered(counting)


def test_only_officers_publish_and_give_up(
    counting: Counting, tmp_path: Path, clock: Clock
) -> None:
    drawn(counting)
    one = signed(counting, tmp_path)
    clock.now = PUBLIC_DAY

    with pytest.raises(HiddenError), counting.desk("susan") as desk:
        releases.publish(desk, one, instance_of(counting))
    with pytest.raises(HiddenError), counting.desk("susan") as desk:
        burning.burn(desk, RELEASE, Reason.CODE)


def test_nothing_is_published_beside_what_does_not_hold(
    counting: Counting, tmp_path: Path, clock: Clock
) -> None:
    drawn(counting)
    one = signed(counting, tmp_path)
    clock.now = PUBLIC_DAY
    publish(counting, one)
    there = instance_of(counting) / shelf.RELEASES / one.name
    (there / "plan.json").unlink()

    with pytest.raises(FiguresError, match="does not hold"):
        rendered(counting)


def test_what_was_published_is_exported_with_the_newest_plan(
    counting: Counting, tmp_path: Path
) -> None:
    shelf.announce(tmp_path, RELEASE, plan.encode(PLAN))
    with counting.desk("olga") as desk:
        approvals.draft(desk, instance_of(counting), a_plan("TOMOSHIBI-JP-2028-A"))
        releases.export(desk.session, tmp_path)
        assert (tmp_path / "figures/ledger.json").read_bytes() == ledger.exported(desk.session)
    assert b"2026-A" in (tmp_path / "figures/plan.json").read_bytes()
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == [
        "ledger.json",
        "plan.json",
        "plans",
    ]


def test_the_tier_of_a_year_is_that_of_what_was_public_before_it(
    counting: Counting, tmp_path: Path, clock: Clock
) -> None:
    drawn(counting)
    one = signed(counting, tmp_path)
    assert clock() == DRAW_DAY

    def planned(total: int, name: str = "TOMOSHIBI-JP-2028-A") -> Plan:
        tables = tuple(_with(table, total) for table in one.tables)
        found = Releases((replace(one, tables=tables),), ())
        with counting.desk("olga") as desk:
            return drafting.composed(desk.session, found, name, None, foreseen)

    assert planned(999).tier is Tier.S
    assert planned(1_000).tier is Tier.M
    assert planned(5_000).tier is Tier.M
    assert planned(5_000, "TOMOSHIBI-JP-2027-A").tier is Tier.S
    with pytest.raises(FiguresError, match="over 5,000"):
        planned(5_001)
    assert release.OFFICERS == approvals.NEEDED


def _with(table: Table, total: int) -> Table:
    return table if table.dims else replace(table, values=(total,))
