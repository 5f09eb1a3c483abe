"""Every import contract holds, and each refuses what it was written to refuse."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("admin", "crypto", "forms", "migrations", "reporting")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
BROKEN = re.compile(r"(\d+) kept, (\d+) broken")

# contract, file that is sabotaged, what it would import
SABOTAGE = [
    ("layers", "reporting/intake.py", "import admin.queue"),
    ("layers", "crypto/chain.py", "import forms.codebook"),
    ("layers", "forms/codebook.py", "import crypto.padding"),
    ("crypto-inside", "crypto/padding.py", "import crypto.stream"),
    ("crypto-inside", "crypto/entries.py", "import crypto.roster"),
    ("crypto-inside", "crypto/helpers.py", ""),
    ("forms-inside", "forms/codebook.py", "import forms.report"),
    ("forms-inside", "forms/utils.py", ""),
    ("reporting-inside", "reporting/models.py", "import reporting.mailbox"),
    ("reporting-inside", "reporting/helpers.py", ""),
    ("admin-inside", "admin/permissions.py", "import admin.sessions"),
    ("admin-inside", "admin/manager.py", ""),
    ("crypto-pure", "crypto/stream.py", "import sqlalchemy"),
    ("crypto-pure", "crypto/receipt.py", "import flask"),
    ("custody", "admin/casework.py", "import crypto.custody"),
    ("custody", "admin/web/case.py", "from crypto.custody import open_sealed"),
    ("passphrase", "reporting/drafts.py", "import crypto.passphrase"),
    ("receipt", "admin/casework.py", "import crypto.receipt"),
    ("receipt", "reporting/drafts.py", "import crypto.receipt"),
    ("cannot-open", "reporting/mailbox.py", "import crypto.custody"),
    ("cannot-open", "crypto/envelope.py", "import crypto.passphrase"),
    ("services-no-flask", "reporting/intake.py", "from flask import request"),
    ("services-no-flask", "admin/sessions.py", "import reporting.web.context"),
    ("views-no-rows", "reporting/web/report.py", "from reporting.models import Case"),
    ("views-no-rows", "admin/web/case.py", "import sqlalchemy"),
    ("wtforms-quarantine", "reporting/web/report.py", "import wtforms"),
    ("arithmetic", "reporting/triage.py", "import reporting.models"),
    ("arithmetic", "admin/permissions.py", "import crypto.envelope"),
    ("argon2-door", "admin/accounts.py", "import argon2"),
    ("babel-door", "admin/web/rendering.py", "import babel"),
    ("one-time-code-door", "admin/sessions.py", "import pyotp"),
    ("passkey-door", "admin/sessions.py", "import webauthn"),
    ("blinding", "admin/linking.py", "import crypto.blinding"),
    ("phone-number-door", "admin/identified.py", "import phonenumbers"),
    ("guessing-door", "admin/accounts.py", "from zxcvbn import zxcvbn"),
    ("holiday-door", "admin/due.py", "import holidays"),
    ("parsers-door", "admin/evidence.py", "import PIL"),
    ("parsers-door", "admin/working_copies.py", "import pikepdf"),
    ("cleaning-knows-nothing", "admin/cleaning/child.py", "import crypto.envelope"),
    ("cleaning-inside", "admin/cleaning/frames.py", "import admin.cleaning.child"),
    ("noise-door", "admin/publication/scales.py", "import opendp.prelude"),
    ("noise-door", "reporting/statistics/plan.py", "import opendp"),
    ("noise-stays-out", "admin/web/people.py", "import admin.publication.noise"),
    ("noise-stays-out", "reporting/retention.py", "import opendp"),
    ("publication-inside", "admin/publication/ledger.py", "import admin.publication.draw"),
    ("publication-inside", "admin/publication/helpers.py", ""),
    ("release-seeds", "admin/publication/shelf.py", "import crypto.seeds"),
    ("statistics-inside", "reporting/statistics/plan.py", "import reporting.statistics.worth"),
    ("statistics-inside", "reporting/statistics/helpers.py", ""),
    ("statistics-pure", "reporting/statistics/topdown.py", "import crypto.publishing"),
    ("statistics-pure", "reporting/statistics/plan.py", "import sqlalchemy"),
    ("statistics-pure", "reporting/statistics/bundle.py", "import crypto.signing"),
    ("statistics-inside", "reporting/statistics/bundle.py", "import reporting.statistics.release"),
    ("frozen-migrations", "migrations/versions/0001_first_report.py", "import reporting.models"),
    ("acyclic", "reporting/errors.py", "import reporting.web.errors"),
]


def lint(folder: Path, *options: str) -> tuple[int, int]:
    """Return how many contracts are kept and broken in a tree."""
    command = str(Path(sys.executable).parent / "lint-imports")
    shown = subprocess.run(
        [command, "--no-cache", *options], cwd=folder, capture_output=True, text=True, check=False
    )
    counts = BROKEN.search(shown.stdout)
    assert counts, shown.stdout + shown.stderr
    return int(counts[1]), int(counts[2])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the packages that may be spoiled."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_holds(tree: Path) -> None:
    assert lint(tree) == (len(CONTRACTS), 0)


@pytest.mark.parametrize(("contract", "file", "line"), SABOTAGE)
def test_a_forbidden_import_is_refused(tree: Path, contract: str, file: str, line: str) -> None:
    path = tree / file
    before = path.read_text(encoding="utf-8") if path.exists() else '"""New."""\n'
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    assert lint(tree, "--contract", contract) == (0, 1)


def test_every_contract_has_been_sabotaged() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {contract for contract, _, _ in SABOTAGE}
