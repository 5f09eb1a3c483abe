"""Helping: the operator's lines and texts as a page shows them, in its language where they can."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from flask import Flask

from reporting.help_lines import HelpLine, Need
from reporting.instance_texts import OWN, Text
from reporting.languages import SOURCE
from reporting.web import language
from reporting.web.context import runtime

BETWEEN_DIGITS: Final = str.maketrans("", "", " -")


@dataclass(frozen=True, slots=True)
class Said:
    """A text for a page; `lang` is empty when it is in the page's own language."""

    text: str
    lang: str = ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text between empty lines."""
        return tuple(part for part in self.text.split("\n\n") if part.strip())


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A help line as a page shows it; `verified` is empty when nobody has checked it."""

    name: Said
    number: str
    call: str
    site: str
    about: Said
    speaks: Said
    hours: Said
    answers: Said
    is_free: bool
    verified: tuple[date, ...]


def said(text: Text) -> Said:
    """Return a text in the page's language, else in one that it exists in, which is then named."""
    if OWN in text:
        return Said(language.gettext(text[OWN]))
    shown = language.current().code
    if shown in text:
        return Said(text[shown])
    for code in (SOURCE, *text):
        if code in text:
            return Said(text[code], code)
    return Said("")


def lines(need: str) -> tuple[ShownLine, ...]:
    """Return the lines for a need, by the code that help.toml has for it."""
    return tuple(_shown(line) for line in runtime().help_lines.for_need(Need(need)))


def install(app: Flask) -> None:
    """Let every template show lines, as `help_lines("crisis")`."""
    app.jinja_env.globals["help_lines"] = lines


def _shown(line: HelpLine) -> ShownLine:
    return ShownLine(
        name=said(line.name),
        number=line.number,
        call=quote(line.number.translate(BETWEEN_DIGITS), safe="+"),
        site=line.site,
        about=said(line.about),
        speaks=said(line.speaks),
        hours=said(line.hours),
        answers=said(line.answers),
        is_free=line.is_free,
        verified=line.verified,
    )
