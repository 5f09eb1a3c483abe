"""Days: when something happened, as well as it is known: a day, a month, a year, or not at all.

A value is written as in ISO 8601: `2026-03-14`, `2026-03`, `2026`, and nothing where it is not
known. Years and months are typed as in `dates`, in any script and with Japanese eras.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from forms import dates
from forms.dates import DateError, Typed
from forms.wording import Message, Year, msgid

NO_SUCH_DAY: Final = msgid(
    "That month has no such day. Please write a number, for example %(limit)s."
)
NO_MONTH: Final = msgid("Please add the year and the month as well. Or leave the day empty.")
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_DIGITS: Final = 2


@dataclass(frozen=True, slots=True, repr=False)
class TypedDay:
    """What stands in the three fields."""

    year: str = ""
    month: str = ""
    day: str = ""


def read(said: TypedDay, today: date) -> str:
    """Return the value of what was typed; raise DateError with `year`, `month` or `day`."""
    try:
        months = dates.read(Typed(said.year, said.month), today)
    except DateError as error:
        raise DateError(error.field.removeprefix("first_"), error.message) from None
    if not said.day.strip():
        return months.first
    if not months.first or not dates.has_month(months.first):
        where = "month" if months.first else "year"
        raise DateError(where, Message(NO_MONTH))
    return _with_day(months.first, said.day, today)


def typed(value: str) -> TypedDay:
    """Return a value as somebody would type it."""
    year, _, rest = value.partition("-")
    month, _, day = rest.partition("-")
    return TypedDay(year, month.lstrip("0"), day.lstrip("0"))


def is_value(text: str) -> bool:
    """Say whether this is a day, a month or a year as we write them."""
    try:
        return first(text).isoformat().startswith(text)
    except ValueError:
        return False


def is_day(value: str) -> bool:
    """Say whether a value is a day, and no longer time."""
    return _DAY.fullmatch(value) is not None


def first(value: str) -> date:
    """Return the first day that a value can mean; raise ValueError when it is none of ours."""
    return date.fromisoformat(value) if is_day(value) else dates.first_day(value)


def _with_day(month: str, day: str, today: date) -> str:
    signs = unicodedata.normalize("NFKC", day).strip().removesuffix("日")
    digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in signs)
    try:
        found = date.fromisoformat(f"{month}-{digits.zfill(_DAY_DIGITS)}")
    except ValueError:
        raise DateError("day", Message(NO_SUCH_DAY, today.day)) from None
    if found > today:
        raise DateError("day", Message(dates.TOO_LATE, Year(today.year)))
    return found.isoformat()
