"""Machine: where an office runs, and the commands that its operator types there."""

import contextlib
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import click
from click.testing import CliRunner, Result
from flask import Flask

import admin.web
from crypto.passphrase import Parameters
from reporting.help_lines import HELP_FILE
from reporting.settings import MailServer, Settings, Site
from tests.conftest import Clock
from tests.typist import run
from wsgi import Installation, create_app, main

PLACE, PROGRAM = "/srv/tomoshibi", "/opt/tomoshibi"  # as the document calls them
SOURCES = Path(__file__).parent.parent
Answer = Callable[[str], str]


@dataclass
class Machine:
    """A machine: its folder, its database, and the sites that it serves.

    `answer` is what people at the keyboard type when they read what a command printed, `papers`
    what lies in a safe or with trustees, by the name of the file that it is written off into.
    """

    place: Path
    database_url: str
    clock: Clock
    parameters: Parameters
    answer: Answer = str
    mail: MailServer | None = None
    sites: dict[Site, Flask] = field(default_factory=dict)
    papers: dict[str, bytes] = field(default_factory=dict)
    printed: bytes = b""
    failed: bool = False

    def folder(self, user: str) -> Path:
        """Return where a user of this machine works: root at the top, others in their instance."""
        return self.place if user == "root" else self.place / user

    def installation(self, user: str) -> Installation:
        """Return the installation as a user of this machine has it in their settings."""
        settings = Settings(self.folder(user), self.database_url, mail=self.mail)
        return Installation(settings, self.clock)

    def run(self, user: str, command: str) -> None:
        """Run a command; a file behind `>` gets what it prints."""
        command, _, into = command.partition(" > ")
        words = shlex.split(command.replace(PROGRAM, str(SOURCES)).replace(PLACE, str(self.place)))
        if words[0] == "tomoshibi":
            self._tomoshibi(user, words[1:])
        else:
            self._shell(user, words)
        if into:
            (self.folder(user) / into).write_bytes(self.printed)

    def write(self, user: str, name: str, lines: str) -> None:
        """Add lines to a file, or do by hand what a document cannot say."""
        path = self.folder(user) / name
        if lines:
            path.write_text(lines, encoding="utf-8")
        elif path.name == HELP_FILE:
            self._note_calls(path)
        else:
            path.write_bytes(self.papers[path.name])

    @property
    def output(self) -> str:
        """What the last command printed, in words."""
        return self.printed.decode(errors="replace")

    def read(self, words: str) -> None:
        """Find these words in what the last command printed."""
        shown = " ".join(self.output.split())
        assert words in shown, f"{words!r} was not printed: {shown}"

    def stop(self) -> None:
        """Stop every site."""
        for app in self.sites.values():
            app.extensions["tomoshibi"].database.engine.dispose()
        self.sites.clear()

    def _note_calls(self, path: Path) -> None:
        """Write into the help lines that each was called today."""
        lines = path.read_text(encoding="utf-8")
        called = f"verified = {self.clock().date()}\nneeds ="
        path.write_text(lines.replace("needs =", called), encoding="utf-8")

    def _tomoshibi(self, user: str, words: list[str]) -> None:
        installation = self.installation(user)
        if words[0] == "serve":
            self._serve(installation, words[1:])
            return
        with contextlib.chdir(self.folder(user)):
            done = self._command(installation, words)
        self.printed, self.failed = done.output.encode(), done.exit_code != 0

    def _command(self, installation: Installation, words: list[str]) -> Result:
        if words[0] in main.commands:
            return CliRunner().invoke(main.commands[words[0]], words[1:], obj=installation)
        # Whoever has to type something reads first what was printed.
        typed = iter(lambda: self.answer, None)
        return run(installation, *words, typed=typed)

    def _serve(self, installation: Installation, options: list[str]) -> None:
        """Read the options as the command does, and let the site run in this process."""
        with click.Context(main) as outer:
            asked = main.commands["serve"].make_context("serve", options, outer).params
        sites = frozenset(Site) if asked["site"] == "both" else frozenset({Site(asked["site"])})
        settings = replace(installation.settings, sites=sites)
        staff = partial(admin.web.install, pause=lambda _seconds: None, parameters=self.parameters)
        app = create_app(settings, self.clock, staff)
        app.config["PREFERRED_URL_SCHEME"] = "https"
        self.sites |= dict.fromkeys(sites, app)
        self.printed, self.failed = b"", False

    def _shell(self, user: str, words: list[str]) -> None:
        found = shutil.which(words[0])
        assert found, f"{words[0]} is no command"
        done = subprocess.run(
            [found, *words[1:]],
            cwd=self.folder(user),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.printed, self.failed = done.stdout, done.returncode != 0
