"""Skips: that somebody passed a report on, and why."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class SkipReason(StrEnum):
    """Why somebody passes a report on; the words stand in sealed records and never change."""

    LANGUAGE = "language"
    DISTRESSING = "distressing"
    CONFLICT = "conflict"
    UNSURE = "unsure"
    NEED_A_BREAK = "need_a_break"


@dataclass(frozen=True, slots=True)
class Skip:
    """That somebody passed the report on."""

    by: bytes
    why: SkipReason
