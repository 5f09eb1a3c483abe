"""Archivist: somebody who makes the archives of an office, and brings it back elsewhere."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy.engine import URL

import admin.web
from reporting.settings import Settings
from tests.conftest import Clock
from tests.founded import CHEAP
from tests.typist import Line, run
from wsgi import Installation, create_app

ARCHIVES = "nine copper lanterns under seven arches"
PAPERS = ("office.pin", "receipt.pepper", "staff.pepper")  # what lies in the safe


@dataclass
class Archivist:
    """The operator of an office: its settings, a folder of archives, and the way to new databases.

    `place` is where the office is brought back to last.
    """

    settings: Settings
    clock: Clock
    folder: Path
    new_database: Callable[[str], URL]
    passphrase: str = ARCHIVES
    count: int = 0
    place: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.place = self.settings

    def path(self, name: str, kind: str) -> Path:
        """Return where an archive of this name lies."""
        return self.folder / f"{name}.{kind}"

    def back_up(self, name: str = "first", *typed: Line) -> Result:
        """Make both archives of the office as it is now."""
        words = self._words("backup", name, name)
        lines = typed or (self.passphrase, self.passphrase)
        return run(Installation(self.settings, self.clock), *words, typed=lines)

    def restore(self, vault: str = "first", keys: str | None = None) -> Result:
        """Bring the office back to where `move` led."""
        words = self._words("restore", vault, keys or vault)
        return run(Installation(self.place, self.clock), *words, typed=[self.passphrase])

    def move(self, *papers: str) -> Settings:
        """Set up a new, empty machine with these papers, or all that lie in the safe."""
        self.count += 1
        folder = self.folder / f"machine{self.count}"
        folder.mkdir(mode=0o700)
        for paper in papers or PAPERS:
            shutil.copy(self.settings.instance / paper, folder / paper)
        kind = self.settings.database.get_backend_name()
        shown = self.new_database(kind).render_as_string(hide_password=False)
        self.place = replace(self.settings, instance=folder, database_url=shown)
        Installation(self.place).initialise()
        return self.place

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        """Open both sites where the office is now."""
        staff = partial(admin.web.install, pause=lambda _seconds: None, parameters=CHEAP)
        app = create_app(self.place, self.clock, staff)
        app.config["PREFERRED_URL_SCHEME"] = "https"
        yield app
        app.extensions["tomoshibi"].database.engine.dispose()

    def _words(self, command: str, vault: str, keys: str) -> list[str]:
        files = ["--vault", self.path(vault, "vault"), "--keys", self.path(keys, "keys")]
        return [command, *map(str, files)]
