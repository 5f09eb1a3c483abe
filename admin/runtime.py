"""The staff site's runtime: what the public process never holds."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Final, Self

from admin.patience import Patience
from admin.remembered import Remembered
from admin.tally import Tally
from admin.team_figures import OfLevel
from crypto.envelope import Pepper
from crypto.passphrase import Parameters
from reporting.runtime import Runtime, load_pepper
from reporting.settings import Settings

STAFF_PEPPER_FILE: Final = "staff.pepper"


@dataclass(frozen=True, slots=True)
class Door:
    """What turns a passphrase into a key: the staff pepper, and how much work a guess costs."""

    pepper: Pepper
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Staff:
    """The running staff site: the service, the door, who failed at it, and what is remembered.

    Strangers stand in the line `patience`, browsers in which somebody signed in lately in `known`.
    """

    service: Runtime
    door: Door
    patience: Patience
    known: Patience
    tally: Tally = field(default_factory=Tally)
    figures: Remembered[tuple[OfLevel, ...]] = field(
        default_factory=partial(Remembered, timedelta(minutes=1))
    )
    left_alone: Remembered[bool] = field(default_factory=partial(Remembered, timedelta(minutes=15)))

    def of(self, browser: bytes) -> Self:
        """Return it as a browser meets it in which somebody signed in lately."""
        return replace(self, patience=self.known.of(browser))


def open_door(settings: Settings, parameters: Parameters) -> Door:
    """Read the staff pepper; raise SettingsError when it is missing or damaged."""
    return Door(load_pepper(settings.instance / STAFF_PEPPER_FILE), parameters)


def open_staff(service: Runtime, parameters: Parameters, pause: Callable[[float], None]) -> Staff:
    """Make the runtime of the staff site; raise SettingsError when its pepper is missing."""
    door = open_door(service.settings, parameters)
    return Staff(service, door, patience=Patience(pause), known=Patience(pause))
