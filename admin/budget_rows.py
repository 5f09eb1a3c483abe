"""The tables of published figures: what may be spent, what was, and what came of it.

What stands here is published word for word; nothing of it is about a report.
"""

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, clear
from reporting.models import Digest, Id

# What is spent is counted in whole parts of this size, so that a database adds it up exactly. The
# number has every divisor up to 16, and 20, 25, 50 and 100.
PARTS: Final = 3_603_600
HARD_CAP: Final = 2  # ε of one year, in the database's own check

RELEASE: Final = "names the release of figures; it is published"
PUBLISHED: Final = "published word for word, in the list of what was spent"


class BudgetScope(Base):
    """How much may be learnt of the reports of one year, by everything that is ever published."""

    __tablename__ = "budget_scope"
    __table_args__ = table(
        "How much the published figures of a year may give away in all.",
        CheckConstraint(f"cap_den > 0 AND {PARTS} % cap_den = 0", name="cap_den"),
        CheckConstraint(f"cap_num > 0 AND cap_num <= {HARD_CAP} * cap_den", name="cap"),
        archive=Archive.BOTH,
    )

    scope: Mapped[str] = mapped_column(String(8), primary_key=True, info=clear(PUBLISHED))
    cap_num: Mapped[int] = mapped_column(info=clear(PUBLISHED))
    cap_den: Mapped[int] = mapped_column(info=clear(PUBLISHED))


class PlanRow(Base):
    """What one release will measure, as the public reads it."""

    __tablename__ = "stat_plan"
    __table_args__ = table(
        "What will be counted of a year, and how inexact it will be made.",
        CheckConstraint("announced IN (0, 1)", name="announced"),
        archive=Archive.BOTH,
    )

    release_id: Mapped[str] = mapped_column(String(40), primary_key=True, info=clear(RELEASE))
    period: Mapped[int] = mapped_column(index=True, info=clear("the year that is counted"))
    plan: Mapped[bytes] = mapped_column(
        LargeBinary, info=clear("published before anything is counted")
    )
    announced: Mapped[int] = mapped_column(
        default=0, info=clear("says whether the plan was given to the public site")
    )


class ApprovalRow(Base):
    """The signature of one officer over one plan."""

    __tablename__ = "stat_approval"
    __table_args__ = table("Who signed a plan before anything was counted.", archive=Archive.BOTH)

    release_id: Mapped[str] = mapped_column(
        ForeignKey("stat_plan.release_id"), primary_key=True, info=clear(RELEASE)
    )
    member_id: Mapped[bytes] = mapped_column(
        Id, primary_key=True, info=clear("says which person signed, by their random number")
    )
    signing_key: Mapped[bytes] = mapped_column(
        Digest, info=clear("a public key: it can only check a signature")
    )
    signature: Mapped[bytes] = mapped_column(
        LargeBinary(64), info=clear("published with the figures")
    )


class MeasurementRow(Base):
    """The inexact numbers of one table, as they were drawn; the exact ones are nowhere."""

    __tablename__ = "stat_measurement"
    __table_args__ = table(
        "The inexact numbers that the published figures are made of.", archive=Archive.BOTH
    )

    release_id: Mapped[str] = mapped_column(
        ForeignKey("stat_plan.release_id"), primary_key=True, info=clear(RELEASE)
    )
    measured: Mapped[str] = mapped_column(
        String(32), primary_key=True, info=clear("says what was counted by what")
    )
    noisy: Mapped[bytes] = mapped_column(
        LargeBinary, info=clear("numbers with chance added, which are published as they are")
    )


class BurnRow(Base):
    """The signature of one officer under why a drawn release is given up."""

    __tablename__ = "stat_burn"
    __table_args__ = table("Who gave up figures that were drawn, and why.", archive=Archive.BOTH)

    release_id: Mapped[str] = mapped_column(
        ForeignKey("stat_plan.release_id"), primary_key=True, info=clear(RELEASE)
    )
    member_id: Mapped[bytes] = mapped_column(
        Id, primary_key=True, info=clear("says which person signed, by their random number")
    )
    reason: Mapped[str] = mapped_column(String(12), info=clear(PUBLISHED))
    signing_key: Mapped[bytes] = mapped_column(
        Digest, info=clear("a public key: it can only check a signature")
    )
    signature: Mapped[bytes] = mapped_column(
        LargeBinary(64), info=clear("shows that this person gave the figures up")
    )


class BudgetEvent(Base):
    """One step of one release; rows are chained, and never changed or taken away."""

    __tablename__ = "budget_event"
    __table_args__ = table(
        "What published figures gave away of a year's reports, step by step.",
        UniqueConstraint("release_id", "state", name="uq_budget_event_release_id"),
        CheckConstraint("state IN ('reserved', 'drawn', 'published', 'burnt')", name="state"),
        CheckConstraint("(state = 'burnt') = (reason <> '')", name="reason"),
        CheckConstraint(f"eps_num > 0 AND eps_den > 0 AND {PARTS} % eps_den = 0", name="eps"),
        archive=Archive.BOTH,
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=clear(PUBLISHED))
    scope: Mapped[str] = mapped_column(
        ForeignKey("budget_scope.scope"), info=clear("says which year it counts against")
    )
    release_id: Mapped[str] = mapped_column(ForeignKey("stat_plan.release_id"), info=clear(RELEASE))
    state: Mapped[str] = mapped_column(String(12), info=clear(PUBLISHED))
    eps_num: Mapped[int] = mapped_column(info=clear(PUBLISHED))
    eps_den: Mapped[int] = mapped_column(info=clear(PUBLISHED))
    plan_sha256: Mapped[bytes] = mapped_column(Digest, info=clear(PUBLISHED))
    result_sha256: Mapped[bytes] = mapped_column(Digest, info=clear(PUBLISHED))
    reason: Mapped[str] = mapped_column(String(12), info=clear(PUBLISHED))
    week: Mapped[int] = mapped_column(info=clear(PUBLISHED))
    prev: Mapped[bytes] = mapped_column(Digest, info=clear(PUBLISHED))
    hash: Mapped[bytes] = mapped_column(Digest, info=clear(PUBLISHED))


def _table_of(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


# A restored office is filled in this order. What is signed and measured comes first: from the
# first event of a release on, the database lets nobody add to them.
for _earlier in (ApprovalRow, BurnRow, MeasurementRow):
    _table_of(BudgetEvent).add_is_dependent_on(_table_of(_earlier))
