"""Installation: what the composition root hands to the commands of the staff side."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, Protocol

from reporting.database import Database, connect
from reporting.runtime import Runtime
from reporting.settings import Settings

NOT_READY: Final = "The tables are missing or older than this program. Run `tomoshibi init`."
DEMO_FILE: Final = "demo.json"  # marks a demonstration: passphrases lie in it


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


@contextmanager
def stored(installation: Installation) -> Iterator[Database]:
    """Open the store of an installation, and close it again."""
    database = connect(installation.settings.database)
    try:
        yield database
    finally:
        database.engine.dispose()


@contextmanager
def started(installation: Installation) -> Iterator[Runtime]:
    """Start the service of an installation, and close its store again.

    Raises OfficeError before the ceremony.
    """
    service = installation.start()
    try:
        yield service
    finally:
        service.database.engine.dispose()
