"""Doctor: look at an installation and say, for each thing that is wrong, what to do next."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from admin import audit, calendar_days, call_health, epochs, mail_server, staffing
from admin.errors import FiguresError, LogDamagedError, NotSentError, StaffError
from admin.installation import DEMO_FILE, NOT_READY, Installation, stored
from admin.publication import releases
from admin.runtime import STAFF_PEPPER_FILE
from crypto.passphrase import STANDARD, Parameters
from reporting import help_lines, notices, office
from reporting.database import Database
from reporting.errors import OfficeError, SettingsError
from reporting.help_lines import DEFAULT, HELP_FILE, STALE_AFTER
from reporting.office_rows import RosterRow
from reporting.runtime import RECEIPT_PEPPER_FILE, load_pepper
from reporting.settings import Transport

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
DAYS_TO_UPDATE: Final = 60  # before the years end of which the days off are known
INVITE: Final = "A roster manager invites people on the page People of the staff site."
# What SQLite answers when it is set as reporting.database sets it.
EXPECTED_PRAGMAS: Final = {
    "journal_mode": "wal",
    "synchronous": 2,
    "secure_delete": 1,
    "temp_store": 2,
    "foreign_keys": 1,
}


class UnfitError(StaffError):
    """Something is not as it should be; the text says what to do."""


TOLD: Final = (
    *(UnfitError, LogDamagedError, NotSentError, FiguresError),
    *(SettingsError, OfficeError),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `advice` is empty when all is well."""

    name: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The installation under examination."""

    installation: Installation
    database: Database
    parameters: Parameters

    @property
    def folder(self) -> Path:
        """The instance folder."""
        return self.installation.settings.instance


def examine(installation: Installation, parameters: Parameters = STANDARD) -> Iterator[Finding]:
    """Look at everything; stop after the first failure that makes the rest meaningless.

    `parameters` are those that passphrases are stretched with.
    """
    with stored(installation) as database:
        patient = Patient(installation, database, parameters)
        for check in FIRST:
            finding = _look(check, patient)
            yield finding
            if finding.advice:
                return
        for check in AFTERWARDS:
            yield _look(check, patient)


Check = tuple[str, Callable[[Patient], None]]


def _look(check: Check, patient: Patient) -> Finding:
    name, look = check
    try:
        look(patient)
    except TOLD as error:
        return Finding(name, str(error))
    return Finding(name)


def _folder(patient: Patient) -> None:
    if not patient.folder.is_dir():
        raise UnfitError(f"{patient.folder} does not exist. Run `tomoshibi init`.")
    _for_owner_only(patient.folder, "700")


def _peppers(patient: Patient) -> None:
    for name in (RECEIPT_PEPPER_FILE, STAFF_PEPPER_FILE):
        load_pepper(patient.folder / name)
        _for_owner_only(patient.folder / name, "600")


def _for_owner_only(path: Path, mode: str) -> None:
    if path.stat().st_mode & OTHERS:
        raise UnfitError(f"Others on this machine can use {path}. Run `chmod {mode} {path}`.")


def _tables(patient: Patient) -> None:
    if not patient.installation.is_current():
        raise UnfitError(NOT_READY)


def _pragmas(patient: Patient) -> None:
    if patient.database.engine.dialect.name != "sqlite":
        return  # pragma: no cover - on PostgreSQL, where lines are not traced
    with patient.database.engine.connect() as connection:
        for name, expected in EXPECTED_PRAGMAS.items():
            found = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            if found != expected:
                raise UnfitError(
                    f"SQLite works with {name}={found} instead of {expected}: its file may lie on "
                    "a file system without locks. Move the instance folder to a local disk."
                )


def _keys(patient: Patient) -> None:
    with patient.database.read() as session:
        nothing_stored = session.scalar(select(func.count()).select_from(RosterRow)) == 0
        if nothing_stored and (patient.folder / office.PIN_FILE).exists():
            raise UnfitError(
                f"The ceremony stopped halfway: {office.PIN_FILE} names a founding that was never "
                "stored. Nobody has sent a report yet; delete this file and "
                f"{office.HEAD_FILE}, then run `tomoshibi genesis`."
            )
        office.load(session, patient.folder)


def _staffing(patient: Patient) -> None:
    with patient.database.read() as session:
        verified = office.load(session, patient.folder).roster
    lacking = staffing.lacking(verified)
    if lacking:
        raise UnfitError(" ".join(lacking) + " " + INVITE)


def _rotation(patient: Patient) -> None:
    with patient.database.read() as session:
        verified = office.load(session, patient.folder).roster
    overdue = epochs.overdue(verified, patient.installation.clock())
    if overdue:
        raise UnfitError(
            f"The key of {', '.join(overdue)} should have changed. It changes when somebody with "
            "that key signs in. Ask one of them to."
        )


def _backlog(patient: Patient) -> None:
    with patient.database.read() as session:
        verified = office.load(session, patient.folder).roster
        left = epochs.backlog(session, verified)
    if left:
        raise UnfitError(
            f"{left} reports still have keys that somebody who left may know. They change, some at "
            "a time, when people who read reports sign in. Ask them to."
        )


def _log(patient: Patient) -> None:
    with patient.database.read() as session:
        audit.inspect(session)


def _passphrases(patient: Patient) -> None:
    if patient.parameters.is_for_tests:
        raise UnfitError("Passphrases would be cheap to guess. Install an unchanged release.")


def _transport(patient: Patient) -> None:
    if patient.installation.settings.transport is Transport.LOOPBACK:
        raise UnfitError(
            "TOMOSHIBI_TRANSPORT=loopback sends cookies unprotected. Unset it and serve https."
        )


def _help_lines(patient: Patient) -> None:
    lines = help_lines.load(patient.folder)
    if lines.is_default:
        raise UnfitError(
            f"People are shown the lines that come with the program. Copy {DEFAULT} to "
            f"{patient.folder / HELP_FILE}, call every number, and write the day into `verified`."
        )
    stale = lines.stale(patient.installation.clock().date())
    if stale:
        raise UnfitError(
            f"{len(stale)} of {len(lines.lines)} lines of {HELP_FILE} were not checked for "
            f"{STALE_AFTER.days} days. Call them, and write the day into `verified`."
        )


def _notices(patient: Patient) -> None:
    notices.load(patient.folder)


def _days_off(patient: Patient) -> None:
    until = calendar_days.known_until()
    if (until - patient.installation.clock().date()).days < DAYS_TO_UPDATE:
        raise UnfitError(
            f"Days off are known until {until}. Later due times cannot be told: install a newer "
            "release of this program, or of the library `holidays`."
        )


def _on_call(patient: Patient) -> None:
    told = call_health.rota_of(patient.installation.settings)
    if told:
        raise UnfitError(told)


def _calls(patient: Patient) -> None:
    told = call_health.memory_of(patient.folder, patient.installation.clock())
    if told:
        raise UnfitError(told)


def _mail_server(patient: Patient) -> None:
    server = patient.installation.settings.mail
    if server is not None:
        if server.password_file is not None and server.password_file.exists():
            _for_owner_only(server.password_file, "600")
        mail_server.check(server)


def _figures(patient: Patient) -> None:
    invented = [one.name for one in releases.shelved(patient.folder).fit if one.synthetic]
    if invented:
        raise UnfitError(
            f"Every number of {', '.join(invented)} is invented, and the figures page shows it. A "
            "real office begins with an instance of its own, where no such release lies."
        )


def _not_a_demo(patient: Patient) -> None:
    if (patient.folder / DEMO_FILE).exists():
        raise UnfitError(
            "This is a demonstration: passphrases lie in a file beside the data. Unfit for real "
            "use. Run `tomoshibi init` with TOMOSHIBI_INSTANCE set to a new folder."
        )


FIRST: Final[tuple[Check, ...]] = (
    ("instance folder", _folder),
    ("pepper files", _peppers),
    ("tables", _tables),
)
AFTERWARDS: Final[tuple[Check, ...]] = (
    ("SQLite's settings", _pragmas),
    ("keys of the office", _keys),
    ("rules about the staff", _staffing),
    ("changes of keys", _rotation),
    ("keys of reports", _backlog),
    ("audit log", _log),
    ("passphrases", _passphrases),
    ("transport", _transport),
    ("help lines", _help_lines),
    ("notices", _notices),
    ("days off", _days_off),
    ("people on call", _on_call),
    ("mail server", _mail_server),
    ("calls", _calls),
    ("published figures", _figures),
    ("no demonstration", _not_a_demo),
)
