"""Installation: what the composition root hands to the commands of the staff side."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from reporting.runtime import Runtime
from reporting.settings import Settings


class Installation(Protocol):
    """Settings, the one clock, and what only the composition root can do with them."""

    @property
    def settings(self) -> Settings:
        """What the operator set."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The one clock."""

    def initialise(self) -> None:
        """Make folder, peppers and tables where they are missing."""

    def is_current(self) -> bool:
        """Say whether the database has every migration this program knows."""

    def start(self) -> Runtime:
        """Start the service; raises OfficeError before the ceremony."""
