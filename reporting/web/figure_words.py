"""Figure words: what tables of figures are called on pages, in the page's language."""

from collections.abc import Mapping
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import Final

from forms.wording import msgid
from reporting.statistics.codelists import LISTS, Dim, Dims
from reporting.statistics.shelf import State
from reporting.web import language

HEADS: Final[Mapping[Dim, str]] = {
    Dim.TACTIC: msgid("What was done"),
    Dim.ORIGIN: msgid("Government held responsible"),
    Dim.REGION: msgid("Where the people live"),
    Dim.TARGET: msgid("Who was affected"),
    Dim.VERIF: msgid("How well it is supported"),
}
ITEM: Final = msgid("Their words")
IN_ALL: Final = msgid("In all")
BOTH: Final = msgid("%(first)s, and: %(second)s")
NOTES: Final[Mapping[Dims, tuple[str, ...]]] = {
    (Dim.TACTIC,): (
        msgid("Of a case in which several things were done, only the main one is counted."),
    ),
    (Dim.ORIGIN,): (
        msgid(
            "A government is named only where our team found a strong link to it. It is never "
            "simply the country that somebody comes from."
        ),
        msgid(
            "Communities differ in size and in how well we reach them, so these lines cannot be "
            "compared with each other."
        ),
    ),
}
STATES: Final[Mapping[State, str]] = {
    State.RESERVED: msgid("spent, before the numbers were drawn"),
    State.DRAWN: msgid("the numbers were drawn"),
    State.PUBLISHED: msgid("published"),
    State.BURNT: msgid("given up; what it cost stays spent"),
}
LOOK: Final = msgid(
    "Bars are the estimates, thin lines their margins. Striped: the number is too small to be "
    "shown. The table says the same in words and numbers."
)
EXACT: Final = Context(prec=6, traps=[Inexact])
FEW: Final = msgid("fewer than %(number)s")


def title(dims: Dims) -> str:
    """Return what a table is called."""
    heads = [language.gettext(HEADS[dim]) for dim in dims]
    if not heads:
        return language.gettext(IN_ALL)
    if len(heads) == 1:
        return heads[0]
    return language.gettext(BOTH) % {"first": heads[0], "second": heads[1]}


def amount(value: Fraction) -> str:
    """Write an exact number: with a point where that is exact, else as a fraction."""
    try:
        return str(EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)))
    except Inexact:
        return str(value)


def label(dim: Dim, code: str) -> str:
    """Return what a code is called."""
    found = next(one for one in LISTS[dim] if one.code == code)
    return said(found.ja, found.en)


def said(ja: str, en: str) -> str:
    """Return words of a codelist; in Japanese as the release's own files have them."""
    return ja if written_in() == "ja" else language.gettext(en)


def written_in() -> str:
    """Return in which of the two languages of a release's files somebody reads them."""
    return "ja" if language.current().code == "ja" else "en"
