"""Originals: what was signed or given out of figures, and lies outside the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from admin.errors import FiguresError
from admin.publication import releases, shelf
from admin.publication.booked import NOTHING, Event, Reason, State
from reporting.statistics import bookings, bundle
from reporting.statistics.papers import Booking, PaperError
from reporting.statistics.release import Release

INVENTED: Final = "{} is of invented numbers: nothing was booked for it here."
FORKED: Final = (
    "figures/ledger.json and the signed releases tell different histories. Nothing was changed. A"
    " release is signed and the file is not: bring the file back from the public site, or move it"
    " away if the releases are the newest."
)

Rows = tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Originals:
    """The newest signed version of each release, and the rows of the ledger that are known.

    `public` are those that are published here. The first `signed` rows stand in a signed release;
    those behind them were given out only.
    """

    releases: Mapping[str, Release]
    public: frozenset[str]
    rows: Rows
    signed: int


def gather(instance: Path, brought: tuple[Release, ...]) -> Originals:
    """Return what lies in an instance, and in verified releases that somebody brought.

    Raises FiguresError for what does not hold, or does not fit together.
    """
    for one in brought:
        if one.synthetic:
            raise FiguresError(INVENTED.format(one.name))
    here = tuple(one for one in releases.shelved(instance).fit if not one.synthetic)
    found = sorted((*here, *brought), key=lambda one: one.version)
    told = shelf.told(instance)
    rows: Rows = ()
    for one in found:
        rows = _longer(rows, _rows(one.files[bundle.LEDGER]))
    signed = len(rows)
    if told is not None:
        rows = _longer(rows, _given_out(instance, told))
    newest = {one.plan.release: one for one in found}
    return Originals(newest, frozenset(one.plan.release for one in here), rows, signed)


def _longer(one: Rows, other: Rows) -> Rows:
    shorter, longer = sorted((one, other), key=len)
    if longer[: len(shorter)] != shorter:
        raise FiguresError(FORKED)
    return longer


def _given_out(instance: Path, told: bytes) -> Rows:
    try:
        return _rows(told)
    except (PaperError, KeyError, ValueError):
        file = instance / shelf.FIGURES / shelf.LEDGER
        raise FiguresError(shelf.NO_LEDGER.format(file)) from None


def _rows(ledger: bytes) -> Rows:
    """Return the rows of a ledger, chained. Raises PaperError, KeyError and ValueError."""
    rows, before = [], NOTHING
    for one in bookings.chained(ledger):
        event = _event(one)
        if event.hash(before) != one.hash:
            raise PaperError("the ledger cannot be read")
        rows.append(event)
        before = one.hash
    return tuple(rows)


def _event(one: Booking) -> Event:
    stated = one.stated
    return Event(
        seq=int(str(stated["seq"])),
        scope=str(stated["scope"]),
        release=str(stated["release"]),
        state=State(str(stated["state"])),
        eps=Fraction(bookings.price(one)),
        plan_sha256=_digest(stated["plan_sha256"]),
        result_sha256=_digest(stated["result_sha256"]),
        reason=str(Reason(str(stated["reason"]))) if stated["reason"] else "",
        week=int(str(stated["week"])),
    )


def _digest(text: object) -> str:
    return bytes.fromhex(str(text)).hex()
