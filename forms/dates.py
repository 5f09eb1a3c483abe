"""Dates: typed years and months, in any script and with Japanese eras, as values that last.

`read(typed, today)` turns what somebody typed into `Months`, or raises `DateError` with the field
to look at and what to do there. A value is written as in EDTF: `2026` a year, `2026-03` a month,
`2026-03~` a month that is a guess. Days are never asked for. What was typed is the caller's to
keep: `Typed` is never changed.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from forms.wording import Message, Year, msgid

FIRST_YEAR: Final = 1900
GUESS: Final = "~"
TELLING_LETTERS: Final = 3  # they tell the twelve English names apart

NO_YEAR: Final = msgid(
    "Please add the year as well, for example %(limit)s. Or leave the month empty."
)
OTHER_YEAR: Final = msgid("Please write the year with four digits, for example %(limit)s.")
OTHER_MONTH: Final = msgid(
    "Please write the month as a number from 1 to 12, for example %(limit)s."
)
TOO_EARLY: Final = msgid("Please write a year from %(limit)s on, for example %(typed)s.")
TOO_LATE: Final = msgid(
    "This is still to come. Please write a time up to now, for example %(limit)s."
)
NO_SUCH_ERA_YEAR: Final = msgid(
    "That era ended before this year. Please write the year with four digits, for example "
    "%(limit)s."
)
END_FIRST: Final = msgid(
    "The last time is before the first. Please look at both, for example first %(limit)s, last "
    "%(typed)s."
)

_ERAS: Final = {  # first and last year; no last one while it goes on
    "明治": (1868, 1912),
    "大正": (1912, 1926),
    "昭和": (1926, 1989),
    "平成": (1989, 2019),
    "令和": (2019, 9999),
}
_LETTERS: Final = dict(zip("MTSHR", _ERAS, strict=True))
_MONTHS: Final = tuple(name.lower() for name in calendar.month_name)
_HAN_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_YEAR: Final = re.compile(r"(?:西暦|公元)?([0-9]{4})(?:年|년)?")
_ERA_YEAR: Final = re.compile(
    rf"({'|'.join(_ERAS)}|[{''.join(_LETTERS)}])\.?(元|[0-9]*十?[0-9]*)年?", re.IGNORECASE
)
_MONTH: Final = re.compile(r"([0-9]*十?[0-9]*)(?:月|월)?")
_TENS: Final = re.compile(r"([1-9]?)十([1-9]?)")
_VALUE: Final = re.compile(r"(?!0000)([0-9]{4})(?:-(0[1-9]|1[0-2]))?~?")


class DateError(ValueError):
    """What was typed is no time that we can keep; says where to look and what to do there."""

    def __init__(self, where: str, message: Message) -> None:
        super().__init__(where)
        self.field = where  # a name of `Typed`
        self.message = message


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """What stands in the fields, and whether it was said to be a guess."""

    first_year: str = ""
    first_month: str = ""
    last_year: str = ""
    last_month: str = ""
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Months:
    """The first and the last time as values, empty when not known."""

    first: str = field(default="", repr=False)
    last: str = field(default="", repr=False)

    @property
    def values(self) -> tuple[str, ...]:
        """Both values as an answer carries them; nothing when neither is known."""
        return (self.first, self.last) if self.first or self.last else ()

    @property
    def earliest(self) -> str:
        """The first day that can be meant, as in ISO 8601; empty when the first is not known."""
        return first_day(self.first).isoformat() if self.first else ""

    @property
    def latest(self) -> str:
        """The last day that can be meant, as in ISO 8601; empty when the last is not known."""
        return last_day(self.last).isoformat() if self.last else ""


def read(typed: Typed, today: date) -> Months:
    """Return the times that were typed; raise DateError for one that cannot be kept.

    Nothing typed gives no times. A year may stand without a month, and either end alone.
    """
    mark = GUESS if typed.is_guess else ""
    first = _value(("first_year", typed.first_year), ("first_month", typed.first_month), today)
    last = _value(("last_year", typed.last_year), ("last_month", typed.last_month), today)
    if first and last and first_day(first) > last_day(last):
        raise DateError("last_year", Message(END_FIRST, Year(today.year - 1), Year(today.year)))
    return Months(first and first + mark, last and last + mark)


def is_value(text: str) -> bool:
    """Say whether this is a year or a month as we write them."""
    return _VALUE.fullmatch(text) is not None


def has_month(value: str) -> bool:
    """Say whether a value is a month and not a whole year."""
    return _numbers(value)[1] > 0


def first_day(value: str) -> date:
    """Return the first day that a value can mean; raise ValueError when it is none of ours."""
    year, month = _numbers(value)
    return date(year, month or 1, 1)


def last_day(value: str) -> date:
    """Return the last day that a value can mean; raise ValueError when it is none of ours."""
    year, month = _numbers(value)
    return date(year, month or 12, calendar.monthrange(year, month or 12)[1])


def _numbers(value: str) -> tuple[int, int]:
    found = _VALUE.fullmatch(value)
    if not found:
        raise ValueError("A value is a year, or a year and a month.")
    return int(found[1]), int(found[2] or 0)


def _value(year: tuple[str, str], month: tuple[str, str], today: date) -> str:
    """Return the value of a typed year and month, each with the name of its field."""
    year_text, month_text = _plain(year[1]), _plain(month[1])
    if not year_text:
        if month_text:
            raise DateError(year[0], Message(NO_YEAR, Year(today.year)))
        return ""
    number = _year(year[0], year_text, today)
    if not month_text:
        return f"{number:04}"
    value = f"{number:04}-{_month(month[0], month_text, today):02}"
    if first_day(value) > today:
        raise DateError(month[0], Message(TOO_LATE, Year(today.year)))
    return value


def _year(where: str, text: str, today: date) -> int:
    era = _ERA_YEAR.fullmatch(text)
    year = _era_year(where, era, today) if era else _plain_year(where, text, today)
    if year < FIRST_YEAR:
        raise DateError(where, Message(TOO_EARLY, Year(FIRST_YEAR), Year(today.year)))
    if year > today.year:
        raise DateError(where, Message(TOO_LATE, Year(today.year)))
    return year


def _plain_year(where: str, text: str, today: date) -> int:
    found = _YEAR.fullmatch(text)
    if not found:
        raise DateError(where, Message(OTHER_YEAR, Year(today.year)))
    return int(found[1])


def _era_year(where: str, era: re.Match[str], today: date) -> int:
    name = _LETTERS.get(era[1].upper(), era[1])
    began, ended = _ERAS[name]
    number = 1 if era[2] == "元" else _small_number(era[2])
    if not number:
        raise DateError(where, Message(OTHER_YEAR, Year(today.year)))
    if began + number - 1 > ended:
        raise DateError(where, Message(NO_SUCH_ERA_YEAR, Year(today.year)))
    return began + number - 1


def _month(where: str, text: str, today: date) -> int:
    named = [place for place, name in enumerate(_MONTHS) if _abbreviates(text, name)]
    found = _MONTH.fullmatch(text)
    number = named[0] if named else _small_number(found[1]) if found else 0
    if not 1 <= number <= len(_MONTHS) - 1:
        raise DateError(where, Message(OTHER_MONTH, today.month))
    return number


def _abbreviates(text: str, name: str) -> bool:
    written = text.rstrip(".").lower()
    return len(written) >= TELLING_LETTERS and name.startswith(written)


def _small_number(text: str) -> int:
    """Return what plain digits, or tens such as 三十一, stand for; 0 when it is no number."""
    tens = _TENS.fullmatch(text)
    if tens:
        return int(tens[1] or 1) * 10 + int(tens[2] or 0)
    return int(text) if re.fullmatch("[0-9]{1,2}", text) else 0


def _plain(text: str) -> str:
    """Return a typed text with plain digits, and without spaces and signs that cannot be seen."""
    wide = unicodedata.normalize("NFKC", text).translate(_HAN_DIGITS)
    signs = (str(unicodedata.decimal(sign, sign)) for sign in wide)
    return "".join(sign for sign in signs if unicodedata.category(sign)[0] not in "ZC")
