"""A confined process asks the system for memory, time and its pipes, and is refused all else."""

import struct
import subprocess
import sys

import pytest

from admin.cleaning import calls, parent
from tests.admin.test_cleaning_hostile import LINUX, TRY


@LINUX
@pytest.mark.parametrize(
    "what",
    [
        "os.kill(os.getppid(), 0)",
        "os.kill(os.getpid(), 0)",
        "os.stat('/etc/hostname')",
        "os.listdir('/')",
        "os.sched_setaffinity(0, {0})",
    ],
)
def test_the_child_asks_for_nothing_but_memory_time_and_its_pipes(what: str) -> None:
    probe = (
        "import ctypes, sys; from admin.cleaning import calls;"
        " system = ctypes.CDLL(None); system.prctl(38, 1, 0, 0, 0);"
        " sys.exit(not calls.limit(system))"
    )
    allowed = subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
    said = parent.run(f"exec({TRY.replace('{what}', what)!r})", [], 30).split()
    assert said[1] == (b"PermissionError" if allowed else b"done"), said


@pytest.mark.parametrize("processor", calls.ALLOWED)
def test_the_filter_refuses_what_no_list_names_and_ends_a_foreign_processor(processor: str) -> None:
    kind, numbers = calls.ALLOWED[processor]
    program = calls.steps(kind, numbers.values())
    assert len(set(numbers.values())) == len(numbers)

    def asked(of_kind: int, number: int) -> str:
        """Run the filter as the kernel does."""
        at, held, shown = 0, 0, {4: of_kind, 0: number}
        while True:
            code, then, otherwise, value = struct.unpack("=HBBI", program[at])
            if code == 0x06:
                return {0x7FFF0000: "pass", 0x00050001: "refuse", 0x80000000: "end"}[value]
            if code == 0x20:
                held = shown[value]
            at += 1 + (0 if code == 0x20 else then if held == value else otherwise)

    passed = {number for number in range(500) if asked(kind, number) == "pass"}
    assert passed == set(numbers.values())
    assert {asked(kind, number) for number in (500, 1 << 30, (1 << 32) - 1)} == {"refuse"}
    assert {asked(0x40000003, number) for number in numbers.values()} == {"end"}
