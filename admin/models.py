"""Tables of the staff site: people, what they can open, and who is signed in."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, blind, clear, sealed
from reporting.models import RANDOM_NUMBER, VERSION, Digest, Id


class Member(Base):
    """One person on the staff; nothing readable here says who."""

    __tablename__ = "member"
    __table_args__ = table(
        "One row for each person on the team; their name and private keys are locked.",
        archive=Archive.KEYS,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    name_tag: Mapped[bytes] = mapped_column(Id, unique=True, info=blind())
    salt: Mapped[bytes] = mapped_column(
        Id, info=clear("a random number that makes each passphrase harder to guess")
    )
    sealing_key: Mapped[bytes] = mapped_column(
        LargeBinary(1216), info=clear("a public key: it can only lock")
    )
    signing_key: Mapped[bytes] = mapped_column(
        Digest, info=clear("a public key: it can only check a signature")
    )
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    keyring_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    decoy_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    held: Mapped[int] = mapped_column(
        default=0,
        info=clear("says whether this person's keys are kept back until the team has looked"),
    )


class Grant(Base):
    """The seed of one epoch, sealed to one member."""

    __tablename__ = "epoch_grant"
    __table_args__ = table(
        "Which key of the office each person on the team can use.", archive=Archive.KEYS
    )

    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), primary_key=True, info=clear("says which lock of the office it is")
    )
    member_id: Mapped[bytes] = mapped_column(
        ForeignKey("member.id"),
        primary_key=True,
        info=clear("says which person it is for, by their random number"),
    )
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class SignIn(Base):
    """One browser that is signed in, or half-way there."""

    __tablename__ = "sign_in"
    __table_args__ = table(
        "Browsers in which somebody on the team is signed in, locked with a key only they have.",
        archive=Archive.NONE,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=blind())
    member_id: Mapped[bytes] = mapped_column(
        Id, index=True, info=clear("says whose browser it is, by their random number")
    )
    expires_hour: Mapped[int] = mapped_column(
        index=True, info=clear("the hour in which this row is deleted by itself")
    )
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class SpentCode(Base):
    """One one-time code that was used, until it is too old to work."""

    __tablename__ = "spent_code"
    __table_args__ = table(
        "One-time codes that were used a moment ago, so that none works twice.",
        archive=Archive.NONE,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=blind())
    expires_hour: Mapped[int] = mapped_column(
        index=True, info=clear("the hour in which this row is deleted by itself")
    )


class OwnNoteKey(Base):
    """The key of one person's own notes; without it nobody ever reads them again."""

    __tablename__ = "own_note_key"
    __table_args__ = table(
        "The key of what each person on the team notes for themselves alone, sealed to that"
        " person.",
        archive=Archive.KEYS,
    )

    member_id: Mapped[bytes] = mapped_column(
        ForeignKey("member.id"),
        primary_key=True,
        info=clear("says which person it is for, by their random number"),
    )
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class CallRequest(Base):
    """That the people on call are to be called; about which report is not said."""

    __tablename__ = "call_request"
    __table_args__ = table(
        "That somebody on the team should sign in, because a colleague asked for help. It names no"
        " report and no person, and goes when somebody has taken over, or after four hours.",
        archive=Archive.NONE,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))


class About(Base):
    """What one part of the team knows about a person."""

    __tablename__ = "about"
    __table_args__ = table(
        "What the team knows about each person on it; all of it is locked.", archive=Archive.KEYS
    )

    member_id: Mapped[bytes] = mapped_column(
        Id, primary_key=True, info=clear("says whom it is about, by their random number")
    )
    circle: Mapped[str] = mapped_column(
        ForeignKey("circle.circle"),
        primary_key=True,
        info=clear("says which part of the team can read it"),
    )
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class Invitation(Base):
    """Somebody was asked to join; a link that is used once leads here."""

    __tablename__ = "invitation"
    __table_args__ = table(
        "People who were asked to join the team; who they are is locked.", archive=Archive.NONE
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=blind())
    member_id: Mapped[bytes] = mapped_column(
        Id, unique=True, info=clear("says which person it is for, by their random number")
    )
    expires_hour: Mapped[int] = mapped_column(
        index=True, info=clear("the hour after which the link no longer works")
    )
    link_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class ProposalRow(Base):
    """An entry of the roster that still lacks a signature."""

    __tablename__ = "proposal"
    __table_args__ = table(
        "Changes of the team's list that wait for a second signature.", archive=Archive.KEYS
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    entry: Mapped[bytes] = mapped_column(
        LargeBinary,
        info=clear("what people signed: anybody may check it, and it names nobody"),
    )


class CheckpointRow(Base):
    """What one member signed at one sign-in about where the audit log ended."""

    __tablename__ = "checkpoint"
    __table_args__ = table(
        "Where the log of the team ended, signed by each person on the team when they came in.",
        archive=Archive.BOTH,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    n: Mapped[int] = mapped_column(info=clear("the row of the log that was signed"))
    # No foreign key: what somebody signed outlives their row.
    member_id: Mapped[bytes] = mapped_column(
        Id, index=True, info=clear("says who on the team signed, by their random number")
    )
    signed: Mapped[bytes] = mapped_column(
        LargeBinary,
        info=clear(
            "a signed statement of where the log ended, and on which day; says nothing about "
            "anybody else"
        ),
    )


class Alert(Base):
    """Something that supervisors have to know at once, sealed to one of them."""

    __tablename__ = "alert"
    __table_args__ = table(
        "Warnings for those who lead the team; what they say is locked.", archive=Archive.KEYS
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    member_id: Mapped[bytes] = mapped_column(
        ForeignKey("member.id"),
        index=True,
        info=clear("says which person it is for, by their random number"),
    )
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class StandingRow(Base):
    """One signed step of somebody's standing; believed for its signatures alone."""

    __tablename__ = "standing_step"
    __table_args__ = table(
        "How far each person has come on the team, by random numbers, as two others signed it.",
        archive=Archive.KEYS,
    )

    member_id: Mapped[bytes] = mapped_column(
        Id, primary_key=True, info=clear("says whom it is about, by their random number")
    )
    n: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, info=clear("the place in the list")
    )
    signed: Mapped[bytes] = mapped_column(
        LargeBinary,
        info=clear("what people signed: anybody may check it, and it names nobody"),
    )


class LetterRow(Base):
    """A record that is sealed to one person alone."""

    __tablename__ = "letter"
    __table_args__ = table(
        "What people on the team declared, and what was decided of it, sealed to each reader.",
        archive=Archive.KEYS,
    )

    kind: Mapped[str] = mapped_column(
        String(16), primary_key=True, info=clear("says what kind of record it is")
    )
    subject_id: Mapped[bytes] = mapped_column(
        Id, primary_key=True, info=clear("says whom it is about, by their random number")
    )
    reader_id: Mapped[bytes] = mapped_column(
        Id,
        primary_key=True,
        index=True,
        info=clear("says which person it is for, by their random number"),
    )
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class Lapse(Base):
    """Somebody whose keys were taken back until they declare again."""

    __tablename__ = "lapse"
    __table_args__ = table(
        "People on the team who open nothing until they declare their ties.", archive=Archive.KEYS
    )

    member_id: Mapped[bytes] = mapped_column(
        Id, primary_key=True, info=clear("says which person it is, by their random number")
    )
