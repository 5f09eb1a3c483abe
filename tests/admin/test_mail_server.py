"""A call goes out protected, in words that never change, or it does not go out."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admin import mail_server
from admin.errors import NotSentError
from admin.on_call import Called
from reporting.settings import MailServer, MailTls
from tests.postbox import a_certificate, a_postbox

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CRANE = Called("Crane-Canary", "crane@example.org", "ja")
HERON = Called("Heron-Canary", "heron@example.org")
FAR = "mail.example.org"
SENDER = "office@example.org"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that nobody trusts yet."""
    return a_certificate(tmp_path / "postbox.pem")


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same certificate, trusted by this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@pytest.fixture(autouse=True)
def _far_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the name of a machine far away lead to this one."""
    there = socket.getaddrinfo

    def here(host: str, *more: int) -> object:
        return there("127.0.0.1" if host == FAR else host, *more)

    lookup: Callable[..., object] = here
    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def server(port: int, tls: MailTls, host: str = FAR) -> MailServer:
    return MailServer(host, port, tls, SENDER)


@pytest.mark.parametrize("tls", [MailTls.STARTTLS, MailTls.TLS])
def test_a_call_goes_out_protected(trusted: Path, tls: MailTls) -> None:
    with a_postbox(trusted, is_wrapped=tls is MailTls.TLS) as postbox:
        mail_server.send(server(postbox.port, tls), CRANE, NOW)
    assert postbox.recipients == ["crane@example.org"]
    assert not any("MAIL" in line or "crane" in line for line in postbox.in_clear)
    assert "都合がつきしだい、サインインしてください。" in postbox.texts[0]


def test_on_this_machine_a_call_may_go_in_clear() -> None:
    with a_postbox() as postbox:
        mail_server.send(server(postbox.port, MailTls.NONE, "127.0.0.1"), HERON, NOW)
    assert postbox.recipients == ["heron@example.org"]


def test_nothing_goes_to_a_server_that_offers_no_protection() -> None:
    with a_postbox() as postbox, pytest.raises(NotSentError, match="offers no protection"):
        mail_server.send(server(postbox.port, MailTls.STARTTLS), CRANE, NOW)
    assert postbox.letters == []
    assert not any("crane" in line for line in postbox.in_clear)


@pytest.mark.parametrize("tls", [MailTls.STARTTLS, MailTls.TLS])
def test_nothing_goes_to_a_server_that_nobody_vouches_for(certificate: Path, tls: MailTls) -> None:
    is_wrapped = tls is MailTls.TLS
    with (
        a_postbox(certificate, is_wrapped=is_wrapped) as postbox,
        pytest.raises(NotSentError, match="certificate"),
    ):
        mail_server.send(server(postbox.port, tls), CRANE, NOW)
    assert postbox.letters == []


def test_the_password_goes_only_over_a_protected_line(trusted: Path, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("kettle\n", encoding="utf-8")
    with a_postbox(trusted) as postbox:
        there = MailServer(FAR, postbox.port, MailTls.STARTTLS, SENDER, "caller", password)
        mail_server.check(there)
        assert postbox.signed_in == ["caller"]
        assert not any("AUTH" in line for line in postbox.in_clear)
        assert postbox.letters == []
        password.write_text("wrong", encoding="utf-8")
        with pytest.raises(NotSentError, match="refused the name or the password") as refused:
            mail_server.check(there)
        assert "caller" not in str(refused.value)
        password.unlink()
        with pytest.raises(NotSentError, match="password file not read"):
            mail_server.check(there)


def test_what_a_server_answers_is_not_repeated() -> None:
    with a_postbox() as postbox:
        postbox.refuses.add("crane@example.org")
        with pytest.raises(NotSentError) as refused:
            mail_server.send(server(postbox.port, MailTls.NONE, "127.0.0.1"), CRANE, NOW)
    assert str(refused.value) == "The mail server refused an address."


def test_a_server_that_is_away_is_told() -> None:
    with a_postbox() as postbox:
        pass
    with pytest.raises(NotSentError, match="not reached"):
        mail_server.check(server(postbox.port, MailTls.NONE, "127.0.0.1"))


def test_two_calls_differ_in_nothing_but_time_and_number() -> None:
    there = server(25, MailTls.STARTTLS)
    letters = [mail_server.write(there, HERON, NOW) for _ in range(2)]
    for letter in letters:
        del letter["Message-ID"]
    assert letters[0].as_bytes() == letters[1].as_bytes()


def test_a_call_names_nobody_and_no_machine() -> None:
    letter = mail_server.write(server(25, MailTls.STARTTLS), HERON, NOW)
    text = letter.as_bytes().decode()
    assert "Canary" not in text
    assert socket.gethostname() not in text
    assert set(letter.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert letter["Subject"] == "Please sign in when you can."


def test_whose_language_is_not_known_gets_the_words_in_all_of_them() -> None:
    words = mail_server.write(server(25, MailTls.STARTTLS), HERON, NOW).get_content()
    assert words == "Please sign in when you can.\n都合がつきしだい、サインインしてください。\n"
