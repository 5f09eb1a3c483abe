"""Demo: a made-up instance, with people and reports, for a first look and for scripts."""

import hashlib
import json
import os
import secrets
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Final

from pyotp import TOTP
from sqlalchemy import exists, select

from admin.accounts import Founding, Newcomer, Voucher, found, invite, is_founded
from admin.errors import AccountError
from admin.factors import STEP_SECONDS, OneTimeCodes
from admin.installation import DEMO_FILE, Installation, started, stored
from admin.runtime import open_door, open_staff
from admin.sessions import Credentials
from crypto.passphrase import STANDARD
from forms.answers import GivenConsent, ShortReport
from forms.codebook import CONSENT_STORE, KINDS, group_of
from reporting import intake
from reporting.models import Case, Group
from reporting.runtime import Runtime

LANGUAGE: Final = "en"  # of the sample reports
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

    Raises AccountError when the instance belongs to real people.
    """
    file = installation.settings.instance / DEMO_FILE
    if not file.exists():
        installation.initialise()
        made = _make_staff(installation)
        _write(installation, made)
    return tuple(
        DemoPerson(**{**person, "roles": tuple(person["roles"])})
        for person in json.loads(file.read_bytes())
    )


def has_reports(service: Runtime) -> bool:
    """Say whether the sample reports are there, all or none of them."""
    with service.read() as session:
        return session.scalar(select(exists().where(Case.id.is_not(None)))) is True


def load_reports(service: Runtime, reports: Iterable[ShortReport]) -> None:
    """Send reports through the same intake as the form, received over the weeks before now.

    They are stored in one commit: who interrupts this finds none of them the next time.
    """
    moment = service.clock()
    with service.begin() as session:
        for report in reports:
            intake.store(session, intake.prepare(report, service.desk, moment))
            moment -= BETWEEN_REPORTS


def sample_reports() -> tuple[ShortReport, ...]:
    """Return the sample reports as far as the short form carries them."""
    text = files("admin").joinpath("data/sample_reports.toml").read_text(encoding="utf-8")
    incidents = tomllib.loads(text)["incident"]
    return tuple(_report(incident["story"], incident["tactics"]) for incident in incidents)


def _make_staff(installation: Installation) -> tuple[DemoPerson, ...]:
    now = installation.clock() - BEFORE
    founder, *others = (_newcomer(name, groups) for name, groups in STAFF)
    _found(installation, founder, now)
    with started(installation) as service:
        staff = open_staff(service, STANDARD, pause=lambda _seconds: None)
        for newcomer in others:
            now += timedelta(seconds=STEP_SECONDS)
            code = TOTP(founder.codes.text).at(now)
            voucher = Voucher(Credentials(founder.name, founder.passphrase), code)
            invite(staff, newcomer, voucher, now)
    return tuple(_person(newcomer) for newcomer in (founder, *others))


def _found(installation: Installation, founder: Newcomer, now: datetime) -> None:
    settings = installation.settings
    with stored(installation) as database:
        with database.read() as session:
            if is_founded(session):
                raise AccountError(
                    "This instance has a real staff. Set TOMOSHIBI_INSTANCE to a new folder for "
                    "a demonstration."
                )
        found(Founding(settings, database, open_door(settings, STANDARD)), founder, now)


def _newcomer(name: str, groups: frozenset[Group]) -> Newcomer:
    return Newcomer(name, _passphrase(), OneTimeCodes.make(), groups)


def _passphrase() -> str:
    return "-".join(
        "".join(secrets.choice(SYLLABLES) for _ in range(3)) for _ in range(WORDS_IN_A_PASSPHRASE)
    )


def _person(newcomer: Newcomer) -> DemoPerson:
    roles = tuple(role for group, role in ROLES.items() if group in newcomer.groups)
    return DemoPerson(newcomer.name, newcomer.passphrase, newcomer.codes.text, roles)


def _write(installation: Installation, made: Iterable[DemoPerson]) -> None:
    path = installation.settings.instance / DEMO_FILE
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(person) for person in made], file, indent=1)


def _report(story: str, tactics: Iterable[str]) -> ShortReport:
    groups = {group_of(tactic) for tactic in tactics}
    kinds = tuple(kind.code for kind in KINDS if kind.code in groups)
    wording = hashlib.sha256(CONSENT_STORE.text.encode()).hexdigest()
    return ShortReport(kinds, story, LANGUAGE, GivenConsent("yes", wording, LANGUAGE))
