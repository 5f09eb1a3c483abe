"""The ledger in a release: whole, chained, and within its cap, or nothing is believed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reporting.statistics import bundle, canonical
from reporting.statistics.plan import Tier
from reporting.statistics.release import ReleaseError
from tests.reporting.statistics.editions import (
    a_plan,
    a_release,
    a_source,
    booked,
    chained,
    written,
)
from tests.reporting.statistics.spoiled import Files, put, read, resigned


def ledger_with(change: Callable[[dict[str, object]], None]) -> bytes:
    stated = json.loads(booked(a_plan()))
    change(stated["events"][0])
    return canonical.encode(stated)


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.update(eps="1/2"),
        lambda event: event.update(prev="00" * 31 + "01"),
        lambda event: event.update(hash="00" * 32),
    ],
)
def test_a_ledger_whose_chain_is_broken_is_refused(
    change: Callable[[dict[str, object]], None], copied: Path
) -> None:
    with pytest.raises(ReleaseError, match="ledger does not hold"):
        read(resigned(copied, put("ledger.json", ledger_with(change))))


def test_a_ledger_of_no_text_or_of_endless_rows_is_refused(copied: Path, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no JSON"):
        read(resigned(copied, put("ledger.json", b'{"head":"\\ud800"}')))
    stated = json.loads(booked(a_plan()))
    stated["events"][0]["reason"] = "x" * 65_536
    folder = written(bundle.render(a_source()), tmp_path / "endless")

    with pytest.raises(ReleaseError, match="longer than any of ours"):
        read(resigned(folder, put("ledger.json", canonical.encode(stated))))


def test_a_ledger_that_names_another_end_than_its_own_is_refused(copied: Path) -> None:
    stated = {**json.loads(booked(a_plan())), "head": "11" * 32}

    with pytest.raises(ReleaseError, match="ledger does not hold"):
        read(resigned(copied, put("ledger.json", canonical.encode(stated))))


@pytest.mark.parametrize(
    "events", [b'{"events":[1],', b'{"events":[{"hash":"zz","prev":""}],', b'{"events":1,']
)
def test_a_ledger_without_rows_is_refused(events: bytes, copied: Path) -> None:
    head = json.loads((copied / "ledger.json").read_bytes())["head"]

    with pytest.raises(ReleaseError, match="ledger cannot be read"):
        read(resigned(copied, put("ledger.json", events + f'"head":"{head}"}}'.encode())))


def test_a_year_that_spent_more_than_its_cap_is_refused(tmp_path: Path) -> None:
    source = a_source(ledger=booked(a_plan(), a_plan(tier=Tier.M)))

    with pytest.raises(ReleaseError, match="than the cap"):
        read(a_release(tmp_path, source))


@pytest.mark.parametrize(
    "row", [{}, {"eps": "1/0"}, {"eps": "much"}, {"eps": "1e9"}, {"scope": "2026"}]
)
def test_a_ledger_that_nobody_can_add_up_is_refused(
    row: dict[str, canonical.Value], tmp_path: Path
) -> None:
    rows = [
        {name: value for name, value in one.items() if name not in {"prev", "hash"}}
        for one in json.loads(booked(a_plan()))["events"]
    ]
    wrong: dict[str, canonical.Value] = {"state": "reserved", "scope": "2026", **row} if row else {}
    source = a_source(ledger=chained([*rows, wrong]))

    with pytest.raises(ReleaseError, match="ledger cannot be read"):
        read(a_release(tmp_path, source))


def without_numbers(files: Files) -> None:
    """Call every table missing, as if the draw had been burnt."""
    burnt = bundle.render(a_source(measured=()))
    for path in [path for path in files if path.startswith("measurements/")]:
        del files[path]
    files.update({path: data for path, data in burnt.items() if path.startswith("data/")})


def test_what_was_drawn_is_not_called_burnt(copied: Path) -> None:
    with pytest.raises(ReleaseError, match="this was burnt"):
        read(resigned(copied, without_numbers))


def test_a_ledger_that_never_booked_the_plan_is_refused(tmp_path: Path) -> None:
    source = a_source(ledger=booked(a_plan("TOMOSHIBI-JP-2025-A")))

    with pytest.raises(ReleaseError, match="was reserved"):
        read(a_release(tmp_path, source))
