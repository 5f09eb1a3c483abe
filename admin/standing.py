"""Standing: whether somebody may work today, from their stage and what they declared when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from admin.declarations import ATTESTED_EVERY, COUNTS_MONTHS, months_later
from admin.stages import Limits, limits_of
from crypto.standing import Progress, Stage

GRACE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """A stage, and the days from which declaration and attestation are overdue."""

    stage: Stage
    declaration_due: date
    attestation_due: date

    @property
    def limits(self) -> Limits:
        """What the stage lets somebody do."""
        return limits_of(self.stage)

    @property
    def due(self) -> date:
        """The day from which only the form that is overdue opens."""
        return min(self.declaration_due, self.attestation_due)

    def may_work(self, today: date) -> bool:
        """Say whether more than that form opens."""
        return self.limits.may_practise and today < self.due

    def is_lapsed(self, today: date) -> bool:
        """Say whether due work takes the grants away, as far as there are any."""
        return not self.limits.may_hold_group_keys or today >= self.due + GRACE


# Of whom nobody signed how far they have come: nothing opens for them.
NO_STANDING: Final = Standing(Stage.INVITED, date.min, date.min)


# Later than anybody's declaration can end.
_NEVER: Final = date(9000, 1, 1)


def in_force(progress: Progress) -> Standing:
    """Return the standing of a stage for somebody who is asked to declare nothing."""
    stage = progress.stage if progress.held else Stage.INVITED
    return Standing(stage, _NEVER, _NEVER)


def standing_of(progress: Progress, declared: Iterable[date], attested: Iterable[date]) -> Standing:
    """Return the standing of somebody who declared and attested on these days.

    Who never declared is overdue from the first day of their stage on. To declare is to attest.
    Raises LookupError for somebody without any stage.
    """
    declarations = tuple(declared)
    declaration_due = max(
        (months_later(day, COUNTS_MONTHS) for day in declarations), default=progress.since
    )
    attestation_due = max(
        (day + ATTESTED_EVERY for day in (*declarations, *attested)), default=progress.since
    )
    return Standing(progress.stage, declaration_due, attestation_due)
