"""A plan stays in view until its figures are: two officers compare it there when they sign it."""

from fractions import Fraction
from pathlib import Path

import pytest

from reporting.statistics import bundle, plan
from reporting.statistics.plan import Plan, Tier
from reporting.statistics.shelf import EXPORTED, PLANS
from tests.publisher import MADE_UP, SECOND, a_small_draw
from tests.reporting.statistics import editions, plans
from tests.visitor import Visitor

BEFORE = "TOMOSHIBI-JP-2027-A"
RUNNING = "TOMOSHIBI-JP-2028-A"
CORRECTION = "TOMOSHIBI-JP-2027-B"
COSTS = {"A": Fraction(1), "B": Fraction(1, 4)}
EARLIER = "Announced earlier, and not published yet"


def tell(instance: Path, *names: str) -> dict[str, Plan]:
    """Give plans out as the command line does; the last one is the newest."""
    told = {name: plans.a_plan(Tier.S, release=name, eps=COSTS[name[-1]]) for name in names}
    for name, made in told.items():
        path = instance / EXPORTED / PLANS / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(plan.encode(made))
    (instance / EXPORTED / bundle.PLAN).write_bytes(plan.encode(told[names[-1]]))
    return told


def test_the_plan_that_is_signed_in_april_is_shown_beside_the_one_of_the_new_year(
    published: Visitor, instance: Path
) -> None:
    assert EARLIER not in published.get("/figures/plan").text
    told = tell(instance, SECOND, BEFORE, CORRECTION, RUNNING)
    text = published.get("/figures/plan").text
    new, earlier = text.split(EARLIER)
    assert told[RUNNING].digest in new
    assert earlier.index(told[CORRECTION].digest) < earlier.index(told[BEFORE].digest)
    assert told[SECOND].digest not in text  # its figures are public, and carry it
    captions = published.open("/figures/plan").all("caption")
    assert len({one.attributes["id"] for one in captions}) == 3


def test_a_plan_that_was_given_up_leaves_the_page(published: Visitor, instance: Path) -> None:
    told = tell(instance, BEFORE, RUNNING)
    assert told[BEFORE].digest in published.get("/figures/plan").text
    made_up = editions.a_plan(MADE_UP)
    others = editions.a_plan(SECOND, Tier.M), told[BEFORE]
    draws = {MADE_UP: a_small_draw(made_up), BEFORE: ()}
    given_up = editions.booked(made_up, *others, draws=draws)
    (instance / EXPORTED / bundle.LEDGER).write_bytes(given_up)
    assert told[BEFORE].digest not in published.get("/figures/plan").text


@pytest.mark.parametrize("data", [b"{}", b"\xff", b""])
def test_a_told_plan_that_cannot_be_read_is_named(
    published: Visitor, instance: Path, data: bytes
) -> None:
    tell(instance, BEFORE, RUNNING)
    path = instance / EXPORTED / PLANS / f"{BEFORE}.json"
    path.write_bytes(data)
    assert f"{PLANS}/{path.name}" in published.get("/figures").text
