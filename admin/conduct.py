"""Conduct: the code that everybody of the staff signs, in the version that they read."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final


@dataclass(frozen=True, slots=True)
class Conduct:
    """The code of conduct; `rules` are message ids. A change of words is a new version."""

    version: str
    rules: tuple[str, ...]


def _load() -> Conduct:
    text = files("admin").joinpath("data/conduct.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Conduct(data["version"], tuple(rule["text"] for rule in data["rule"]))


CONDUCT: Final = _load()
