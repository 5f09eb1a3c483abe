"""Work codes: the closed lists of tasks and of flags, with their words as message ids.

Pure: read once from a file of ours.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

NEXT_CHECK: Final = "next_check"  # the task that watching a report makes by itself
FRAME_DUE: Final = "frame_due"  # what is left to be done until a report is counted
NO_ANSWER: Final = "no_answer"  # the task that tells an owner that a reporter stayed silent
RECHECK: Final = "recheck_due"  # that a supervisor's session sees whether its owner may open it


@unique
class Tone(StrEnum):
    """How loud a flag is; its words say the same without the colour."""

    ALARM = "alarm"
    CARE = "care"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that everybody should see at once about a report."""

    code: str
    label: str
    tone: Tone


def _file() -> Mapping[str, Any]:
    text = files("admin").joinpath("data/work.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


_READ: Final = _file()
TASKS: Final[Mapping[str, str]] = MappingProxyType(
    {entry["code"]: entry["label"] for entry in _READ["task"]}
)
FLAGS: Final[Mapping[str, Flag]] = MappingProxyType(
    {
        entry["code"]: Flag(entry["code"], entry["label"], Tone(entry["tone"]))
        for entry in _READ["flag"]
    }
)


def in_order(codes: frozenset[str]) -> tuple[Flag, ...]:
    """Return flags in the order of their list, the loudest first."""
    return tuple(flag for code, flag in FLAGS.items() if code in codes)
