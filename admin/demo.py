"""Demo: a made-up instance, with people and reports, for a first look and for scripts."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import exists, select

from admin.accounts import Duties, Newcomer, is_founded, read_duties
from admin.ceremony import Founder, Place, found
from admin.demo_staff import let_join
from admin.errors import AccountError
from admin.factors import OneTimeCodes
from admin.installation import DEMO_FILE, Installation, stored
from admin.runtime import open_door
from crypto.passphrase import STANDARD
from forms.answers import Report
from reporting import intake
from reporting.models import Case
from reporting.office import HEAD_FILE, PIN_FILE
from reporting.runtime import Runtime

# The smallest team that the rules allow, a caseworker, and somebody in training. The first three
# found the office.
STAFF: Final = (
    ("Aiko Mori", ("reviewer", "caseworker", "supervisor", "manager")),
    ("Daniel Berg", ("reviewer", "caseworker", "supervisor", "manager")),
    ("Sora Lind", ("steward", "statistics_officer", "manager")),
    ("Noor Haddad", ("statistics_officer",)),
    ("Ren Okada", ("auditor",)),
    ("Kofi Mensah", ("administrator",)),
    ("Mei Tanaka", ("caseworker",)),
    ("Yuna Sato", ()),
)
FOUNDERS: Final = 3
DRAWS: Final = "statistics_officer"
WORDS_IN_A_PASSPHRASE: Final = 6
SYLLABLES: Final = tuple(first + second for first in "bdgkmnrst" for second in "aeiou")
# The staff joined before anybody looks, so that no code shown now is used up already.
BEFORE: Final = timedelta(hours=1)
BETWEEN_REPORTS: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One of the sample staff, with all that a real person would keep to themselves."""

    name: str
    passphrase: str = field(repr=False)
    totp_secret: str = field(repr=False)
    roles: tuple[str, ...]

    @property
    def newcomer(self) -> Newcomer:
        """The person as they join."""
        return Newcomer(self.name, self.passphrase, OneTimeCodes.from_text(self.totp_secret))

    @property
    def duties(self) -> Duties:
        """What they do."""
        return read_duties(",".join(self.roles))


def people(installation: Installation) -> tuple[DemoPerson, ...]:
    """Return the sample staff of this instance, made now if there is none.

    They are written down before they join: whoever interrupts this can call it again, and it goes
    on from there. Raises AccountError when the instance belongs to real people.
    """
    installation.initialise()
    file = installation.settings.instance / DEMO_FILE
    if not file.exists():
        _refuse_real_staff(installation)
        _write(file, [_person(name, roles) for name, roles in STAFF])
    staff = tuple(
        DemoPerson(**{**person, "roles": tuple(person["roles"])})
        for person in json.loads(file.read_bytes())
    )
    now = installation.clock() - BEFORE
    _found(installation, staff[:FOUNDERS], now)
    wanted = [(person.newcomer, person.duties) for person in staff[FOUNDERS:]]
    let_join(installation, [one.newcomer for one in staff[:FOUNDERS]], wanted, now)
    return staff


def has_reports(service: Runtime) -> bool:
    """Say whether the sample reports are there, all or none of them."""
    with service.read() as session:
        return session.scalar(select(exists().where(Case.id.is_not(None)))) is True


def load_reports(service: Runtime, reports: Iterable[Report]) -> None:
    """Send reports through the same intake as the form, received over the weeks before now.

    They are stored in one commit: who interrupts this finds none of them the next time.
    """
    moment = service.clock()
    desk = service.desk
    with service.begin() as session:
        for report in reports:
            intake.store(session, intake.prepare(report, desk, moment))
            moment -= BETWEEN_REPORTS


def _refuse_real_staff(installation: Installation) -> None:
    with stored(installation) as database, database.read() as session:
        is_real = is_founded(session)
    if is_real or (installation.settings.instance / PIN_FILE).exists():
        raise AccountError(
            "This instance has a real staff. Set TOMOSHIBI_INSTANCE to a new folder for a "
            "demonstration."
        )


def _found(installation: Installation, staff: Iterable[DemoPerson], now: datetime) -> None:
    settings = installation.settings
    with stored(installation) as database:
        with database.read() as session:
            if is_founded(session):
                return
        # A ceremony that stopped halfway left the pin of a founding that was never stored.
        for name in (PIN_FILE, HEAD_FILE):
            (settings.instance / name).unlink(missing_ok=True)
        founders = [Founder(person.newcomer, person.duties) for person in staff]
        found(Place(settings, database, open_door(settings, STANDARD)), founders, now)


def _person(name: str, roles: tuple[str, ...]) -> DemoPerson:
    return DemoPerson(name, _passphrase(), OneTimeCodes.make().text, roles)


def _passphrase() -> str:
    return "-".join(
        "".join(secrets.choice(SYLLABLES) for _ in range(3)) for _ in range(WORDS_IN_A_PASSPHRASE)
    )


def _write(path: Path, made: Iterable[DemoPerson]) -> None:
    """Write the file whole or not at all: half a file could not be gone on from."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(person) for person in made], file, indent=1)
    half.replace(path)
