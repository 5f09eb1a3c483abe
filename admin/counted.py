"""Counted: in which year a report is counted, and what of it comes first where it names several.

Pure but for the record that they are kept in. A report belongs to one year for ever, whatever
becomes of it and of the year.
"""

from dataclasses import dataclass, field
from typing import Final

from reporting import records
from reporting.records import Record


@dataclass(frozen=True, slots=True)
class Main:
    """What was done to whom and by which government first of all, where there are several."""

    tactic: str = ""
    origin: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """The year and quarter of a report, and the cluster that it was last counted with, if any."""

    period: int
    quarter: int
    cluster: bytes = field(repr=False)


NO_MAIN: Final = Main()
NOWHERE: Final = b""  # the cluster of what is not counted now


def written(main: Main, counted: Counted | None) -> Record:
    """Return the part of a record with both: nothing, as ever, where there is nothing."""
    return {**_main_written(main), **_counted_written(counted)}


def read_main(record: Record) -> Main:
    """Return what a record holds. Raises OpenError."""
    if "main" not in record:
        return NO_MAIN
    main = records.child(record, "main")
    return Main(*(records.text(main, name) for name in ("tactic", "origin", "target")))


def read_counted(record: Record) -> Counted | None:
    """Return what a record holds. Raises OpenError and ValueError."""
    if "counted" not in record:
        return None
    counted = records.child(record, "counted")
    period, quarter = (records.number(counted, name) for name in ("period", "quarter"))
    return Counted(period, quarter, records.row(counted, "cluster"))


def _main_written(main: Main) -> Record:
    if main == NO_MAIN:
        return {}
    return {"main": {"tactic": main.tactic, "origin": main.origin, "target": main.target}}


def _counted_written(counted: Counted | None) -> Record:
    if counted is None:
        return {}
    return {
        "counted": {
            "period": counted.period,
            "quarter": counted.quarter,
            "cluster": counted.cluster.hex(),
        }
    }
