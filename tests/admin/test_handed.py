"""Handing a report on gives way to one wish, and to nothing else that hides it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import handed
from admin.facts import NOBODY
from admin.handed import Handed, Reason
from admin.recusal import Card
from admin.visibility import Exclusions, Ground, Matter, Reader, grounds
from reporting.triage import Level

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
STATES = st.frozensets(st.sampled_from(["CN", "IR", "RU"]))
CARDS = st.builds(
    Card,
    states=STATES,
    organisations=st.frozensets(st.sampled_from(["club", "party"])),
    noted=STATES,
    languages=st.just(frozenset({"en"})),
    region=st.sampled_from(["", "north"]),
    is_woman=st.booleans(),
    in_government=st.booleans(),
    until=st.just(FRIDAY.date()),
)
MATTERS = st.builds(
    Matter,
    states=STATES,
    organisations=st.frozensets(st.sampled_from(["club", "other"])),
    people=st.sampled_from([(), ("Aiko Mori",)]),
    exclusions=st.builds(
        Exclusions,
        no_community=st.booleans(),
        women_only=st.booleans(),
        no_government=st.booleans(),
        regions=st.frozensets(st.sampled_from(["north"])),
        people=st.sampled_from([(), ("Aiko Mori",)]),
    ),
)


@given(CARDS, MATTERS)
def test_everything_but_the_wish_about_community_hides_as_before(
    card: Card, matter: Matter
) -> None:
    reader = Reader(card, ("Aiko Mori",))
    before, now = grounds(reader, matter), grounds(reader, matter.let_in)
    assert now in {before, before - {Ground.EXCLUDED}}
    if not matter.exclusions.no_community:
        assert now == before


@pytest.mark.parametrize(
    ("level", "waits"),
    [
        (Level.URGENT, timedelta(minutes=30)),
        (Level.HIGH, timedelta(hours=12)),
        (Level.MEDIUM, timedelta(days=5)),  # a weekend lies between
        (Level.LOW, timedelta(days=5)),
    ],
)
def test_how_long_a_report_waits_first_follows_from_its_level(
    level: Level, waits: timedelta
) -> None:
    assert handed.possible_from(level, FRIDAY) == FRIDAY + waits


@given(
    st.binary(min_size=16, max_size=16),
    st.sampled_from(Reason),
    st.sampled_from([NOBODY, b"o" * 16]),
)
def test_it_is_kept_as_it_was_and_its_number_is_that_of_what_was_agreed_to(
    to: bytes, reason: Reason, outside: bytes
) -> None:
    one = Handed(b"b" * 16, FRIDAY, to, reason, outside)
    assert handed.read(handed.written(one)) == one
    assert replace(one, outside=b"x" * 16).id == one.id
    assert replace(one, to=b"y" * 16).id != one.id
