"""What a process has in memory is what it needs, and no more."""

import subprocess
import sys
from pathlib import Path

import pytest

from reporting.settings import Settings
from tests.builders import Seeds, an_office

LOADED = """
import sys
from dataclasses import replace
from pathlib import Path
from reporting.settings import Settings, Site
from wsgi import create_app
create_app(Settings(Path(sys.argv[1]), sys.argv[2], sites=frozenset({Site(sys.argv[3])})))
print("\\n".join(sys.modules))
"""
WHAT_MAKES_NOISE = ("opendp", "admin.publication.noise", "admin.publication.draw")
NEVER_IN_PUBLIC = ("admin", "crypto.custody", "crypto.passphrase", "argon2", "pyotp")


def loaded_by(settings: Settings, site: str) -> set[str]:
    shown = subprocess.run(
        [sys.executable, "-c", LOADED, str(settings.instance), settings.database_url, site],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return set(shown.stdout.split())


def test_a_public_process_has_nothing_in_memory_that_could_open_a_report(
    settings: Settings, seeds: Seeds
) -> None:
    an_office(settings, seeds)
    loaded = loaded_by(settings, "public")
    assert "reporting.web" in loaded
    assert not {name for name in loaded if name.startswith(NEVER_IN_PUBLIC)}


def test_a_staff_process_starts_without_the_pepper_of_the_codes(
    settings: Settings, seeds: Seeds
) -> None:
    an_office(settings, seeds)
    (settings.instance / "receipt.pepper").unlink()
    assert "crypto.custody" in loaded_by(settings, "staff")
    with pytest.raises(subprocess.CalledProcessError):
        loaded_by(settings, "public")


@pytest.mark.parametrize("site", ["public", "staff"])
def test_no_process_that_serves_pages_has_loaded_what_makes_noise(
    settings: Settings, seeds: Seeds, site: str
) -> None:
    an_office(settings, seeds)
    loaded = loaded_by(settings, site)
    assert "reporting.statistics.release" in loaded
    assert not {name for name in loaded if name.startswith(WHAT_MAKES_NOISE)}
