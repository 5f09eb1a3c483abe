"""Tables of the keys that parts of the team share, so that names and files open to them alone."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, clear, sealed
from reporting.models import RANDOM_NUMBER, Id


class CircleRow(Base):
    """The key that some of the team share, as one of them signed which it is."""

    __tablename__ = "circle"
    __table_args__ = table(
        "Which key parts of the team share to read each other's names and files.",
        archive=Archive.KEYS,
    )

    circle: Mapped[str] = mapped_column(
        String(16), primary_key=True, info=clear("says which part of the team it is")
    )
    key_id: Mapped[bytes] = mapped_column(Id, info=clear(RANDOM_NUMBER))
    signed: Mapped[bytes] = mapped_column(
        LargeBinary, info=clear("a signed mark of the right key, which does not give it away")
    )


class CircleKey(Base):
    """A shared key, sealed to one person."""

    __tablename__ = "circle_key"
    __table_args__ = table(
        "The keys that parts of the team share, sealed to each person.", archive=Archive.KEYS
    )

    circle: Mapped[str] = mapped_column(
        ForeignKey("circle.circle"),
        primary_key=True,
        info=clear("says which part of the team it is"),
    )
    member_id: Mapped[bytes] = mapped_column(
        ForeignKey("member.id"),
        primary_key=True,
        info=clear("says which person it is for, by their random number"),
    )
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
