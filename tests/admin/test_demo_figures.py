"""The figures of a demonstration: invented, drawn and signed as real ones are, and made once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admin import demo_figures
from admin.demo_figures import Place
from admin.publication import shelf
from crypto import publishing, seeds
from crypto.envelope import OpenError
from crypto.passphrase import Parameters
from reporting.statistics import release, worth
from reporting.statistics.plan import Tier
from reporting.statistics.release import Release

NOW = datetime(2026, 11, 29, tzinfo=UTC)
CHEAP = Parameters.cheap_for_tests()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, "kobanu-sedami", CHEAP)


def only(place: Place) -> Release:
    found = release.read_all(place.instance / "releases", keys(place))
    assert found.unfit == ()
    (one,) = found.fit
    return one


def keys(place: Place) -> publishing.PublicKeys:
    return shelf.read_keys(place.instance / shelf.KEYS)


def content(folder: Path) -> Mapping[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_they_are_a_release_that_holds_and_says_that_it_is_invented(place: Place) -> None:
    demo_figures.publish(place, NOW)
    one = only(place)

    assert one.name == "TOMOSHIBI-SYNTHETIC-2025-A.v1"
    assert one.synthetic
    assert one.plan.tier is Tier.M
    (total,) = one.tables[0].values
    allowed = next(found.margin for found in worth.expected(one.plan) if not found.dims)
    # Nearly eight times what the noise stays within in 95 of 100 draws.
    assert abs(total - demo_figures.UNITS) < 8 * allowed


def test_they_are_made_once(place: Place) -> None:
    demo_figures.publish(place, NOW)
    made = content(place.instance)
    demo_figures.publish(place, NOW.replace(year=2028))

    assert content(place.instance) == made


def test_who_interrupts_it_goes_on_with_the_same_keys(place: Place) -> None:
    demo_figures.publish(place, NOW)
    first = keys(place)
    (place.instance / shelf.KEYS).unlink()
    demo_figures.publish(place, NOW)

    assert keys(place) == first
    assert only(place).synthetic


def test_an_instance_with_keys_of_its_own_gets_none(place: Place) -> None:
    shelf.keep(place.instance / shelf.KEYS, b"those of an office")
    demo_figures.publish(place, NOW)

    assert [path.name for path in place.instance.iterdir()] == [shelf.KEYS]


def test_the_keys_that_signed_them_open_with_the_officers_passphrase(place: Place) -> None:
    demo_figures.publish(place, NOW)
    data = (place.instance / demo_figures.SEEDS).read_bytes()

    assert seeds.read(data, place.typed, CHEAP).public() == keys(place)
    with pytest.raises(OpenError):
        seeds.read(data, "another", CHEAP)


@pytest.mark.parametrize(("month", "year"), [(6, 2024), (7, 2025)])
def test_their_year_is_the_last_that_would_be_public(month: int, year: int, place: Place) -> None:
    demo_figures.publish(place, NOW.replace(month=month, day=2))

    assert only(place).plan.period == year
