"""The staff site's runtime: what the public process never holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from admin.patience import Patience
from crypto.envelope import Ctx, Pepper, make_key
from crypto.passphrase import Parameters
from crypto.stream import lock
from reporting.runtime import Runtime, load_pepper
from reporting.settings import Settings

STAFF_PEPPER_FILE: Final = "staff.pepper"
KEYRING_BYTES: Final = 1024  # a test holds it against a real key ring


def _dummy_box() -> bytes:
    """Lock nothing, as long as a key ring, under a key that is forgotten at once."""
    return lock(
        make_key(), bytes(KEYRING_BYTES), Ctx("dummy", "member", "keyring_sealed", bytes(16))
    )


@dataclass(frozen=True, slots=True)
class Door:
    """What turns a passphrase into a key: the staff pepper, and how much work a guess costs."""

    pepper: Pepper
    parameters: Parameters
    # Tried for names that do not exist: it refuses just as late as a real one. Nothing opens it.
    dummy_box: bytes = field(default_factory=_dummy_box, repr=False)


@dataclass(frozen=True, slots=True)
class Staff:
    """The running staff site: everything of the service, the door, and patience at the door."""

    service: Runtime
    door: Door
    patience: Patience


def open_door(settings: Settings, parameters: Parameters) -> Door:
    """Read the staff pepper; raise SettingsError when it is missing or damaged."""
    return Door(load_pepper(settings.instance / STAFF_PEPPER_FILE), parameters)


def open_staff(service: Runtime, parameters: Parameters, pause: Callable[[float], None]) -> Staff:
    """Make the runtime of the staff site; raise SettingsError when its pepper is missing."""
    return Staff(service, open_door(service.settings, parameters), Patience(pause))
