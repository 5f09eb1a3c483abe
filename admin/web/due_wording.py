"""Due wording: when something is due and why, in the words that one would say aloud."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from admin.clocks import RHYTHMS, Span, Unit
from admin.headers import IN_WORK
from admin.lists import Row
from admin.overdue import Whose
from forms.wording import msgid
from reporting.web.language import gettext, ngettext, number

_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
# Minutes say nothing any more beside so many hours, nor hours beside so many days.
_HOURS_ALONE: Final = timedelta(hours=10)
_DAYS_ALONE: Final = timedelta(days=2)

WHOSE: Final[Mapping[Whose, str]] = {
    Whose.MINE: msgid("Yours"),
    Whose.NOBODYS: msgid("Without an owner"),
    Whose.A_COLLEAGUES: msgid("With %(name)s"),
}
_FIRST_LOOK: Final = msgid("First look within %(span)s")
_ANSWER_AND_LOOK: Final = msgid("First answer within %(answer)s, a look after %(look)s")
_CHOSEN_DAY: Final = msgid("The day that was chosen for the next look")


def left(due: datetime, now: datetime) -> str:
    """Say how long it is until something is due, or how late it is."""
    if now < due:
        return gettext(msgid("due in %(time)s")) % {"time": span(due - now)}
    return gettext(msgid("%(time)s late")) % {"time": span(now - due)}


def span(length: timedelta) -> str:
    """Write a length of time, no finer than anybody needs it."""
    if length < _HOUR:
        return gettext(msgid("%(minutes)s min")) % {"minutes": number(length // _MINUTE)}
    if length < _HOURS_ALONE:
        minutes = length % _HOUR // _MINUTE
        words = {"hours": number(length // _HOUR), "minutes": f"{minutes:02d}"}
        return gettext(msgid("%(hours)s h %(minutes)s")) % words
    if length < _DAYS_ALONE:
        return gettext(msgid("%(hours)s h")) % {"hours": number(length // _HOUR)}
    return gettext(msgid("%(days)s days")) % {"days": number(length // _DAY)}


def why(row: Row) -> str:
    """Say what is due about a report, if anything is, and how long its level gives for it."""
    if row.state == "monitoring":
        return gettext(_CHOSEN_DAY)
    rhythm = RHYTHMS[row.level]
    if row.state == "received":
        return gettext(_FIRST_LOOK) % {"span": _given(rhythm.look)}
    if row.state not in IN_WORK:
        return ""
    spans = {"answer": _given(rhythm.reply), "look": _given(rhythm.review)}
    return gettext(_ANSWER_AND_LOOK) % spans


def _given(given: Span) -> str:
    count, unit = given.count, given.unit
    if unit is Unit.HOURS:
        text = ngettext("%(num)s hour", "%(num)s hours", count)
    elif unit is Unit.DAYS:
        text = ngettext("%(num)s day", "%(num)s days", count)
    elif unit is Unit.WORKING_DAYS:
        text = ngettext("%(num)s working day", "%(num)s working days", count)
    else:
        text = ngettext("%(num)s month", "%(num)s months", count)
    return text % {"num": number(count)}
