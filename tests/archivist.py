"""Archivist: somebody who makes the archives of an office, and brings it back elsewhere."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import URL

import admin.web
from admin import backup, restore
from admin.backup import Target
from admin.restore import Place, Restored, Source, Watch
from admin.runtime import open_door
from reporting.database import Base, Database, connect
from reporting.models import Case, State
from reporting.settings import Settings
from tests.builders_people import CHEAP
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.typist import run
from wsgi import Installation, create_app

ARCHIVES = "nine copper lanterns under seven arches"
PAPERS = ("office.pin", "receipt.pepper", "staff.pepper")  # what lies in the safe


@dataclass
class Archivist:
    """The operator of an office: its settings, a folder of archives, and the way to new databases.

    `place` is the machine that the office is brought back to.
    """

    settings: Settings
    clock: Clock
    folder: Path
    new_database: Callable[[str], URL]
    place: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.place = self.settings

    def path(self, name: str, kind: str) -> Path:
        """Return where an archive of this name lies."""
        return self.folder / f"{name}.{kind}"

    def typed(self, settings: Settings, command: str, *lines: str) -> Result:
        """Type a command that makes or takes the first archives, and the passphrase."""
        files = ["--vault", self.path("first", "vault"), "--keys", self.path("first", "keys")]
        typed = lines or (ARCHIVES, ARCHIVES)
        return run(Installation(settings, self.clock), command, *map(str, files), typed=typed)

    def make(self, app: Flask, name: str = "first") -> None:
        """Make both archives of an office as it is now."""
        service = the_staff(app).service
        door = open_door(service.settings, CHEAP)
        target = Target(self.path(name, "vault"), self.path(name, "keys"), ARCHIVES, door)
        backup.make(service, target, self.clock(), lambda frames, _length: frames)

    def move(self, *left_behind: str) -> None:
        """Set up a new, empty machine with the papers from the safe, but for some."""
        folder = self.folder / f"machine{len(list(self.folder.iterdir()))}"
        folder.mkdir(mode=0o700)
        for paper in set(PAPERS).difference(left_behind):
            shutil.copy(self.settings.instance / paper, folder / paper)
        kind = self.settings.database.get_backend_name()
        shown = self.new_database(kind).render_as_string(hide_password=False)
        self.place = replace(self.settings, instance=folder, database_url=shown)
        Installation(self.place).initialise()

    def source(self, vault: str = "first", keys: str = "", passphrase: str = ARCHIVES) -> Source:
        """Return two archives by their names, and the passphrase."""
        door = open_door(self.place, CHEAP)
        return Source(self.path(vault, "vault"), self.path(keys or vault, "keys"), passphrase, door)

    def restore(self, vault: str = "first", keys: str = "", watch: Watch | None = None) -> Restored:
        """Bring the office back to where `move` led."""
        with self.database() as database:
            place = Place(self.place, database, self.clock())
            restore.require_new(place)
            seen = watch or (lambda rows, _length: rows)
            return restore.restore(place, self.source(vault, keys), seen)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Open the database of the machine that the office is brought back to."""
        database = connect(self.place.database)
        try:
            yield database
        finally:
            database.engine.dispose()

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        """Open both sites there."""
        staff = partial(admin.web.install, pause=lambda _seconds: None, parameters=CHEAP)
        app = create_app(self.place, self.clock, staff)
        app.config["PREFERRED_URL_SCHEME"] = "https"
        yield app
        the_staff(app).service.database.engine.dispose()

    @property
    def cases(self) -> set[bytes]:
        """The numbers of the reports there that were not erased."""
        there = select(Case.id).where(Case.state != State.ERASED)
        with self.database() as database, database.read() as session:
            return set(session.scalars(there))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in any table there."""
        with self.database() as database, database.read() as session:
            tables = Base.metadata.sorted_tables
            return not any(session.execute(select(table)).first() for table in tables)
