"""On call: whom to call at which hours, from oncall.toml in the instance folder.

The addresses stand outside the database and its copies. The timer that calls people has no key, so
they are readable to whoever can read this folder, and to nobody else.
"""

import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from admin.errors import OnCallError
from admin.rota import Hours, covers
from reporting.errors import SettingsError
from reporting.instance_texts import Entry, entries
from reporting.settings import MAIL_ADDRESS

ON_CALL_FILE: Final = "oncall.toml"
LANGUAGES: Final = ("en", "ja")
MOST_LETTERS: Final = 40
NO_SERVER: Final = "People are on call and no mail server is set. Set TOMOSHIBI_MAIL_HOST."
_KNOWN: Final = ("name", "address", "language", "hours", "member")
_NUMBER: Final = re.compile("[0-9a-f]{8,32}")  # at least what pages show of it
_HEAD: Final = "# Written by `tomoshibi call`. Never copy this file anywhere.\n"


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who is called: what they are called here, and when; no hours means always.

    Without a language the words come in all of them. `member` is what their random number on the
    team begins with, if somebody wrote it down: then they are called while they are on the team.
    """

    name: str
    address: str = field(repr=False)
    language: str = ""
    hours: tuple[Hours, ...] = ()
    member: str = ""


def load(instance: Path) -> tuple[Called, ...]:
    """Return everybody who is called; raise SettingsError that names a wrong entry."""
    path = instance / ON_CALL_FILE
    return tuple(_called(entry) for entry in entries(path, "person")) if path.exists() else ()


def readable(instance: Path, tell: Callable[[str], None]) -> tuple[Called, ...]:
    """Return everybody whose entry can be read; tell what is wrong with each other one.

    One wrong entry keeps nobody else from being called. Raises SettingsError for a file that cannot
    be read at all.
    """
    path, people = instance / ON_CALL_FILE, []
    for entry in entries(path, "person") if path.exists() else ():
        try:
            people.append(_called(entry))
        except SettingsError as wrong:
            tell(str(wrong))
    return tuple(people)


def add(instance: Path, person: Called) -> None:
    """Call somebody from now on; whoever was called by this name before is no more.

    Raises OnCallError for what nobody could be called by, and SettingsError.
    """
    wrong = _complaint(person)
    if wrong:
        raise OnCallError(wrong)
    _save(instance, [*(one for one in load(instance) if one.name != person.name), person])


def bind(instance: Path, name: str, member: str) -> None:
    """Call somebody only while the person of this number is on the team.

    Raises OnCallError when nobody is called by that name, or for what is no number.
    """
    add(instance, replace(named(instance, name), member=member))


def remove(instance: Path, name: str) -> None:
    """Call somebody no more. Raises OnCallError when nobody is called by that name."""
    kept = [one for one in load(instance) if one.name != name]
    named(instance, name)
    _save(instance, kept)


def named(instance: Path, name: str) -> Called:
    """Return who is called by a name. Raises OnCallError when nobody is."""
    for person in load(instance):
        if person.name == name:
            return person
    raise OnCallError(f"Nobody is called by the name {name}. See `tomoshibi call list`.")


def on_duty(people: Iterable[Called], moment: datetime) -> tuple[Called, ...]:
    """Return who is on call at a moment, given in the office's time."""
    return tuple(person for person in people if covers(person.hours, moment))


def _complaint(person: Called) -> str:
    if not person.name.isprintable() or not 0 < len(person.name.strip()) <= MOST_LETTERS:
        return f"A name has 1 to {MOST_LETTERS} letters. A made-up one is better than a true one."
    if not MAIL_ADDRESS.fullmatch(person.address):
        return "That is no address that a call can be sent to."
    if person.language not in {"", *LANGUAGES}:
        return f"The language must be one of: {', '.join(LANGUAGES)}."
    if person.member and not _NUMBER.fullmatch(person.member):
        return "A number has at least the eight digits that the page about somebody shows."
    return ""


def _called(entry: Entry) -> Called:
    entry.refuse_unknown(_KNOWN)
    hours = entry.values.get("hours", [])
    if not isinstance(hours, list):
        raise entry.wrong("hours", "must be a list.")
    try:
        read = tuple(Hours.read(str(one)) for one in hours)
    except ValueError as error:
        raise entry.wrong("hours", f"cannot be read. {error}") from None
    name, address, language, member = map(entry.line, ("name", "address", "language", "member"))
    person = Called(name, address, language, read, member)
    wrong = _complaint(person)
    if wrong:
        raise entry.wrong("name", f"or what stands with it is wrong. {wrong}")
    return person


def _save(instance: Path, people: Iterable[Called]) -> None:
    parts = [_HEAD, *(_written(person) for person in people)]
    replace_file(instance / ON_CALL_FILE, "\n".join(parts))


def replace_file(path: Path, text: str) -> None:
    """Write a file that only its owner can read; whole, or not at all."""
    unfinished = path.with_suffix(".unfinished")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def _written(person: Called) -> str:
    hours = ", ".join(_quoted(one.text) for one in person.hours)
    lines = [f"name = {_quoted(person.name)}", f"address = {_quoted(person.address)}"]
    lines += [f"language = {_quoted(person.language)}", f"hours = [{hours}]"]
    lines += [f"member = {_quoted(person.member)}"] if person.member else []
    return "\n".join(["[[person]]", *lines, ""])


def _quoted(text: str) -> str:
    # A string of JSON is one of TOML as well, as long as nothing unprintable is in it.
    return json.dumps(text, ensure_ascii=False)
