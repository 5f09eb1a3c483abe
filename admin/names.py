"""Names: who is behind a random number, for those who share the team's names."""

from collections.abc import Mapping
from typing import Final

from admin import circles
from admin.circles import Circle
from admin.desk import Desk
from admin.errors import NotHandedOnError

SHORT_DIGITS: Final = 8


def known(desk: Desk) -> Mapping[bytes, str]:
    """Return the names of everybody who belongs or belonged.

    Raises NotHandedOnError while nobody has handed the shared key on to this person.
    """
    shared = circles.open_key(desk.session, desk.ring, desk.verified, Circle.STAFF)
    found = circles.read(desk.session, shared)
    return {member: str(record.get("name", "")) for member, record in found.items()}


def called(desk: Desk, member: bytes) -> str:
    """Return somebody's name, or the beginning of their number where it is not known here."""
    if member == desk.ring.person.id:
        return desk.ring.person.name
    try:
        return known(desk).get(member) or short(member)
    except NotHandedOnError:
        return short(member)


def short(member: bytes) -> str:
    """Return the beginning of a random number, as pages and the log show it."""
    return member.hex()[:SHORT_DIGITS]
