"""Language: which one a page speaks, and the words for it. The only importer of Babel."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Final, Literal

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from flask import Flask, g, request

from reporting.web.context import runtime
from reporting.web.cookies import LANGUAGE

SOURCE: Final = "en"  # message ids are English, so this one needs no catalogue
FALLBACK: Final = "ja"
REIWA_BEGAN: Final = date(2019, 5, 1)
LONGEST_HEADER: Final = 1000
CHINESE: Final = {
    "tw": "zh-Hant",
    "hk": "zh-Hant",
    "mo": "zh-Hant",
    "hant": "zh-Hant",
    "cn": "zh-Hans",
    "sg": "zh-Hans",
    "hans": "zh-Hans",
}
# Scripts of the same language that may not be readable to who reads ours, and the reverse.
UNREADABLE: Final = frozenset({"ug-latn", "ug-cyrl", "mn-mong"})
# Easy Japanese is only ever chosen by hand: nobody's browser says that they need it.
BY_HAND: Final = frozenset({"ja-Hrkt"})
_QUALITY: Final = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*")
Catalogues = Sequence[tuple[Path, str]]  # locale folder, domain
EXTENSION: Final = "tomoshibi.languages"


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages can be in, with its name in itself."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"


OFFERED: Final = (Language("ja", "日本語"), Language("en", "English"))


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages on offer, and the catalogue of each."""

    offered: tuple[Language, ...]
    words: Mapping[str, Translations]

    def named(self, code: str) -> Language | None:
        """Return the language of this code, or nothing when it is not offered."""
        return next((offer for offer in self.offered if offer.code == code), None)

    def choose(self, chosen: str, header: str) -> Language:
        """Return the language chosen by hand, else the best for the browser's header."""
        codes = [offer.code for offer in self.offered]
        best = self.named(chosen) or self.named(match(header, codes))
        return best or self.offered[0]


def match(header: str, offered: Sequence[str]) -> str:
    """Return which offered code an Accept-Language header asks for.

    A header that names nothing we have means English, no header Japanese.
    """
    wanted = _by_preference(header)
    for tag in wanted:
        code = _canonical(tag)
        if code in offered and code not in BY_HAND:
            return code
    return SOURCE if wanted else FALLBACK


def current() -> Language:
    """Return the language of this request's page."""
    language: Language = g.language
    return language


def offered() -> tuple[Language, ...]:
    """Return the languages that people can choose."""
    languages: Languages = g.languages
    return languages.offered


def named(code: str) -> Language | None:
    """Return the offered language of this code, or nothing."""
    languages: Languages = g.languages
    return languages.named(code)


def gettext(message: str) -> str:
    """Return a message in the language of this request's page."""
    languages: Languages = g.languages
    found: str = languages.words[current().code].gettext(message)
    return found


def wording(message: str, code: str) -> str:
    """Return a message in another language than the page's."""
    languages: Languages = g.languages
    found: str = languages.words[code].gettext(message)
    return found


def ngettext(one: str, many: str, number: int) -> str:
    """Return a message in the form that goes with a number."""
    languages: Languages = g.languages
    found: str = languages.words[current().code].ngettext(one, many, number)
    return found


def number(value: int) -> str:
    """Write a number the way the page's language does."""
    return format_decimal(value, locale=_locale())


def day(moment: date) -> str:
    """Write a day the way the page's language does, in Japanese with the year of the era."""
    text = format_date(moment, "long", locale=_locale())
    if current().code.startswith("ja") and moment >= REIWA_BEGAN:
        return f"{text}(令和{moment.year - 2018}年)"
    return text


def local(moment: datetime) -> datetime:
    """Return a moment on the clock of the place this installation is for."""
    return moment.astimezone(runtime().settings.timezone)


def install(app: Flask, catalogues: Catalogues, offers: tuple[Language, ...] = OFFERED) -> None:
    """Load the catalogues and teach the templates to speak them.

    Pages are in the language of the cookie, else of the browser, from the first request on.
    """
    app.extensions[EXTENSION] = load(catalogues, offers)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # Newstyle: what is put into a message is escaped, the message itself is ours.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.filters.update(number=number, day=day, local=local)

    @app.before_request
    def choose() -> None:
        g.languages = app.extensions[EXTENSION]
        chosen = request.cookies.get(LANGUAGE.name(runtime().settings.transport), "")
        g.language = g.languages.choose(chosen, request.headers.get("Accept-Language", ""))


def load(catalogues: Catalogues, offers: tuple[Language, ...]) -> Languages:
    """Read each offered language's catalogues; one that is missing leaves English."""
    return Languages(offers, {offer.code: _words(offer.code, catalogues) for offer in offers})


def _words(code: str, catalogues: Catalogues) -> Translations:
    paths = [folder / code / "LC_MESSAGES" / f"{domain}.po" for folder, domain in catalogues]
    found = [_compiled(path, code) for path in paths if code != SOURCE and path.exists()]
    if not found:
        return Translations()
    # The first one brings the language's plural rule; an empty one would keep the English rule.
    for more in found[1:]:
        found[0].merge(more)
    return found[0]


def _compiled(path: Path, code: str) -> Translations:
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)


def _by_preference(header: str) -> list[str]:
    weighed = []
    for item in header[:LONGEST_HEADER].split(","):
        tag, _, rest = item.partition(";")
        weight = _weight(rest)
        if weight and tag.strip() not in {"", "*"}:
            weighed.append((-weight, tag.strip().lower()))
    return [tag for _, tag in sorted(weighed, key=itemgetter(0))]


def _weight(text: str) -> float:
    found = _QUALITY.fullmatch(text)
    return float(found[1]) if found else 1.0


def _canonical(tag: str) -> str:
    language, *rest = tag.split("-")
    if language == "zh":
        return next((CHINESE[part] for part in rest if part in CHINESE), "zh-Hans")
    if any(f"{language}-{part}" in UNREADABLE for part in rest):
        return ""
    return language


def _locale() -> Locale:
    return Locale.parse(current().code, sep="-")
