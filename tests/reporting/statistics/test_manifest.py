"""Manifests and raw numbers come back from their bytes, and nothing else does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.statistics import bundle, canonical, csvs, manifest, sheets
from reporting.statistics.manifest import MANIFEST, ManifestError
from reporting.statistics.topdown import Measurement
from tests.reporting.statistics.editions import (
    a_plan,
    a_source,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", 0),
        ("version", True),
        ("version", "1"),
        ("plan_sha256", "AB" * 32),
        ("ledger_head", ""),
        ("previous_manifest_sha256", "x"),
        ("release", 1),
        ("files", []),
        ("files", {"../x": "00" * 32}),
        ("files", {"x": 1}),
        ("synthetic", 2),
        ("note", []),
        ("note", "mended"),
        ("note", {"en": "mended"}),
        ("note", {"en": "mended", "ja": ""}),
        ("note", {"en": "<b>", "ja": "x"}),
        ("note", {"en": "mended", "ja": "x", "zh": "x"}),
        ("more", 1),
    ],
)
def test_a_manifest_of_another_form_is_refused(name: str, value: object) -> None:
    stated = json.loads(bundle.render(a_source())[MANIFEST])
    stated[name] = value

    with pytest.raises(ManifestError):
        manifest.decode(canonical.encode(stated))


NO_TEXT = bundle.render(a_source())[MANIFEST].replace(b"TOMOSHIBI", b"\\ud800", 1)


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"{}", b"[" * 100_000, NO_TEXT])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(ManifestError):
        manifest.decode(data)


@given(values=st.lists(st.integers(-(10**6), 10**6), min_size=11, max_size=11))
def test_noisy_numbers_come_back_from_their_files(values: list[int]) -> None:
    measured = Measurement(a_plan().tables[1].dims, tuple(values))
    sheet = sheets.drawn(2026, measured)

    assert sheets.measured(measured.dims, {sheet.path: csvs.write(sheet)}) == measured
