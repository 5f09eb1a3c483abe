"""Typist: somebody at the prompt, who reads what the command printed before typing on."""

import io
import re
import sys
from collections.abc import Callable, Iterable

import click
from click.testing import CliRunner, Result
from pyotp import TOTP
from typing_extensions import override

from admin.cli import commands
from admin.installation import Installation

Line = str | Callable[[str], str]


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


def secret_in(output: str) -> str:
    """Return the secret that the command showed last."""
    shown: list[str] = re.findall(r"Secret for the app: ([A-Z2-7]+)", output)
    return shown[-1]


def code_of(installation: Installation) -> Callable[[str], str]:
    """Return what a telephone shows that just took over the secret from the screen."""
    return lambda output: TOTP(secret_in(output)).at(installation.clock())
