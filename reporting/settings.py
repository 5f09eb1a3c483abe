"""Settings: every variable an operator can set, read once and checked."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from reporting.errors import SettingsError

HOME = ZoneInfo("Asia/Tokyo")
MEGABYTE = 1_000_000
DIGITS = 10  # more of them are no number that anybody means
WEATHER_PAGE = "https://www.jma.go.jp/bosai/forecast/"
MAIL_PORT = "587"
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")
ORIGIN = re.compile(r"https://([a-z0-9-]+\.)*[a-z][a-z0-9-]*(:(?!443$)[1-9][0-9]{0,4})?")
LOCAL_ORIGIN = re.compile(r"http://localhost(:(?!80$)[1-9][0-9]{0,4})?")

VARIABLES = {
    "TOMOSHIBI_INSTANCE": "folder of keys, pins and the default database; default: ./instance",
    "TOMOSHIBI_DATABASE": "SQLAlchemy address of the database; default: SQLite in the instance",
    "TOMOSHIBI_TRANSPORT": "https (default), onion, or loopback for a demonstration",
    "TOMOSHIBI_LEAVE_URL": "neutral page that Leave opens; default: a weather forecast",
    "TOMOSHIBI_TIMEZONE": "whose days and hours pages show; default: Asia/Tokyo",
    "TOMOSHIBI_ONION": "our onion address, the only one the onion process answers; default: none",
    "TOMOSHIBI_STAFF_ORIGIN": "where the staff site is, https://host[:port]; default: no passkeys",
    "TOMOSHIBI_MAIL_HOST": "mail server that calls the people on call; default: nobody is called",
    "TOMOSHIBI_MAIL_PORT": "its port; default: 587",
    "TOMOSHIBI_MAIL_TLS": "starttls (default), tls from the first byte, or none on this machine",
    "TOMOSHIBI_MAIL_FROM": "address that calls come from; needed with a mail server",
    "TOMOSHIBI_MAIL_USER": "name at the mail server; default: none is asked for",
    "TOMOSHIBI_MAIL_PASSWORD_FILE": "file that holds the password of that name, and nothing else",
    "TOMOSHIBI_FILES": "how many files a report may have, 1 to 100; default: 10",
    "TOMOSHIBI_FILE_MB": "megabytes a file, 1 to 2148 (2 GiB); default: 200",
    "TOMOSHIBI_FILES_MB": "megabytes all files of a report together, 1 to 100000; default: 1000",
    "TOMOSHIBI_KEYS_DAYS": "days that a keys archive can be restored, 1 to 14; default: 14",
    "TOMOSHIBI_VAULT_DAYS": "days that a vault archive can be restored, 1 to 365; default: 365",
}


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How many files a report may have, how large each, and all together."""

    count: int = 10
    each_bytes: int = 200 * MEGABYTE
    together_bytes: int = 1000 * MEGABYTE


@dataclass(frozen=True, slots=True)
class BackupLives:
    """For how many days each archive of a backup can be restored; never longer than this.

    The public site promises that what is erased is final after fourteen days.
    """

    keys_days: int = 14
    vault_days: int = 365


class Transport(StrEnum):
    """How people reach the site; decides which cookies can be Secure."""

    HTTPS = "https"
    ONION = "onion"
    LOOPBACK = "loopback"


class Site(StrEnum):
    """Which half of the service a process serves."""

    PUBLIC = "public"
    STAFF = "staff"


class MailTls(StrEnum):
    """How words to the mail server are protected on their way."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes calls to the people on call; without a user it asks for no password."""

    host: str
    port: int
    tls: MailTls
    sender: str
    user: str = ""
    password_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between two installations."""

    instance: Path
    database_url: str = field(default="", repr=False)  # may hold a password
    transport: Transport = Transport.HTTPS
    leave_url: str = WEATHER_PAGE
    timezone: ZoneInfo = HOME
    onion_address: str = ""
    staff_origin: str = ""  # what a passkey signs for; without it none is offered
    files: FileLimits = FileLimits()
    backups: BackupLives = BackupLives()
    sites: frozenset[Site] = frozenset(Site)
    mail: MailServer | None = None  # without one nobody is called

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the TOMOSHIBI_ variables; raise SettingsError that names the wrong one."""
        given = {name: text for name, text in environment.items() if name.startswith("TOMOSHIBI_")}
        unknown = sorted(given.keys() - VARIABLES.keys())
        if unknown:
            known = ", ".join(VARIABLES)
            raise SettingsError(f"{unknown[0]} is not a setting. Known settings: {known}.")
        transport = _transport(given.get("TOMOSHIBI_TRANSPORT", Transport.HTTPS))
        return cls(
            instance=Path(given.get("TOMOSHIBI_INSTANCE", "instance")).resolve(),
            database_url=_database(given.get("TOMOSHIBI_DATABASE", "")),
            transport=transport,
            leave_url=_address(
                "TOMOSHIBI_LEAVE_URL", given.get("TOMOSHIBI_LEAVE_URL", WEATHER_PAGE)
            ),
            timezone=_timezone(given.get("TOMOSHIBI_TIMEZONE", HOME.key)),
            onion_address=_onion(given.get("TOMOSHIBI_ONION", "")),
            staff_origin=_origin(given.get("TOMOSHIBI_STAFF_ORIGIN", ""), transport),
            files=_files(given),
            mail=_mail(given),
            backups=_backups(given),
        )

    @property
    def database(self) -> URL:
        """The database's address with its driver named; SQLite in the instance by default."""
        if not self.database_url:
            return URL.create("sqlite", database=str(self.instance / "tomoshibi.db"))
        url = make_url(self.database_url)
        return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def is_loopback(host: str) -> bool:
    """Say whether nobody but this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _database(text: str) -> str:
    """Refuse what is neither SQLite nor PostgreSQL; the message never repeats the address."""
    if not text:
        return ""
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsError(
            "TOMOSHIBI_DATABASE is not a database address. Write for example "
            "postgresql://user:password@localhost/tomoshibi, or leave it out for SQLite."
        ) from None
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsError("TOMOSHIBI_DATABASE must begin with sqlite: or postgresql:.")
    return text


def _transport(text: str) -> Transport:
    try:
        return Transport(text)
    except ValueError:
        raise SettingsError("TOMOSHIBI_TRANSPORT must be https, onion or loopback.") from None


def _address(name: str, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname:
        raise SettingsError(f"{name} must be a full address that begins with https://.")
    return text


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise SettingsError("TOMOSHIBI_TIMEZONE must be a zone such as Asia/Tokyo.") from None


def _origin(text: str, transport: Transport) -> str:
    """Return an origin, sign for sign as browsers name it: with anything else nobody could come in.

    Browsers know no passkeys at an address without a name, nor over plain HTTP but on localhost.
    """
    is_local = transport is Transport.LOOPBACK and LOCAL_ORIGIN.fullmatch(text) is not None
    if text and not is_local and not ORIGIN.fullmatch(text):
        raise SettingsError(
            "TOMOSHIBI_STAFF_ORIGIN must be https://host or https://host:port, in small letters "
            "and with nothing behind it; with TOMOSHIBI_TRANSPORT=loopback http://localhost:port."
        )
    return text


def _files(given: Mapping[str, str]) -> FileLimits:
    return FileLimits(
        count=_number(given, "TOMOSHIBI_FILES", "10", 100),
        each_bytes=_number(given, "TOMOSHIBI_FILE_MB", "200", 2_148) * MEGABYTE,
        together_bytes=_number(given, "TOMOSHIBI_FILES_MB", "1000", 100_000) * MEGABYTE,
    )


def _backups(given: Mapping[str, str]) -> BackupLives:
    return BackupLives(
        keys_days=_number(given, "TOMOSHIBI_KEYS_DAYS", "14", 14),
        vault_days=_number(given, "TOMOSHIBI_VAULT_DAYS", "365", 365),
    )


def _mail(given: Mapping[str, str]) -> MailServer | None:
    """Read the mail server; whatever is set without its host would silently call nobody."""
    set_here = sorted(name for name in given if name.startswith("TOMOSHIBI_MAIL_"))
    host = given.get("TOMOSHIBI_MAIL_HOST", "")
    if not host:
        if set_here and set_here != ["TOMOSHIBI_MAIL_HOST"]:
            raise SettingsError(f"{set_here[0]} is set without TOMOSHIBI_MAIL_HOST.")
        return None
    user = given.get("TOMOSHIBI_MAIL_USER", "")
    password = given.get("TOMOSHIBI_MAIL_PASSWORD_FILE", "")
    if bool(user) != bool(password):
        raise SettingsError(
            "TOMOSHIBI_MAIL_USER and TOMOSHIBI_MAIL_PASSWORD_FILE belong together: set both or "
            "none of them."
        )
    return MailServer(
        host,
        _number(given, "TOMOSHIBI_MAIL_PORT", MAIL_PORT, 65_535),
        _mail_tls(given.get("TOMOSHIBI_MAIL_TLS", MailTls.STARTTLS), host),
        _sender(given.get("TOMOSHIBI_MAIL_FROM", "")),
        user,
        Path(password).resolve() if password else None,
    )


def _mail_tls(text: str, host: str) -> MailTls:
    try:
        tls = MailTls(text)
    except ValueError:
        raise SettingsError("TOMOSHIBI_MAIL_TLS must be starttls, tls or none.") from None
    if tls is MailTls.NONE and not is_loopback(host):
        raise SettingsError(
            "TOMOSHIBI_MAIL_TLS=none is for a mail server on this machine only: on the way to any "
            "other one people could read who is called."
        )
    return tls


def _sender(text: str) -> str:
    if not MAIL_ADDRESS.fullmatch(text):
        raise SettingsError("TOMOSHIBI_MAIL_FROM must be an address such as office@example.org.")
    return text


def _number(given: Mapping[str, str], name: str, default: str, most: int) -> int:
    text = given.get(name, default)
    if not (text.isascii() and text.isdecimal() and len(text) < DIGITS and 1 <= int(text) <= most):
        raise SettingsError(f"{name} must be a whole number from 1 to {most}.")
    return int(text)


def _onion(text: str) -> str:
    if text and not text.endswith(".onion"):
        raise SettingsError("TOMOSHIBI_ONION must be an address that ends in .onion.")
    return text
