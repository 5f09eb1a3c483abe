"""The runtime: everything a request of this package needs, made once when a process starts."""

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from crypto.envelope import Pepper, make_pepper, read_pepper
from reporting import attachments, drafts, help_lines, notices, office
from reporting.audit import Journal
from reporting.database import Database, connect
from reporting.errors import SettingsError
from reporting.help_lines import HelpLines
from reporting.intake import Desk
from reporting.notices import Notice
from reporting.office import Office
from reporting.retention import Sweep
from reporting.settings import Settings, Site
from reporting.statistics.shelf import Shelf

RECEIPT_PEPPER_FILE: Final = "receipt.pepper"
KEPT_FOR_WORDS_BYTES: Final = 512 << 20  # about forty thousand reports without files


@dataclass(frozen=True, slots=True)
class Runtime:
    """The running service: settings, store, the office's public keys and texts, the one clock.

    `sweeps` delete what has expired; the staff site adds its own.
    """

    settings: Settings
    database: Database
    office: Office
    journal: Journal
    clock: Callable[[], datetime]
    receipt_pepper: Callable[[], Pepper]
    help_lines: HelpLines
    notices: tuple[Notice, ...]
    shelf: Shelf
    sweeps: list[Sweep] = field(default_factory=lambda: [drafts.sweep, attachments.sweep])

    @property
    def desk(self) -> Desk:
        """What taking in a report needs; raises SettingsError where the pepper is not at hand."""
        self.keep_up()
        return Desk(self.office, self.receipt_pepper())

    def keep_up(self) -> None:
        """Follow the roster as far as it holds: what is sealed next is sealed to keys in force."""
        with self.database.read_bare() as connection:
            self.office.keep_up(connection)

    def has_room(self) -> bool:
        """Say whether the disk has room for files; a text report is the last thing to go."""
        return shutil.disk_usage(self.settings.instance).free > KEPT_FOR_WORDS_BYTES

    def begin(self) -> AbstractContextManager[Session]:
        """Open one unit of work: committed whole at the end, or not at all."""
        return self.database.begin()

    def read(self) -> AbstractContextManager[Session]:
        """Open a unit of work that changes nothing."""
        return self.database.read()


def start(settings: Settings, clock: Callable[[], datetime]) -> Runtime:
    """Read keys, pin and texts; raise SettingsError or OfficeError that say what to do next."""
    texts = (help_lines.load(settings.instance), notices.load(settings.instance))
    database = connect(settings.database)
    try:
        with database.read() as session:
            verified = office.load(session, settings.instance)
        pepper = cache(partial(load_pepper, settings.instance / RECEIPT_PEPPER_FILE))
        if Site.PUBLIC in settings.sites:
            # A process that serves the staff alone needs no pepper of the codes, and has none.
            pepper()
    finally:
        # No connection may outlive this: serving forks, and a child must not use its parent's.
        database.engine.dispose()
    journal = Journal(verified)
    return Runtime(
        settings, database, verified, journal, clock, pepper, *texts, Shelf(settings.instance)
    )


def load_pepper(path: Path) -> Pepper:
    """Read a pepper file; raise SettingsError when it is missing or damaged."""
    try:
        return read_pepper(path.read_bytes())
    except FileNotFoundError:
        raise SettingsError(
            f"{path.name} is missing from the instance folder. Run `tomoshibi init`, or, if there "
            "was one before, put its copy back: a new one opens nothing that the old one made."
        ) from None
    except ValueError:
        raise SettingsError(f"{path.name} is damaged. Put its copy back.") from None


def write_pepper(path: Path) -> None:
    """Make a pepper file that only its owner can read; an existing one is kept."""
    if not path.exists():
        put_pepper(path, make_pepper())


def put_pepper(path: Path, content: bytes) -> None:
    """Write a pepper file over whatever has its name.

    It is whole and on the disk before it has its name: half a pepper would lose every receipt.
    """
    unfinished = path.with_suffix(".unfinished")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    _keep_names(path.parent)


def _keep_names(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
