"""Help lines: numbers and organisations that people are shown, from the operator's help.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from reporting.errors import SettingsError
from reporting.instance_texts import Entry, Text, entries

HELP_FILE: Final = "help.toml"
DEFAULT: Final = Path(__file__).parent / "data" / HELP_FILE
STALE_AFTER: Final = timedelta(days=180)
_NUMBER: Final = re.compile(r"[+#]?\d[\d -]*\d")
_SITE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/[\w./-]*)?")


class Need(StrEnum):
    """What somebody needs who looks for a line."""

    DANGER = "danger"  # life or freedom, now
    CRISIS = "crisis"  # somebody to talk to, thoughts of death
    ADVICE = "advice"  # law, stay, everyday trouble
    CHILD = "child"  # under 18


# A page that promises a line for these and shows none would be worse than no page.
ALWAYS: Final = (Need.DANGER, Need.CRISIS, Need.CHILD)
KNOWN: Final = (
    "name", "number", "site", "needs", "about", "speaks", "hours", "answers", "free", "verified",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One line: how to reach it, what it does, who listens, and when somebody last checked that.

    `verified` is empty as long as nobody of this office has.
    """

    name: Text
    number: str
    site: str
    needs: frozenset[str]
    about: Text
    speaks: Text
    hours: Text
    answers: Text
    is_free: bool
    verified: tuple[date, ...]

    def is_stale(self, today: date) -> bool:
        """Say whether somebody should check it again."""
        return not self.verified or today - self.verified[0] > STALE_AFTER


@dataclass(frozen=True, slots=True)
class HelpLines:
    """All lines, in the operator's order."""

    lines: tuple[HelpLine, ...]
    is_default: bool

    def for_need(self, need: Need) -> tuple[HelpLine, ...]:
        """Return the lines for somebody who needs this."""
        return tuple(line for line in self.lines if need in line.needs)

    def stale(self, today: date) -> tuple[HelpLine, ...]:
        """Return the lines that nobody has checked for half a year."""
        return tuple(line for line in self.lines if line.is_stale(today))


def calls_for_care(answers: Mapping[str, tuple[str, ...]]) -> bool:
    """Say whether coded answers speak of somebody who may hurt or kill themselves."""
    return "self_harm" in answers.get("danger_event", ()) or "crisis" in answers.get("harm", ())


def load(instance: Path) -> HelpLines:
    """Return the lines of the instance, or those that come with the program.

    Raises SettingsError that names the file and the entry in which something is wrong.
    """
    own = instance / HELP_FILE
    path = own if own.exists() else DEFAULT
    lines = HelpLines(tuple(_line(entry) for entry in entries(path, "line")), path is DEFAULT)
    for need in ALWAYS:
        if not lines.for_need(need):
            raise SettingsError(f'{path} has no line with needs = ["{need}"].')
    return lines


def _line(entry: Entry) -> HelpLine:
    entry.refuse_unknown(KNOWN)
    line = HelpLine(
        name=entry.needed("name"),
        number=entry.line("number"),
        site=entry.line("site"),
        needs=entry.codes("needs"),
        about=entry.needed("about"),
        speaks=entry.needed("speaks"),
        hours=entry.text("hours"),
        answers=entry.needed("answers"),
        is_free=entry.is_set("free"),
        verified=entry.days("verified"),
    )
    if not line.number and not line.site:
        raise entry.wrong("number", "or `site` must say how to reach it.")
    if line.number and not _NUMBER.fullmatch(line.number):
        raise entry.wrong("number", "must be a telephone number such as 0120-000-000.")
    if line.site and not _SITE.fullmatch(line.site):
        raise entry.wrong("site", "must be an address without https:// such as example.jp/help.")
    if not line.needs or line.needs - set(Need):
        raise entry.wrong("needs", f"must be a list of some of: {', '.join(Need)}.")
    return line
