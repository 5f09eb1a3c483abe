"""The level comes from triage.toml, and only ever grows with what was chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.codebook import KIND_CODES
from reporting.triage import Level, level_of

KINDS = st.frozensets(st.sampled_from(sorted(KIND_CODES)))


@pytest.mark.parametrize(
    ("kinds", "level"),
    [
        ((), Level.LOW),  # unsure 1
        (("other",), Level.LOW),  # unsure 1 + severity 0
        (("threat",), Level.LOW),  # unsure 1 + severity 2
        (("surveil",), Level.LOW),  # unsure 1 + severity 1
        (("documents",), Level.LOW),  # unsure 1 + severity 1
        (("physical",), Level.MEDIUM),  # unsure 1 + severity 3
        (("family",), Level.LOW),  # unsure 1 + severity 1 + family 1
        (("family", "threat"), Level.MEDIUM),  # unsure 1 + severity 2 + family 1
        (("family", "physical"), Level.MEDIUM),  # unsure 1 + severity 3 + family 1
    ],
)
def test_levels_worked_out_by_hand(kinds: tuple[str, ...], level: Level) -> None:
    assert level_of(kinds) is level


@given(KINDS, KINDS)
def test_choosing_more_never_lowers_the_level(some: frozenset[str], more: frozenset[str]) -> None:
    assert level_of(some | more) >= level_of(some)


@given(KINDS)
def test_danger_now_weighs_more_than_danger_past(kinds: frozenset[str]) -> None:
    assert level_of(kinds, "now") >= level_of(kinds, "past")


@given(KINDS)
def test_without_detail_or_danger_nothing_is_urgent(kinds: frozenset[str]) -> None:
    assert level_of(kinds) <= Level.MEDIUM
