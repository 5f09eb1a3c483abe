"""Every cell that a figure can stand in is known before any report is, and stays what it is."""

import hashlib
import json
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from forms import codebook
from reporting.languages import LOCALE
from reporting.statistics import codelists
from reporting.statistics.codelists import LISTS, Dim

# A list that changes is a new version: then this line gains a second one.
DIGESTS = {1: "04616d7ab4d68543f91248eae638208cbe635d4a788c5e40722ea333e47d7d66"}


def test_a_list_never_changes_under_the_same_version() -> None:
    written = {
        dim.value: [[one.code, one.ja, one.en, one.valid_from] for one in codes]
        for dim, codes in LISTS.items()
    }
    data = json.dumps(written, sort_keys=True, ensure_ascii=False).encode()
    assert hashlib.sha256(data).hexdigest() == DIGESTS[codelists.VERSION]


def test_the_lists_are_as_long_as_was_promised() -> None:
    lengths = {dim.value: len(codes) for dim, codes in LISTS.items()}
    assert lengths == {
        "QUARTER": 4,
        "TACTIC": 11,
        "ORIGIN": 15,
        "REGION": 9,
        "TARGET": 8,
        "VERIF": 3,
        "REPEAT": 3,
        "PEOPLE": 4,
    }


def test_every_code_has_a_name_of_its_own_in_both_languages() -> None:
    for codes in LISTS.values():
        for names in zip(*((one.code, one.ja, one.en) for one in codes), strict=True):
            assert len(set(names)) == len(codes)
            assert all(name and name[0] not in "=+-@" for name in names)


def test_cells_run_through_the_last_list_first() -> None:
    found = codelists.cells((Dim.REGION, Dim.VERIF))
    assert len(found) == 27
    assert found[:4] == (
        ("hokkaido", "plausible"),
        ("hokkaido", "supported"),
        ("hokkaido", "corroborated"),
        ("tohoku", "plausible"),
    )
    assert found[-1] == ("unknown", "corroborated")


def test_what_is_broken_down_by_nothing_has_one_cell() -> None:
    assert codelists.cells(()) == ((),)


@pytest.mark.parametrize("dim", Dim)
def test_a_code_comes_back_from_its_number(dim: Dim) -> None:
    numbers = [codelists.number(dim, one.code) for one in LISTS[dim]]
    assert numbers == list(range(1, len(LISTS[dim]) + 1))
    assert [codelists.code_of(dim, number) for number in numbers] == [
        one.code for one in LISTS[dim]
    ]


def test_a_number_or_a_code_that_is_in_no_list_is_refused() -> None:
    for place in (0, -1, 16):
        with pytest.raises(IndexError):
            codelists.code_of(Dim.ORIGIN, place)
    with pytest.raises(KeyError):
        codelists.number(Dim.ORIGIN, "XX")


def test_kinds_and_regions_are_those_of_the_form() -> None:
    assert [(one.code, one.en) for one in LISTS[Dim.TACTIC]] == [
        (kind.code, kind.label) for kind in codebook.KINDS
    ]
    assert [(one.code, one.en) for one in LISTS[Dim.REGION][:-1]] == [
        (region.code, region.label) for region in codebook.REGIONS
    ]


def test_kinds_and_regions_are_called_in_japanese_as_on_the_form() -> None:
    with Path(LOCALE, "ja", "LC_MESSAGES", "public.po").open("rb") as file:
        catalogue = read_po(file, locale="ja")
    for one in (*LISTS[Dim.TACTIC], *LISTS[Dim.REGION][:-1]):
        message = catalogue[one.en]
        assert message.string == one.ja


def test_governments_are_codes_of_the_form() -> None:
    named = {one.code for one in LISTS[Dim.ORIGIN]} - {codelists.OTHER, codelists.UNKNOWN}
    assert named < set(codebook.COUNTRIES)
    assert codebook.HOME not in named


@pytest.mark.parametrize(
    ("government", "counted"),
    [
        ("CN", "CN"),
        ("HK", "CN"),
        ("MO", "CN"),
        ("VN", "VN"),
        ("KP", "other"),
        ("JP", "other"),
        ("unsaid", "unknown"),
        ("unknown", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_government_is_counted_under_its_name_or_as_another(
    government: str, counted: str
) -> None:
    assert codelists.origin_of(government) == counted


def test_every_government_of_the_form_is_counted_somewhere() -> None:
    places = {codelists.number(Dim.ORIGIN, codelists.origin_of(one)) for one in codebook.COUNTRIES}
    assert places == set(range(1, 15))  # and nobody's government is "not clear"


def test_every_prefecture_is_in_the_region_that_the_form_puts_it_in() -> None:
    for region in codebook.load("taxonomy.toml")["region"]:
        assert codelists.region_of(region["code"]) == region["code"]
        for prefecture in region["prefectures"]:
            assert codelists.region_of(prefecture) == region["code"]
    assert len({codelists.region_of(one) for one in codebook.PREFECTURES}) == 8


@pytest.mark.parametrize("place", ["", "unsaid", "unknown", "DE", "JP-48"])
def test_a_place_outside_or_not_said_has_no_region(place: str) -> None:
    assert codelists.region_of(place) == "unknown"


def test_every_target_group_of_the_form_is_counted_somewhere() -> None:
    counted = {codelists.target_of(one.code) for one in codebook.LISTS["target_group"]}
    assert counted == {one.code for one in LISTS[Dim.TARGET]}
    assert codelists.target_of("insider") == "politics"
    assert codelists.target_of("business") == codelists.target_of("") == "other"


def test_only_a_grade_of_plausible_or_better_counts() -> None:
    counted = {
        one.code: codelists.verif_of(one.code)
        for one in codebook.LISTS["verification"]
        if codelists.verif_of(one.code)
    }
    assert counted == {
        "plausible": "plausible",
        "supported": "supported",
        "corroborated": "corroborated",
        "adjudicated": "corroborated",
    }
