"""Releases for tests: plans as the office makes them, and everything that goes into a folder."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from crypto import publishing, signing
from crypto.envelope import Secret, lp
from crypto.publishing import Seeds
from crypto.signing import Prefix
from reporting.statistics import bundle, canonical, papers, plan
from reporting.statistics.bundle import Source
from reporting.statistics.manifest import MANIFEST, SIGNATURES
from reporting.statistics.papers import Approval
from reporting.statistics.plan import Plan, Tier
from reporting.statistics.topdown import Measurement
from tests.reporting.statistics import plans

SEEDS: Final = Seeds(Secret(b"\x01" * 32), Secret(b"\x02" * 32))
KEYS: Final = SEEDS.public()
OFFICERS: Final = (Secret(b"\x03" * 32), Secret(b"\x04" * 32))
OTHERS: Final = Seeds(Secret(b"\x05" * 32), Secret(b"\x06" * 32))
TIERS: Final = list(Tier)


def a_plan(release: str = plans.FOUNDED, tier: Tier = Tier.S) -> Plan:
    """Return the usual plan of a tier under a name."""
    return plans.a_plan(tier, release=release)


def a_draw(planned: Plan, of: int = 40) -> tuple[Measurement, ...]:
    """Return numbers as if drawn: about `of` in every cell, some below zero."""
    return tuple(
        Measurement(table.dims, tuple(_number(table.cells, at, of) for at in range(table.cells)))
        for table in planned.tables
    )


def _number(cells: int, at: int, of: int) -> int:
    if cells == 1:
        return of * 11
    return (at * 37 % 5) * of // 2 - 6


def approved(data: bytes, officers: Iterable[Secret] = OFFICERS) -> bytes:
    """Return the approvals of a plan by these officers."""
    document: signing.Document = json.loads(data)
    return papers.write_approvals(
        Approval(
            signing.public_key(officer),
            signing.sign(officer, Prefix.STAT_PLAN, document)[: signing.SIGNATURE_BYTES],
        )
        for officer in officers
    )


def booked(*plans: Plan, draws: Mapping[str, tuple[Measurement, ...]] | None = None) -> bytes:
    """Return a ledger in which these plans are reserved, and drawn, or burnt without numbers.

    `draws` are the numbers of a release; without them they are those of `a_draw`.
    """
    known = draws or {}
    rows: list[dict[str, canonical.Value]] = []
    for planned in plans:
        measured = known.get(planned.release, a_draw(planned))
        rows += [
            {
                "scope": str(planned.period),
                "release": planned.release,
                "state": state,
                "eps": f"{planned.eps.numerator}/{planned.eps.denominator}",
                "plan_sha256": planned.digest,
                "result_sha256": papers.digest_of_draw(measured).hex() if state == "drawn" else "",
                "reason": "",
                "week": 202716,
            }
            for state in ("reserved", "drawn" if measured else "burnt")
        ]
    return chained(rows)


def chained(rows: Iterable[Mapping[str, canonical.Value]]) -> bytes:
    """Return a ledger of these rows, each chained to the one before."""
    events: list[canonical.Value] = []
    before = bytes(32)
    for seq, row in enumerate(rows, 1):
        stated = {**row, "seq": seq}
        after = hashlib.sha256(lp(before, canonical.encode(stated))).digest()
        events.append({**stated, "prev": before.hex(), "hash": after.hex()})
        before = after
    return canonical.encode({"events": events, "head": before.hex(), "scopes": []})


def a_source(
    planned: Plan | None = None,
    /,
    **other: object,
) -> Source:
    """Return what a first release is made from, with `other` in place of what it names."""
    planned = planned or a_plan()
    data = plan.encode(planned)
    drawn = other.get("measured", a_draw(planned))
    assert isinstance(drawn, tuple)
    source = Source(
        plan=data,
        measured=drawn,
        approvals=approved(data),
        ledger=booked(planned, draws={planned.release: drawn}),
        previous="",
        version=1,
        supersedes="",
        synthetic=planned.is_synthetic,
        keys=KEYS.encode().encode(),
    )
    return replace(source, **other)  # type: ignore[arg-type] # the caller knows the fields


def source_of(tier: Tier) -> Source:
    """Return what a first release of the usual plan of a tier is made from."""
    return a_source(a_plan(tier=tier))


def signed(files: Mapping[str, bytes], seeds: Seeds = SEEDS) -> Mapping[str, bytes]:
    """Return the files with both signatures beside them."""
    signatures = publishing.sign(seeds, files[MANIFEST])
    both = (signatures.ed25519, signatures.mldsa65)
    return {**files, **dict(zip(SIGNATURES, both, strict=True))}


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files as a folder, and return it."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def a_release(parent: Path, source: Source | None = None) -> Path:
    """Write a signed release under a folder of releases, and return where it is."""
    source = source or a_source()
    name = f"{plan.decode(source.plan).release}.v{source.version}"
    return written(signed(bundle.render(source)), parent / name)
