"""Cleanings: how often a clean copy of a file was tried in vain, and who may let it be tried again.

That somebody tries is noted before a file is read, so that even a file that takes the whole site
down with it leaves a trace. Who tried twice cannot try for ever: somebody else looks first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from admin import cases, custody
from admin.cases import Opened
from admin.cleaning.frames import Outcome
from admin.custody import Deed, Step
from admin.desk import Desk
from reporting.ids import FileId

MOST_IN_VAIN: Final = 2
_AT_IT: Final = timedelta(minutes=5)  # long after every cleaner was stopped
FAILED_AS: Final = MappingProxyType(
    {
        Outcome.OTHER_KIND: Deed.UNCLEAN_KIND,
        Outcome.TOO_LARGE: Deed.UNCLEAN_SIZE,
        Outcome.LOCKED: Deed.UNCLEAN_LOCKED,
        Outcome.FAILED: Deed.UNCLEAN_BROKEN,
        Outcome.LATE: Deed.UNCLEAN_LATE,
        Outcome.KILLED: Deed.UNCLEAN_KILLED,
        Outcome.NONSENSE: Deed.UNCLEAN_NONSENSE,
    }
)
FAILURES: Final = frozenset(FAILED_AS.values())
# What a file does that was made to do harm, or by chance does the same.
ALARMING: Final = frozenset({Deed.UNCLEAN_LATE, Deed.UNCLEAN_KILLED, Deed.UNCLEAN_NONSENSE})
_CAME_TO_AN_END: Final = frozenset({Deed.CLEANED, Deed.NOT_KEPT})


@dataclass(frozen=True, slots=True)
class Tried:
    """How often it was tried in vain, by whom since somebody else looked, and what may come next.

    `is_alarming` says that the file ended the cleaner, or that nobody knows how it ended.
    """

    in_vain: int = 0
    by: frozenset[bytes] = field(default=frozenset(), repr=False)
    is_offered: bool = True
    is_alarming: bool = False

    def may_allow(self, member: bytes) -> bool:
        """Say whether somebody may let it be tried once more: who did not try it themselves."""
        return not self.is_offered and member not in self.by


def tried(steps: Iterable[Step], file: FileId, now: datetime) -> Tried:
    """Return what became of trying, from all that was done with the files of a report."""
    deeds = [step for step in steps if step.file == file]
    looks = [n for n, step in enumerate(deeds, 1) if step.deed is Deed.TRY_AGAIN]
    begun = [step.at for step in deeds if step.deed is Deed.CLEANING]
    ended = sum(step.deed in _CAME_TO_AN_END for step in deeds)
    failed = sum(step.deed in FAILURES for step in deeds)
    in_vain = max(len(begun) - ended, 0)
    lost = sum(at + _AT_IT < now for at in begun) - ended - failed
    since = deeds[max(looks, default=0) :]
    return Tried(
        in_vain=in_vain,
        by=frozenset(step.by for step in since if step.deed is Deed.CLEANING),
        is_offered=in_vain < MOST_IN_VAIN + len(looks),
        is_alarming=lost > 0 or any(step.deed in ALARMING for step in deeds),
    )


def of(desk: Desk, there: Opened, file: FileId) -> Tried:
    """Return what became of trying it in an opened report. Raises AlarmError."""
    with cases.sounding_alarm():
        return tried(custody.read(desk.session, there), file, desk.now)
