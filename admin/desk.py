"""The desk: what every act about people needs at hand."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from admin.authority import event
from admin.keyring import Ring
from crypto.roster import Roster
from reporting.audit import Journal, append


@dataclass(frozen=True, slots=True)
class Desk:
    """A unit of work, who acts in it, the roster as it is verified, the log, and the time."""

    session: Session
    ring: Ring
    verified: Roster
    journal: Journal
    now: datetime

    def note(
        self, verb: str, subject: bytes = b"", rule: str = "", fields: tuple[str, ...] = ()
    ) -> None:
        """Write into the log what is done here."""
        noted = replace(event(self.ring.person, verb, subject, rule), fields=fields)
        append(self.session, self.journal, noted, self.now)
