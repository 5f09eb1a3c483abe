"""Calls: the few things that a confined process may still ask of the system, by a filter.

The filter is a small program that the kernel asks before each system call (seccomp), handed over
with nothing but the standard library. What is in no list is refused; above all signals to others.
"""

import ctypes
import platform
import struct
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

_SET_FILTER: Final = (22, 2)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
_NUMBER: Final = 0  # where in what the kernel shows stand the number of the call
_KIND: Final = 4  # and the kind of processor
_LOAD: Final = 0x20
_IF_EQUAL: Final = 0x15
_RETURN: Final = 0x06
_ALLOW: Final = 0x7FFF_0000
_END: Final = 0x8000_0000
_REFUSE: Final = 0x0005_0001  # as if it was not permitted

# What the parsers and the interpreter need once everything is loaded: bytes in and out of what is
# open, memory, time, chance, waiting, and the end. The numbers are those of the Linux kernel.
_NAMES: Final = (
    *("read", "write", "readv", "writev", "pread64", "close", "lseek", "fstat", "poll"),
    *("mmap", "mprotect", "munmap", "mremap", "madvise", "brk", "futex", "rseq"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("clock_gettime", "nanosleep", "clock_nanosleep", "sched_yield", "sched_getaffinity"),
    *("getpid", "gettid", "getrandom", "exit", "exit_group"),
)
_X86_64: Final = (
    *(0, 1, 19, 20, 17, 3, 8, 5, 7, 9, 10, 11, 25, 28, 12, 202, 334, 13, 14, 15, 131, 219),
    *(228, 35, 230, 24, 204, 39, 186, 318, 60, 231),
)
_ARM64: Final = (
    *(63, 64, 65, 66, 67, 57, 62, 80, 73, 222, 226, 215, 216, 233, 214, 98, 293, 134, 135, 139),
    *(132, 128, 113, 101, 115, 124, 123, 172, 178, 278, 93, 94),
)
# By the kind of processor: how the kernel calls it, and its numbers.
ALLOWED: Final[Mapping[str, tuple[int, Mapping[str, int]]]] = MappingProxyType(
    {
        "x86_64": (0xC000_003E, dict(zip(_NAMES, _X86_64, strict=True))),
        "aarch64": (0xC000_00B7, dict(zip(_NAMES, _ARM64, strict=True))),
    }
)


def steps(kind: int, numbers: Iterable[int]) -> tuple[bytes, ...]:
    """Return the filter for a kind of processor that lets these calls pass, step by step."""
    checks = (step for one in numbers for step in (_step(_IF_EQUAL, one, 0, 1), _say(_ALLOW)))
    return (
        _step(_LOAD, _KIND),
        _step(_IF_EQUAL, kind, 1, 0),
        _say(_END),
        _step(_LOAD, _NUMBER),
        *checks,
        _say(_REFUSE),
    )


def limit(system: ctypes.CDLL) -> bool:  # pragma: no cover - only in the child, see `confine`
    """Let this process ask for nothing else any more; return whether the system can do that."""
    if platform.machine() not in ALLOWED:
        return False
    kind, numbers = ALLOWED[platform.machine()]
    found = steps(kind, numbers.values())
    held = ctypes.create_string_buffer(b"".join(found))
    # How many steps there are, and where they lie; the system copies them.
    program = struct.pack("@HP", len(found), ctypes.addressof(held))
    refused: int = system.prctl(*_SET_FILTER, program, 0, 0)
    return not refused


def _say(answer: int) -> bytes:
    return _step(_RETURN, answer)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)
