"""What a process has in memory stays there."""

import resource
import subprocess
import sys

import pytest

from reporting.errors import SettingsError
from reporting.process import allow_files, refuse_debugging

HARDENED = """
import resource, sys, ctypes
from reporting.process import harden
harden()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def test_a_hardened_process_dumps_no_core_and_cannot_be_looked_into() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", HARDENED], check=True, capture_output=True, text=True
    )
    assert shown.stdout.split("\n")[0] == "(0, 0) 0"


@pytest.mark.parametrize("name", ["FLASK_DEBUG", "PYTHONFAULTHANDLER", "PYTHONASYNCIODEBUG"])
def test_debugging_is_refused_by_name(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        refuse_debugging({name: "1"})
    refuse_debugging({name: "0"})
    refuse_debugging({})


def test_development_mode_is_refused() -> None:
    code = "from reporting.process import refuse_debugging; refuse_debugging({})"
    ended = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code], check=False, capture_output=True, text=True
    )
    assert "development mode is on" in ended.stderr


def test_a_process_may_hold_the_connections_it_needs_open_at_once() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (600, before[1]))
        for wanted, allowed in ((500, 600), (700, 700)):
            allow_files(wanted)
            assert resource.getrlimit(resource.RLIMIT_NOFILE) == (allowed, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
