"""Bookings: whether a ledger holds, and whether it bears out that a plan was paid for and drawn.

Its rows are chained by hashes alone; that none was rewritten, only signed manifests say.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from crypto.envelope import lp
from reporting.statistics import canonical, papers, plan
from reporting.statistics.canonical import Value
from reporting.statistics.papers import Booking, PaperError
from reporting.statistics.plan import Plan
from reporting.statistics.topdown import Measurement

_BEGINNING: Final = bytes(32)
_PRICE: Final = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")

Bookings = tuple[Booking, ...]


def chained(ledger: bytes) -> Bookings:
    """Return the rows of a ledger, each chained to the one before. Raises PaperError."""
    before = _BEGINNING
    booked = papers.bookings(ledger)
    for seq, one in enumerate(booked, 1):
        hashed = _hash(before, one)
        if (one.stated.get("seq"), one.before, one.hash) != (seq, before, hashed):
            raise PaperError("the ledger does not hold")
        before = one.hash
    if before.hex() != papers.head(ledger):
        raise PaperError("the ledger does not hold")
    return booked


def _hash(before: bytes, one: Booking) -> bytes:
    try:
        return papers.digest_of(lp(before, canonical.encode(one.stated)))
    except ValueError:
        raise PaperError("a row of the ledger is longer than any of ours") from None


def require_further(booked: Bookings, head: str) -> None:
    """Raise PaperError unless a ledger goes on from where another one ended, with all its rows."""
    if all(one.hash.hex() != head for one in booked):
        raise PaperError("its ledger leaves out what was booked before")


def price(one: Booking) -> Fraction:
    """Return the ε that a row states. Raises PaperError."""
    written = str(one.stated.get("eps"))
    if not _PRICE.fullmatch(written):
        raise PaperError("the ledger cannot be read")
    return Fraction(written)


def require_booked(booked: Bookings, planned: Plan, measured: tuple[Measurement, ...]) -> None:
    """Raise PaperError unless what a plan costs is booked, and what was drawn or that it burnt."""
    cost = f"{planned.eps.numerator}/{planned.eps.denominator}"
    end: Mapping[str, Value] = {"state": "burnt"}
    if measured:
        drawn = papers.digest_of_draw(measured).hex()
        end = {"state": "drawn", "result_sha256": drawn}
    for wanted in ({"state": "reserved", "eps": cost}, end):
        row = {"scope": str(planned.period), "plan_sha256": planned.digest, **wanted}
        if not any(one.stated.items() >= row.items() for one in booked):
            raise PaperError(f"the ledger does not say that this was {wanted['state']}")


def require_paid(booked: Bookings, planned: Plan) -> None:
    """Raise PaperError unless all that was ever booked for the year is within its cap."""
    try:
        spent = sum(
            price(one)
            for one in booked
            if (one.stated["state"], one.stated["scope"]) == ("reserved", str(planned.period))
        )
    except KeyError:
        raise PaperError("the ledger cannot be read") from None
    if spent > plan.cap(planned.eps_year):
        raise PaperError("more was booked for its year than the cap")
