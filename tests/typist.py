"""Typist: somebody at the prompt, who reads what the command printed before typing on."""

import io
import re
import sys
from collections.abc import Callable, Iterable

import click
from click.testing import CliRunner, Result
from pyotp import TOTP
from typing_extensions import override

from admin.accounts import Newcomer
from admin.cli import commands
from admin.factors import OneTimeCodes
from admin.installation import Installation

Line = str | Callable[[str], str]

PASSPHRASE = "seven quiet herons cross the river"
FOUNDERS = ("Aiko Mori", "Daniel Berg", "Sora Lind")
GENESIS = (
    "genesis",
    *("--founder", "Aiko Mori=reviewer,caseworker,supervisor"),
    *("--founder", "Daniel Berg=supervisor"),
    *("--founder", "Sora Lind=steward,statistics_officer"),
)


class _Hands(io.BytesIO):
    """Standard input that types one line whenever the command waits for one."""

    def __init__(self, lines: Iterable[Line]) -> None:
        super().__init__()
        self._lines = iter(lines)

    @override
    def read1(self, _size: int | None = -1, /) -> bytes:
        line = next(self._lines, "")
        if callable(line):
            sys.stdout.flush()
            output = sys.stdout.buffer
            assert isinstance(output, io.BytesIO)
            line = line(output.getvalue().decode())
        return f"{line}\n".encode()


def run(installation: Installation, *words: str, typed: Iterable[Line] = ()) -> Result:
    """Run a command of the staff side, with these lines typed at its prompts."""
    group = click.Group(commands={command.name or "": command for command in commands()})
    return CliRunner().invoke(group, words, input=_Hands(typed), obj=installation)


def secrets_in(output: str) -> list[str]:
    """Return the secrets that the command showed, the first one first."""
    shown: list[str] = re.findall(r"Secret for the app: ([A-Z2-7]+)", output)
    return shown


def code_of(installation: Installation) -> Callable[[str], str]:
    """Return what a telephone shows that just took over the secret from the screen."""
    return lambda output: TOTP(secrets_in(output)[-1]).at(installation.clock())


def typed_by_founders(installation: Installation) -> list[Line]:
    """Return what each of the founders types in turn."""
    return [PASSPHRASE, PASSPHRASE, code_of(installation)] * len(FOUNDERS)


def found(installation: Installation) -> list[Newcomer]:
    """Hold the ceremony; return the founders."""
    result = run(installation, *GENESIS, typed=typed_by_founders(installation))
    assert result.exit_code == 0, result.output
    return [
        Newcomer(name, PASSPHRASE, OneTimeCodes.from_text(secret))
        for name, secret in zip(FOUNDERS, secrets_in(result.output), strict=True)
    ]
