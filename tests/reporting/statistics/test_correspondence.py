"""Our kinds of pressure go to the items of others as the marks in forms/data say."""

from collections import Counter

import pytest

from forms.codebook import KINDS, group_of, load
from reporting.statistics.correspondence import FREEDOM_HOUSE, G7, NOT_NAMED, Series

TACTICS = load("taxonomy.toml")["tactic"]
NOWHERE = {"0", "none"}
both = pytest.mark.parametrize(
    ("series", "mark"), [(G7, "g7"), (FREEDOM_HOUSE, "fh")], ids=["g7", "fh"]
)


def marks(kind: str, mark: str) -> Counter[str]:
    """Return how many details of a kind carry which mark."""
    return Counter(str(one[mark]) for one in TACTICS if group_of(one["code"]) == kind)


@both
def test_every_kind_is_placed_and_every_item_has_one(series: Series, mark: str) -> None:
    assert list(series.item_of) == [kind.code for kind in KINDS]
    items = {item.code for item in series.items}
    assert set(series.item_of.values()) == items | {NOT_NAMED}
    assert items == {str(one[mark]) for one in TACTICS} - NOWHERE


@both
def test_a_kind_goes_where_more_than_half_of_its_details_belong(series: Series, mark: str) -> None:
    for kind, item in series.item_of.items():
        found = marks(kind, mark)
        ((most, count), *_) = found.most_common()
        has_half = 2 * count > found.total() and most not in NOWHERE
        assert item == (most if has_half else NOT_NAMED)


@both
def test_an_item_is_the_sum_of_its_kinds(series: Series, mark: str) -> None:
    summed = [kind for item in series.items for kind in series.kinds(item.code)]
    left_out = series.kinds(NOT_NAMED)
    assert sorted([*summed, *left_out]) == sorted(series.item_of)
    assert {"g7": "coerce", "fh": "other"}[mark] in left_out


@both
def test_what_does_not_fit_is_said(series: Series, mark: str) -> None:
    split = {kind for kind in series.item_of if len(marks(kind, mark)) > 1}
    assert (
        split
        == {
            "g7": {"threat", "surveil", "coerce"},
            "fh": {"threat", "surveil", "coerce", "legal"},
        }[mark]
    )
    assert len(series.notes) >= 3
    assert all(note.ja and note.en for note in (series.name, *series.notes))
