"""Every setting is named when it is wrong, and none is guessed."""

from pathlib import Path

import pytest

from crypto.padding import padded_length
from crypto.stream import FILE_FLOOR, SLICE_BYTES
from reporting.attachments import MOST_PIECES
from reporting.errors import SettingsError
from reporting.settings import (
    VARIABLES,
    BackupLives,
    FileLimits,
    MailServer,
    MailTls,
    Settings,
    Transport,
    is_loopback,
)

MB = 1_000_000


def test_without_variables_the_instance_holds_an_sqlite_database() -> None:
    settings = Settings.from_environment({"HOME": "elsewhere"})
    assert settings.instance == Path("instance").resolve()
    assert settings.database.get_backend_name() == "sqlite"
    assert settings.database.database == str(Path("instance").resolve() / "tomoshibi.db")
    assert settings.transport is Transport.HTTPS


def test_every_variable_is_read() -> None:
    settings = Settings.from_environment(
        {
            "TOMOSHIBI_INSTANCE": "/srv/tomoshibi",
            "TOMOSHIBI_DATABASE": "postgresql://u:p@localhost/t",
            "TOMOSHIBI_TRANSPORT": "onion",
            "TOMOSHIBI_LEAVE_URL": "https://weather.example/",
            "TOMOSHIBI_TIMEZONE": "Europe/Stockholm",
            "TOMOSHIBI_ONION": "abcdef.onion",
            "TOMOSHIBI_STAFF_ORIGIN": "https://staff.example:8443",
            "TOMOSHIBI_FILES": "3",
            "TOMOSHIBI_FILE_MB": "20",
            "TOMOSHIBI_FILES_MB": "50",
        }
    )
    assert settings.instance == Path("/srv/tomoshibi")
    assert settings.database.drivername == "postgresql+psycopg"
    assert settings.transport is Transport.ONION
    assert settings.leave_url == "https://weather.example/"
    assert settings.timezone.key == "Europe/Stockholm"
    assert settings.onion_address == "abcdef.onion"
    assert settings.staff_origin == "https://staff.example:8443"
    assert settings.files == FileLimits(3, 20_000_000, 50_000_000)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TOMOSHIBI_TRANSPORT", "http"),
        ("TOMOSHIBI_DATABASE", "mysql://localhost/t"),
        ("TOMOSHIBI_DATABASE", "no address at all"),
        ("TOMOSHIBI_LEAVE_URL", "javascript:alert(1)"),
        ("TOMOSHIBI_LEAVE_URL", "https://"),
        ("TOMOSHIBI_ONION", "tomoshibi.example"),
        *(
            ("TOMOSHIBI_STAFF_ORIGIN", text)
            for text in (
                "staff.example",
                "http://staff.example",
                "http://localhost:8000",
                "https://",
                "https://Staff.example",
                "https://staff.example/",
                "https://staff.example:443",
                "https://127.0.0.1:8000",
                "https://[::1]",
                "https://u@staff.example",
                "https://staff.example\n",
            )
        ),
        ("TOMOSHIBI_MAIL_FROM", "office@example.org"),
        ("TOMOSHIBI_TIMEZONE", "Mars/Olympus"),
        ("TOMOSHIBI_TIMEZONE", "../etc/passwd"),
        ("TOMOSHIBI_TYPO", "1"),
        *(
            (name, text)
            for name in ("TOMOSHIBI_FILES", "TOMOSHIBI_FILE_MB", "TOMOSHIBI_FILES_MB")
            for text in ("", "0", "-1", "1.5", "1e3", "ten", " 5", "٣", "²", "9" * 5_000)
        ),
        *(
            (name, text)
            for name in ("TOMOSHIBI_KEYS_DAYS", "TOMOSHIBI_VAULT_DAYS")
            for text in ("", "0", "366", "never")
        ),
        ("TOMOSHIBI_KEYS_DAYS", "15"),
        ("TOMOSHIBI_FILES", "101"),
        ("TOMOSHIBI_FILE_MB", "2149"),
        ("TOMOSHIBI_FILES_MB", "100001"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: text})


MAIL = {
    "TOMOSHIBI_MAIL_HOST": "mail.example.org",
    "TOMOSHIBI_MAIL_FROM": "office@example.org",
    "TOMOSHIBI_MAIL_USER": "caller",
    "TOMOSHIBI_MAIL_PASSWORD_FILE": "/etc/tomoshibi/mail",
}


def test_a_mail_server_is_read_and_is_spoken_to_protected() -> None:
    assert Settings.from_environment(MAIL).mail == MailServer(
        *("mail.example.org", 587, MailTls.STARTTLS, "office@example.org", "caller"),
        Path("/etc/tomoshibi/mail"),
    )
    assert Settings.from_environment({"TOMOSHIBI_MAIL_HOST": ""}).mail is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_mail_server_on_this_machine_may_be_spoken_to_in_clear(host: str) -> None:
    given = {**MAIL, "TOMOSHIBI_MAIL_HOST": host, "TOMOSHIBI_MAIL_TLS": "none"}
    read = Settings.from_environment(given).mail
    assert read is not None
    assert read.tls is MailTls.NONE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TOMOSHIBI_MAIL_TLS", "none"),  # far away
        ("TOMOSHIBI_MAIL_TLS", "ssl"),
        ("TOMOSHIBI_MAIL_PORT", "65536"),
        ("TOMOSHIBI_MAIL_FROM", ""),
        ("TOMOSHIBI_MAIL_FROM", "office"),
        ("TOMOSHIBI_MAIL_FROM", "office@example.org\nBcc: x@example.org"),
        ("TOMOSHIBI_MAIL_USER", ""),
        ("TOMOSHIBI_MAIL_PASSWORD_FILE", ""),
    ],
)
def test_a_mail_server_that_could_give_people_away_is_refused(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({**MAIL, name: text})


def test_archives_may_live_shorter_and_never_longer() -> None:
    assert Settings.from_environment({}).backups == BackupLives(14, 365)
    given = {"TOMOSHIBI_KEYS_DAYS": "3", "TOMOSHIBI_VAULT_DAYS": "30"}
    assert Settings.from_environment(given).backups == BackupLives(3, 30)


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://localhost"])
def test_a_demonstration_may_be_at_localhost_over_plain_http(origin: str) -> None:
    given = {"TOMOSHIBI_TRANSPORT": "loopback", "TOMOSHIBI_STAFF_ORIGIN": origin}
    assert Settings.from_environment(given).staff_origin == origin


def test_without_an_origin_there_is_none() -> None:
    assert Settings.from_environment({}).staff_origin == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TOMOSHIBI_FILES", "1"),
        ("TOMOSHIBI_FILES", "100"),
        ("TOMOSHIBI_FILE_MB", "2148"),
        ("TOMOSHIBI_FILES_MB", "100000"),
    ],
)
def test_the_smallest_and_the_largest_of_a_number_are_taken(name: str, text: str) -> None:
    settings = Settings.from_environment({name: text})
    limits = (settings.files.count, settings.files.each_bytes, settings.files.together_bytes)
    assert int(text) in {number // size for number, size in zip(limits, (1, MB, MB), strict=True)}


def test_unless_somebody_says_otherwise_ten_files_of_together_a_gigabyte_are_taken() -> None:
    assert Settings.from_environment({}).files == FileLimits(10, 200 * MB, 1_000 * MB)


def test_the_largest_file_that_can_be_allowed_fits_its_pieces() -> None:
    largest = Settings.from_environment({"TOMOSHIBI_FILE_MB": "2148"}).files.each_bytes
    assert padded_length(largest, FILE_FLOOR) * 1.01 < MOST_PIECES * SLICE_BYTES


def test_a_wrong_database_address_is_not_repeated_in_the_error() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"TOMOSHIBI_DATABASE": "mysql://user:secret@localhost/t"})
    assert "secret" not in str(caught.value)


def test_a_password_in_the_address_does_not_show() -> None:
    settings = Settings.from_environment(
        {"TOMOSHIBI_DATABASE": "postgresql://u:secret@localhost/t"}
    )
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - a name to be refused
        ("192.168.1.2", False),
        ("example.org", False),
    ],
)
def test_what_counts_as_this_machine_only(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer


def test_every_variable_has_a_sentence() -> None:
    assert all(VARIABLES.values())
