"""Demo: a made-up instance, with people and reports, for a first look and for scripts."""

import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pyotp import TOTP
from sqlalchemy import exists, select

from admin.accounts import (
    Founding,
    Newcomer,
    Voucher,
    found,
    has_joined,
    invite,
    is_founded,
)
from admin.errors import AccountError
from admin.factors import STEP_SECONDS, OneTimeCodes
from admin.installation import DEMO_FILE, Installation, started, stored
from admin.runtime import open_door, open_staff
from admin.sessions import Credentials
from crypto.passphrase import STANDARD
from forms.answers import Report
from reporting import intake
from reporting.models import Case, Group
from reporting.office import PINS_FILE
from reporting.runtime import Runtime

ROLES: Final = {Group.INTAKE: "reviewer", Group.CASEWORK: "caseworker", Group.AUDIT: "auditor"}
REVIEWERS: Final = frozenset({Group.INTAKE, Group.CASEWORK})
STAFF: Final = (
    ("Aiko Mori", REVIEWERS),
    ("Daniel Berg", REVIEWERS),
    ("Ren Okada", frozenset({Group.AUDIT})),
)
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


def people(installation: Installation) -> tuple[DemoPerson, ...]:
    """Return the sample staff of this instance, made now if there is none.

    They are written down before they join: whoever interrupts this can call it again, and it goes
    on from there. Raises AccountError when the instance belongs to real people.
    """
    installation.initialise()
    file = installation.settings.instance / DEMO_FILE
    if not file.exists():
        _refuse_real_staff(installation)
        _write(file, [_person(_newcomer(name, groups)) for name, groups in STAFF])
    staff = tuple(
        DemoPerson(**{**person, "roles": tuple(person["roles"])})
        for person in json.loads(file.read_bytes())
    )
    _let_join([_as_newcomer(person) for person in staff], installation)
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
    with service.begin() as session:
        for report in reports:
            intake.store(session, intake.prepare(report, service.desk, moment))
            moment -= BETWEEN_REPORTS


def _refuse_real_staff(installation: Installation) -> None:
    with stored(installation) as database, database.read() as session:
        is_real = is_founded(session)
    if is_real or (installation.settings.instance / PINS_FILE).exists():
        raise AccountError(
            "This instance has a real staff. Set TOMOSHIBI_INSTANCE to a new folder for a "
            "demonstration."
        )


def _let_join(newcomers: Sequence[Newcomer], installation: Installation) -> None:
    """Let everybody join who has not yet; each of them joins whole or not at all."""
    settings, now = installation.settings, installation.clock() - BEFORE
    door, (founder, *others) = open_door(settings, STANDARD), newcomers
    with stored(installation) as database:
        with database.read() as session:
            founded = is_founded(session)
            # With each person's own place in line, so that no code of the founder is used twice.
            waiting = [
                (newcomer, now + place * timedelta(seconds=STEP_SECONDS))
                for place, newcomer in enumerate(others, 1)
                if not has_joined(session, door, newcomer.name)
            ]
        if not founded:
            # A ceremony that stopped halfway left pins of keys that were never stored.
            (settings.instance / PINS_FILE).unlink(missing_ok=True)
            found(Founding(settings, database, door), founder, now)
    if waiting:
        _invite_all(waiting, founder, installation)


def _invite_all(
    waiting: Iterable[tuple[Newcomer, datetime]], founder: Newcomer, installation: Installation
) -> None:
    with started(installation) as service:
        staff = open_staff(service, STANDARD, pause=lambda _seconds: None)
        for newcomer, moment in waiting:
            code = TOTP(founder.codes.text).at(moment)
            voucher = Voucher(Credentials(founder.name, founder.passphrase), code)
            invite(staff, newcomer, voucher, moment)


def _newcomer(name: str, groups: frozenset[Group]) -> Newcomer:
    return Newcomer(name, _passphrase(), OneTimeCodes.make(), groups)


def _passphrase() -> str:
    return "-".join(
        "".join(secrets.choice(SYLLABLES) for _ in range(3)) for _ in range(WORDS_IN_A_PASSPHRASE)
    )


def _person(newcomer: Newcomer) -> DemoPerson:
    roles = tuple(role for group, role in ROLES.items() if group in newcomer.groups)
    return DemoPerson(newcomer.name, newcomer.passphrase, newcomer.codes.text, roles)


def _as_newcomer(person: DemoPerson) -> Newcomer:
    groups = frozenset(group for group, role in ROLES.items() if role in person.roles)
    codes = OneTimeCodes.from_text(person.totp_secret)
    return Newcomer(person.name, person.passphrase, codes, groups)


def _write(path: Path, made: Iterable[DemoPerson]) -> None:
    """Write the file whole or not at all: half a file could not be gone on from."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(person) for person in made], file, indent=1)
    half.replace(path)
