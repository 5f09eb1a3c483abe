"""Authority: the one door. Whoever wants to see or do something passes here first."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from sqlalchemy.orm import Session

from admin.errors import HiddenError
from admin.permissions import MANAGER, SHOWN_EMPTY, Action, is_allowed, rule_for
from admin.recusal import Card
from admin.stages import Limits
from admin.standing import NO_STANDING, Standing
from crypto.roles import Group, Role, groups_of
from reporting import audit


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the staff who is signed in, as the roster has them, and their standing.

    Whoever is kept back came in and finds nothing: no keys, and pages with nothing on them.
    `card` is theirs; without one nothing is declared that would hide a report from them. `names`
    are those that they declared beside the one they sign in with.
    """

    id: bytes
    name: str = field(repr=False)
    roles: frozenset[Role]
    is_manager: bool = False
    is_kept_back: bool = False
    standing: Standing = NO_STANDING
    card: Card | None = field(default=None, repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)

    @property
    def groups(self) -> frozenset[Group]:
        """The groups whose keys this person is given."""
        return groups_of(self.roles)

    @property
    def marks(self) -> frozenset[str]:
        """What the table of permissions asks for: the roles, and the mark of a roster manager."""
        return self.roles | {MANAGER} if self.is_manager else self.roles

    def kept_back(self) -> Self:
        """Return this person without anything that they can use; their pages look as before."""
        return replace(self, is_manager=False, is_kept_back=True)

    @property
    def limits(self) -> Limits:
        """What their stage lets them do."""
        return self.standing.limits

    @property
    def role(self) -> str:
        """The roles as the audit log writes them."""
        return ", ".join(sorted(self.marks))


def authorize(person: Person, action: Action, subject: bytes = b"") -> str:
    """Return the rule that allows it, or raise HiddenError; what has no rule is refused.

    The answer never depends on whether `subject` exists, and is given before anybody looks.
    """
    rule = rule_for(action, person.marks)
    if not is_allowed(action, person.marks):
        raise HiddenError(action, subject, rule)
    if person.is_kept_back and action not in SHOWN_EMPTY:
        raise HiddenError(action, subject, f"{action}: kept back")
    return rule


def event(person: Person, verb: str, subject: bytes = b"", rule: str = "") -> audit.Event:
    """Return what the audit log says about something this person does."""
    return audit.Event(person.id.hex(), person.role, verb, subject, rule)


def record_alarm(
    session: Session, journal: audit.Journal, person: Person, subject: bytes, now: datetime
) -> None:
    """Write down that something altered was met, in a unit of work of its own, like a refusal."""
    audit.append(session, journal, event(person, "alarm.raised", subject), now)


def record_refusal(
    session: Session, journal: audit.Journal, person: Person, refusal: HiddenError, now: datetime
) -> None:
    """Write a refusal down, in a unit of work of its own: the refused one was rolled back."""
    denied = event(person, refusal.verb, refusal.subject, refusal.rule)
    audit.append(session, journal, denied, now)
