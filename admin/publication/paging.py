"""Paging: the rows of a year, so many at a time, in the order of their keys."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from reporting.stat_rows import StatFrameRow

BATCH: Final = 500


def pairs(
    session: Session, period: int, column: InstrumentedAttribute[bytes]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield what names each unit and what stands in one column beside it.

    In pages and not as one stream: whoever stops halfway leaves nothing open.
    """
    asked = select(StatFrameRow.unit_key, column).where(StatFrameRow.period == period)
    after = b""
    while True:
        behind = asked.where(StatFrameRow.unit_key > after).order_by(StatFrameRow.unit_key)
        page = session.execute(behind.limit(BATCH)).all()
        yield from ((row[0], row[1]) for row in page)
        if len(page) < BATCH:
            return
        after = page[-1][0]
