"""Acting: who does something with figures, with what they came in with, where, and when."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from admin.desk import Desk
from admin.keyring import Ring
from crypto.roster import Roster
from reporting.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who came in, and the service in which they act."""

    service: Runtime
    ring: Ring = field(repr=False)
    verified: Roster = field(repr=False)
    now: datetime

    def desk(self, session: Session) -> Desk:
        """Return what an act needs in a unit of work."""
        return Desk(session, self.ring, self.verified, self.service.journal, self.now)

    @contextmanager
    def begin(self) -> Iterator[Desk]:
        """Open a unit of work for one act: it is done and written into the log, or neither."""
        with self.service.begin() as session:
            yield self.desk(session)
