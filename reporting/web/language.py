"""Language: which one a page speaks, and the words for it. Babel comes in here and in names."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from babel.units import format_unit
from flask import Flask, g, request
from markupsafe import Markup

from forms import dates
from forms.wording import Year, msgid
from reporting.errors import SettingsError
from reporting.languages import Language, match
from reporting.web.context import now, runtime
from reporting.web.cookies import LANGUAGE

REIWA_BEGAN: Final = date(2019, 5, 1)
PUBLIC: Final = "public"
UNITS: Final = (
    ("digital-gigabyte", 1_000_000_000),
    ("digital-megabyte", 1_000_000),
    ("digital-kilobyte", 1_000),
)
ABOUT: Final = msgid("about %(time)s")
Catalogues = Sequence[tuple[Path, str]]  # folder of languages, and the domain of the words in it
EXTENSION: Final = "tomoshibi.languages"
SITES: Final = "tomoshibi.languages.sites"


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
    """Return a message in the language of this request's page; nothing stays nothing."""
    if not message:  # gettext keeps the head of the catalogue under the empty text
        return ""
    languages: Languages = g.languages
    found: str = languages.words[current().code].gettext(message)
    return found


def marked(message: str, **values: object) -> Markup:
    """Return a message for a template, with values escaped; without any it is made only once."""
    found = gettext(message)
    return Markup(found) % values if values else made_ready(found)  # noqa: S704 - our own words


@lru_cache(maxsize=4096)
def made_ready(found: str) -> Markup:
    """Return a message without values as a template writes it."""
    return Markup(found.replace("%%", "%"))  # noqa: S704 - our own words


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
    """Write a number the way the page's language does, a year without its separators."""
    return format_decimal(value, locale=_locale(), group_separator=not isinstance(value, Year))


def size(length_bytes: int) -> str:
    """Write how large a file is the way the page's language does, in the largest unit that fits."""
    for unit, each in UNITS:
        amount = round(length_bytes / each, 1)
        if amount >= 1:
            return format_unit(amount, unit, "short", locale=_locale())
    return format_unit(length_bytes, "digital-byte", "long", locale=_locale())


def day(moment: date) -> str:
    """Write a day the way the page's language does, in Japanese with the year of the era."""
    return _with_era(format_date(moment, "long", locale=_locale()), moment)


def month(value: str) -> str:
    """Write a year or a month of forms.dates the way the page's language does, a guess as one.

    What is no such value stays as it is.
    """
    if not dates.is_value(value):
        return value
    moment = dates.first_day(value)
    shape = "yMMMM" if dates.has_month(value) else "y"
    text = _with_era(format_skeleton(shape, moment, locale=_locale()), moment)
    return gettext(ABOUT) % {"time": text} if value.endswith(dates.GUESS) else text


def _with_era(text: str, moment: date) -> str:
    if current().code.startswith("ja") and moment >= REIWA_BEGAN:
        return f"{text}(令和{moment.year - 2018}年)"
    return text


def today() -> date:
    """Return the day on the calendar of the place this installation is for."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """Return a moment on the clock of the place this installation is for."""
    return moment.astimezone(runtime().settings.timezone)


def install(app: Flask, offers: Iterable[Language]) -> None:
    """Load the catalogues and teach the templates to speak them.

    Pages are in the language of the cookie, else of the browser, from the first request on.
    """
    app.extensions[EXTENSION] = load(offers)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # Newstyle: what is put into a message is escaped, the message itself is ours.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.globals["_"] = marked
    app.jinja_env.filters.update(number=number, size=size, day=day, local=local)
    app.extensions[SITES] = sites = dict[str, Languages]()

    @app.before_request
    def speak_first() -> None:
        # Before anything can fail: what is said then is said in these words, too.
        speak(sites.get(request.blueprint or "", app.extensions[EXTENSION]))


def add(app: Flask, site: str, languages: Languages) -> None:
    """Let the pages of a site, by the name of its blueprint, speak with words of their own."""
    app.extensions[SITES][site] = languages


def speak(languages: Languages) -> None:
    """Choose the language of this request's page among these."""
    chosen = request.cookies.get(LANGUAGE.name(runtime().settings.transport), "")
    g.languages = languages
    g.language = languages.choose(chosen, request.headers.get("Accept-Language", ""))


def load(offers: Iterable[Language], more: Catalogues = ()) -> Languages:
    """Read each language's public words and `more`; one that lacks any of these is not offered.

    Raises SettingsError for a language that Babel does not know.
    """
    words = {offer: _words(offer, more) for offer in offers}
    complete = {offer: found for offer, found in words.items() if found is not None}
    by_code = {offer.code: found for offer, found in complete.items()}
    return Languages(tuple(complete), by_code)


def _words(offer: Language, more: Catalogues) -> Translations | None:
    _locale_of(offer)
    if offer.is_source:
        return Translations()
    folders = [(offer.folder, PUBLIC)]
    folders += [(folder / offer.folder.name, domain) for folder, domain in more]
    paths = [folder / "LC_MESSAGES" / f"{domain}.po" for folder, domain in folders]
    if not all(path.exists() for path in paths):
        return None
    # The first one brings the language's plural rule; an empty one would keep the English rule.
    first, *others = (_compiled(path, offer) for path in paths)
    for other in others:
        first.merge(other)
    return first


def _compiled(path: Path, offer: Language) -> Translations:
    return Translations(io.BytesIO(_as_machine_reads(path.read_bytes(), _locale_of(offer))))


@lru_cache(maxsize=64)
def _as_machine_reads(catalogue: bytes, locale: Locale) -> bytes:
    # Remembered, because both sites load the public words and reading them takes long.
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(catalogue), locale=locale))
    return compiled.getvalue()


def _locale() -> Locale:
    return _locale_of(current())


def _locale_of(offer: Language) -> Locale:
    try:
        return Locale.parse(offer.code, sep="-")
    except UnknownLocaleError as error:
        raise SettingsError(
            f"{offer.code} in {offer.folder} is no language that Babel knows."
        ) from error
