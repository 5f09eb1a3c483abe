"""A plan has one way of being written, and no edit of its bytes makes it cost more."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.statistics import plan as plans
from reporting.statistics.plan import Fault, Outline, PlanError, Tier
from tests.reporting.statistics.plans import MECHANISM, a_plan, scale_of
from tests.reporting.statistics.test_plan import CORRECTION, noise_costs, outlines

Path = tuple[Any, ...]


def refused(data: bytes) -> Fault:
    """Return why bytes are no plan."""
    with pytest.raises(PlanError) as refusal:
        plans.decode(data)
    return refusal.value.fault


@given(outline=outlines())
def test_a_plan_comes_back_from_its_bytes(outline: Outline) -> None:
    plan = plans.compose(outline, scale_of, MECHANISM)
    assert plans.decode(plans.encode(plan)) == plan
    assert plan.digest == hashlib.sha256(plans.encode(plan)).hexdigest()


def places(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the way to every value in a record that holds no other."""
    if isinstance(value, dict | list):
        named = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in named:
            yield from places(inner, (*path, name))
    else:
        yield path


def altered(record: Mapping[str, Any], path: Path, value: object) -> bytes:
    """Return the bytes of a record with one value put in place of another."""
    made = json.loads(json.dumps(record))
    inside = made
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] = value
    return json.dumps(made, sort_keys=True, separators=(",", ":")).encode()


RECORDS = [json.loads(plans.encode(a_plan(tier))) for tier in Tier]
something: st.SearchStrategy[object] = st.one_of(
    st.integers(-3, 10**20),
    st.fractions(-2, 5, max_denominator=60).map(lambda one: f"{one.numerator}/{one.denominator}"),
    st.sampled_from(["S", "M", "L", "TACTIC", "REPEAT", CORRECTION, "", "inf", "nan", "0x1p+3"]),
    st.none() | st.booleans() | st.floats() | st.just([]) | st.just({}) | st.text(max_size=3),
)


@settings(max_examples=300)
@given(data=st.data())
def test_no_edit_of_the_bytes_makes_a_plan_that_costs_too_much(data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(RECORDS))
    path = data.draw(st.sampled_from(list(places(record))))
    try:
        plan = plans.decode(altered(record, path, data.draw(something)))
    except PlanError:
        return
    assert noise_costs(plan) <= plan.eps <= plans.cap(plan.eps_year) <= plans.HARD_CAP
    assert plan.eps_year <= Fraction(8, 5)
    assert [table.dims for table in plan.tables] == [one for one, _ in plans.shares(plan.tier)]


@given(data=st.data())
def test_no_byte_of_a_plan_can_be_another(data: st.DataObject) -> None:
    written = plans.encode(a_plan(Tier.M))
    place = data.draw(st.integers(0, len(written) - 1))
    byte = bytes([data.draw(st.integers(0, 255))])
    other = written[:place] + byte + written[place + 1 :]
    try:
        plan = plans.decode(other)
    except PlanError:
        return
    assert plans.encode(plan) == other  # another plan, such as one of another year


def test_the_period_is_the_year_in_the_name() -> None:
    assert a_plan(release="TOMOSHIBI-JP-2027-A").period == 2027
    moved = altered(RECORDS[0], ("period",), 2027)
    assert refused(moved) is Fault.FORM


@pytest.mark.parametrize(
    "scale",
    [
        (10.0).hex(),
        (1 / 0.1 * (1 + 1e-9)).hex(),
        "10",
        "0x1.4p+3",
        "inf",
        "nan",
        "-0x1.4000000000000p+3",
        "0x1p+99999",
        "",
    ],
)
def test_noise_that_is_not_the_tables_is_refused(scale: str) -> None:
    wrong = altered(RECORDS[0], ("tables", 1, "scale"), scale)
    assert refused(wrong) is Fault.SCALE


def test_noise_that_costs_a_hair_too_much_is_refused() -> None:
    a_hair_less = "0x1.aaaaaaaaaaaaap+1"
    wrong = altered(RECORDS[0], ("tables", 1, "scale"), a_hair_less)
    assert refused(wrong) is Fault.SCALE


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("codelist",), 2),
        (("codelist",), True),
        (("mechanism",), ""),
        (("mechanism",), " x"),
        (("mechanism",), "x" * 201),
        (("mechanism",), 7),
        (("release",), 7),
        (("tier",), "L"),
        (("unit",), "person"),
        (("eps_year",), "2/2"),
        (("eps_year",), "1.0"),
        (("eps_year",), "1/0"),
        (("eps_year",), 1),
        (("tables",), "x"),
        (("tables",), 3),
        (("tables", 1, "cells"), 12),
        (("tables", 1, "cells"), 11.0),
        (("tables", 1, "dims"), ["Tactic"]),
        (("tables", 1, "scale"), 3),
        (("tables", 1, "more"), 3),
        (("more",), 3),
    ],
)
def test_a_record_of_another_form_is_refused(path: Path, value: object) -> None:
    assert refused(altered(RECORDS[0], path, value)) is Fault.FORM


def test_a_plan_is_written_in_one_way() -> None:
    written = plans.encode(a_plan())
    assert refused(written + b"\n") is Fault.FORM
    assert refused(json.dumps(RECORDS[0]).encode()) is Fault.FORM
    assert refused(written.replace(b'"codelist":1', b'"codelist":1,"codelist":1')) is Fault.FORM
    for nothing in (b"", b"[]", b"7", b"{}", b"\xff", b"[" * 100_000):
        assert refused(nothing) is Fault.FORM
