"""Holds: people whose keys are kept back until two roster managers have looked."""

from dataclasses import replace
from types import MappingProxyType

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from admin.models import Member
from crypto.roster import Roster


def held(session: Session) -> frozenset[bytes]:
    """Return whose keys are kept back: colleagues hand nothing on to them."""
    return frozenset(session.scalars(select(Member.id).where(Member.held == 1)))


def is_held(session: Session, member: bytes) -> bool:
    """Say whether somebody's keys are kept back."""
    return session.scalar(select(Member.held).where(Member.id == member)) == 1


def alone(member: bytes, verified: Roster) -> Roster:
    """Return the roster as somebody sees it whose keys are kept back: with themself and nobody."""
    own = {member: verified.people[member]}
    return replace(verified, people=MappingProxyType(own), removed=MappingProxyType({}))


def keep_back(session: Session, member: bytes) -> None:
    """Keep somebody's keys back from now on."""
    session.execute(update(Member).where(Member.id == member).values(held=1))


def release(session: Session, member: bytes) -> bool:
    """Let colleagues hand keys on again; say whether they were kept back."""
    freed = update(Member).where(Member.id == member, Member.held == 1).values(held=0)
    return session.scalar(freed.returning(Member.id)) is not None
