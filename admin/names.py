"""Names: who is behind a random number, for those who share the team's names."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
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


def known_here(desk: Desk) -> Mapping[bytes, str]:
    """Return the names that this person knows: none before the shared key was handed on to them."""
    with suppress(NotHandedOnError):
        return known(desk)
    return {}


def of_team(desk: Desk) -> tuple[str, ...]:
    """Return the names of everybody who is on the team, as far as they are known here."""
    people = desk.verified.people
    return tuple(name for member, name in known_here(desk).items() if member in people)


def called(desk: Desk, member: bytes) -> str:
    """Return somebody's name, or the beginning of their number where it is not known here."""
    return all_called(desk, (member,))[member]


def all_called(desk: Desk, members: Iterable[bytes]) -> Mapping[bytes, str]:
    """Return what each of these people is called, as `called` says; the names are opened once."""
    me, wanted = desk.ring.person, frozenset(members)
    found = known_here(desk) if wanted - {me.id} else {}
    own = {member: found.get(member) or short(member) for member in wanted}
    return own | ({me.id: me.name} if me.id in wanted else {})


def short(member: bytes) -> str:
    """Return the beginning of a random number, as pages and the log show it."""
    return member.hex()[:SHORT_DIGITS]
