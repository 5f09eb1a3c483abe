"""Notices: dated texts of the operator to everybody, from notices.toml; a breach is told there."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from reporting.instance_texts import Entry, Text, entries

NOTICES_FILE: Final = "notices.toml"
KNOWN: Final = ("date", "title", "text")


@dataclass(frozen=True, slots=True)
class Notice:
    """What the operator has to say to people nobody can write to."""

    date: date
    title: Text
    text: Text


def load(instance: Path) -> tuple[Notice, ...]:
    """Return the notices, newest first; raise SettingsError that names a wrong entry."""
    path = instance / NOTICES_FILE
    if not path.exists():
        return ()
    notices = [_notice(entry) for entry in entries(path, "notice")]
    return tuple(sorted(notices, key=lambda notice: notice.date, reverse=True))


def _notice(entry: Entry) -> Notice:
    entry.refuse_unknown(KNOWN)
    days = entry.days("date")
    if not days:
        raise entry.wrong("date", "is missing.")
    return Notice(days[0], entry.needed("title"), entry.needed("text"))
