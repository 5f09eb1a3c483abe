"""Catalogues: what the tools of `make messages` find in the sources, for the tests of the words."""

import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]


def extracted(locale: Path, folder: Path) -> Catalog:
    """Return the messages that `make messages` would find for a package's locale folder."""
    target = folder / f"{locale.parent.name}.pot"
    mapping = str(locale / "babel.toml")
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-k", "msgid"]
    subprocess.run([*command, "-F", mapping, "-o", str(target), "."], check=True, cwd=ROOT)
    with target.open("rb") as file:
        return read_po(file)
