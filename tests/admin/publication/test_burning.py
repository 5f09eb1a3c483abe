"""What was drawn, and could be looked at, is given up by two officers or not at all."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from admin.budget_rows import BurnRow
from admin.errors import FiguresError
from admin.publication import burning, draw, ledger
from admin.publication.booked import Reason
from crypto import signing
from crypto.signing import Prefix
from reporting import records
from tests.builders import Seeds
from tests.builders_draws import an_approved_plan, an_officer, unwatched
from tests.builders_figures import CORRECTION, DRAW_DAY, RELEASE, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.builders_staff import the_staff
from tests.conftest import Clock


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    """An office whose year is drawn."""
    made = an_office_that_counts(app, seeds, clock)
    an_approved_plan(made, a_plan())
    clock.now = DRAW_DAY
    draw.draw(an_officer(made, "olga"), RELEASE, unwatched)
    an_officer(made, "oscar")
    return made


def burn(counting: Counting, name: str, reason: Reason = Reason.CODE) -> bool:
    with counting.desk(name) as desk:
        return burning.burn(desk, RELEASE, reason)


def state(counting: Counting) -> str:
    with the_staff(counting.app).service.read() as session:
        return ledger.load(session).state(RELEASE)


def test_two_officers_give_up_what_was_drawn_and_both_are_kept(counting: Counting) -> None:
    assert not burn(counting, "olga")
    assert state(counting) == "drawn"
    assert burn(counting, "oscar")
    assert state(counting) == "burnt"

    with the_staff(counting.app).service.read() as session:
        rows = session.scalars(select(BurnRow)).all()
        result = ledger.load(session).of(RELEASE)[-1].result_sha256
    said = {"release": RELEASE, "reason": "code", "result_sha256": result}
    for row in rows:
        signed = row.signature + records.encode(said)
        assert signing.read(row.signing_key, Prefix.STAT_BURN, signed) == said
    assert {row.member_id for row in rows} == {one.id for one in counting.officers.values()}


def test_one_officer_alone_gives_up_nothing(counting: Counting) -> None:
    burn(counting, "olga")

    with pytest.raises(FiguresError, match="Somebody else"):
        burn(counting, "olga")
    assert state(counting) == "drawn"


def test_two_reasons_are_no_reason(counting: Counting) -> None:
    assert not burn(counting, "olga", Reason.CODE)
    assert not burn(counting, "oscar", Reason.CHECK)
    assert state(counting) == "drawn"
    # Who changed their mind signs the other reason instead.
    assert burn(counting, "oscar", Reason.CODE)


def test_a_signature_that_was_altered_counts_for_nothing(counting: Counting) -> None:
    burn(counting, "olga")
    with counting.desk("olga") as desk:
        desk.session.execute(update(BurnRow).values(signature=bytes(64)))

    assert not burn(counting, "oscar")
    assert burn(counting, "olga")


def test_a_release_without_a_plan_is_not_given_up(counting: Counting) -> None:
    with pytest.raises(FiguresError, match="There is no plan"), counting.desk("olga") as desk:
        burning.burn(desk, CORRECTION, Reason.CODE)
