"""Figure API: which releases there are, and what each address gives, for programs."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from reporting.statistics.canonical import Value, encode
from reporting.statistics.manifest import digest
from reporting.statistics.release import Release
from reporting.statistics.shelf import Shelved
from reporting.web.figure_files import kind

WHAT: Final = (
    "Estimates with noise (pure differential privacy). Reports that reached us, not how much"
    " repression there is. Not a ranking."
)
UNIT: Final = "a person with linked relatives and co-victims, counted once a year"
LICENCE: Final = "CC-BY-4.0"


def index(shelved: Shelved) -> bytes:
    """Return every release that holds, newest first, and the names of what does not."""
    return encode(_index(shelved))


@cache
def description() -> bytes:
    """Return what all these addresses give, as OpenAPI says it."""
    written = files("reporting").joinpath("data/figures_api.toml").read_text(encoding="utf-8")
    return encode(tomllib.loads(written))


def _index(shelved: Shelved) -> Value:
    return {
        "about": WHAT,
        "unit": UNIT,
        "licence": LICENCE,
        "releases": [_release(shelved, one) for one in shelved.releases],
        "not_served": list(shelved.unfit),
    }


def _release(shelved: Shelved, one: Release) -> Value:
    is_newest = shelved.newest_of(one.plan.release) is one
    eps = one.plan.eps
    return {
        "name": one.name,
        "release": one.plan.release,
        "version": one.version,
        "period": one.plan.period,
        "synthetic": one.synthetic,
        "state": "current" if is_newest else "superseded",
        "supersedes": one.stated.supersedes,
        "eps": f"{eps.numerator}/{eps.denominator}",
        "manifest_sha256": one.digest,
        "previous_manifest_sha256": one.stated.before,
        "files": [
            {
                "address": f"/figures/{one.name}/{path}",
                "path": path,
                "bytes": len(data),
                "sha256": digest(data),
                "type": kind(path),
            }
            for path, data in sorted(one.files.items())
        ],
    }
