"""All tables of this package; a person's words stand only in columns named *_sealed."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, blind, clear, sealed

Id = LargeBinary(16)
Digest = LargeBinary(32)

RANDOM_NUMBER = "a random number that names this row and nothing else"
BELONGS_TO = "says which report this row belongs to, by its random number"
VERSION = "counts changes of this row; its lock is new with each change"


class State(StrEnum):
    """Where a report stands (transitions.toml)."""

    RECEIVED = "received"
    QUARANTINED = "quarantined"
    TRIAGED = "triaged"
    ACTIVE = "active"
    MONITORING = "monitoring"
    REVIEW = "review"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Part(StrEnum):
    """The separately locked parts of a report."""

    FACETS = "facets"
    STORY = "story"
    CONTACT = "contact"


class Wrapped(StrEnum):
    """The two random keys of a report, each sealed to one group."""

    CASE = "case"
    CONTACT = "contact"


class VisitRow(Base):
    """What one browser is in the middle of: a draft, a receipt to note down, an open mailbox."""

    __tablename__ = "visit"
    __table_args__ = table(
        "Unfinished reports and open mailboxes, locked with a key only the person's browser has.",
        archive=Archive.NONE,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=blind())
    expires_hour: Mapped[int] = mapped_column(
        index=True, info=clear("the hour in which this row is deleted by itself")
    )
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class Case(Base):
    """One report."""

    __tablename__ = "cases"
    __table_args__ = table(
        "One row for each report.",
        CheckConstraint("level BETWEEN 0 AND 3", name="level"),
        archive=Archive.KEYS,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    state: Mapped[str] = mapped_column(
        String(16), info=clear("tells the team what has to be done next")
    )
    level: Mapped[int] = mapped_column(
        info=clear("how urgent it looks, 0 to 3: the most urgent is read first")
    )
    received_week: Mapped[int] = mapped_column(
        info=clear(
            "the week it came in: the oldest is read first; once it is erased, the week of that,"
            " so that the rest of it goes when no backup can bring it back"
        )
    )
    rev: Mapped[int] = mapped_column(
        info=clear("counts what the team did with the report, so that no two decide at once")
    )


# The order of the queue: most urgent first, then oldest, then the random number.
Index("ix_cases_queue", Case.state, Case.level.desc(), Case.received_week, Case.id)
# The order of a search: what came last first.
Index("ix_cases_newest", Case.received_week, Case.id)


class CaseWrap(Base):
    """A key of a report, sealed to one epoch of one group."""

    __tablename__ = "case_wrap"
    __table_args__ = table(
        "The keys of each report, sealed so that only the checked team can use them.",
        archive=Archive.KEYS,
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, info=clear(BELONGS_TO)
    )
    wrapped: Mapped[str] = mapped_column(
        String(16), primary_key=True, info=clear("says which of the two keys this is")
    )
    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), index=True, info=clear("says which lock of the office was used")
    )
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class CasePart(Base):
    """One locked part of a report."""

    __tablename__ = "case_part"
    __table_args__ = table(
        "What the report says: answers, own words, ways of contact. Each part has its own lock.",
        archive=Archive.VAULT,
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, info=clear(BELONGS_TO)
    )
    part: Mapped[str] = mapped_column(
        String(16),
        primary_key=True,
        info=clear("says which part this is; every report has them all"),
    )
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class Mailbox(Base):
    """The conversation key of a report, locked once for its code and once for the team."""

    __tablename__ = "mailbox"
    __table_args__ = table(
        "Finds the mailbox of a secret code, without holding the code.", archive=Archive.KEYS
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, info=clear(BELONGS_TO)
    )
    lookup: Mapped[bytes] = mapped_column(Id, unique=True, info=blind())
    receipt_lock_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    case_lock_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class MessageRow(Base):
    """One message between a reporter and the office."""

    __tablename__ = "message"
    __table_args__ = table(
        "Messages between the person and the team; who wrote, when and what is locked.",
        archive=Archive.VAULT,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), index=True, info=clear(BELONGS_TO)
    )
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class Mail(Base):
    """A mark: the reporter wrote something that nobody on the team has read yet."""

    __tablename__ = "mail"
    __table_args__ = table(
        "Reports whose writer has sent a message that is not read yet.", archive=Archive.VAULT
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, info=clear(BELONGS_TO)
    )


class ConsentRow(Base):
    """One signed document of what a reporter allows."""

    __tablename__ = "consent"
    __table_args__ = table(
        "What a person allows to be done with their report, signed with their code, and locked.",
        archive=Archive.KEYS,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), index=True, info=clear(BELONGS_TO)
    )
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class TraceRow(Base):
    """One line about what was done with a report, for its reporter to read."""

    __tablename__ = "trace"
    __table_args__ = table(
        "What was done with a report, for its writer to read with their code; all of it is locked.",
        archive=Archive.VAULT,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), index=True, info=clear(BELONGS_TO)
    )
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class Parked(Base):
    """A sealed key of a report that was taken back, locked once more under its code."""

    __tablename__ = "parked"
    __table_args__ = table(
        "The keys of reports that were taken back, locked with the person's code: only the code"
        " brings the report back, within seven days.",
        archive=Archive.KEYS,
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, info=clear(BELONGS_TO)
    )
    wrapped: Mapped[str] = mapped_column(
        String(16), primary_key=True, info=clear("says which of the two keys this is")
    )
    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), info=clear("says which lock of the office was used")
    )
    withdrawal_id: Mapped[bytes] = mapped_column(
        Id, info=clear("a random number that tells this time of taking back from any other")
    )
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class Drop(Base):
    """A note of the public site for a group: what is to be erased, and when."""

    __tablename__ = "drops"
    __table_args__ = table(
        "Notes for the team about reports to be erased; only the team can read which.",
        archive=Archive.KEYS,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), info=clear("says which lock of the office was used")
    )
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class NoteRow(Base):
    """An internal note of the team about a report."""

    __tablename__ = "note"
    __table_args__ = table(
        "Notes of the team about a report; who wrote, when and what is locked.",
        archive=Archive.VAULT,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), index=True, info=clear(BELONGS_TO)
    )
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
