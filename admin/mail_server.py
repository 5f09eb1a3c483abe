"""Mail server: hand it a call in words that never change, protected on the way."""

import secrets
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from admin.errors import NotSentError
from admin.on_call import Called
from reporting.settings import MailServer, MailTls

WORDS: Final[Mapping[str, str]] = {
    "en": "Please sign in when you can.",
    "ja": "都合がつきしだい、サインインしてください。",
}
PATIENCE_SECONDS: Final = 15


def send(server: MailServer, person: Called, now: datetime) -> None:
    """Call somebody. Raises NotSentError, whose text tells the operator why and names nobody."""
    letter = write(server, person, now)
    with _explained(), _connected(server) as connection:
        connection.send_message(letter, server.sender, [person.address])


def check(server: MailServer) -> None:
    """Go to the mail server and come back without having sent anything. Raises NotSentError."""
    with _explained(), _connected(server) as connection:
        connection.noop()


def write(server: MailServer, person: Called, now: datetime) -> EmailMessage:
    """Write a call: the same words to everybody at all times, practice or not."""
    letter = EmailMessage()
    words = [WORDS[person.language]] if person.language else list(WORDS.values())
    letter["From"] = server.sender
    letter["To"] = person.address
    letter["Subject"] = words[0]
    letter["Date"] = format_datetime(now.replace(microsecond=0))
    letter["Message-ID"] = f"<{secrets.token_hex(16)}@{_domain(server)}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("\n".join(words) + "\n")
    return letter


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    # The name of this machine is nobody's business: we say where our letters come from instead.
    where = (server.host, server.port, _domain(server))
    if server.tls is MailTls.TLS:
        trusted = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            *where, timeout=PATIENCE_SECONDS, context=trusted
        )
    else:
        connection = smtplib.SMTP(*where, timeout=PATIENCE_SECONDS)
    with connection:
        if server.tls is MailTls.STARTTLS:
            # Raises where the server offers none: nothing goes on in clear.
            connection.starttls(context=ssl.create_default_context())
        if server.password_file is not None:
            password = server.password_file.read_text(encoding="utf-8").strip()
            connection.login(server.user, password)
        yield connection


@contextmanager
def _explained() -> Iterator[None]:
    """Say what went wrong without what the server answered: answers repeat addresses."""
    try:
        yield
    except ssl.SSLError:
        raise NotSentError(
            "The mail server's certificate is not one that this machine trusts."
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise NotSentError("The mail server offers no protection or no sign-in.") from None
    except smtplib.SMTPAuthenticationError:
        raise NotSentError("The mail server refused the name or the password.") from None
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused):
        raise NotSentError("The mail server refused an address.") from None
    except (smtplib.SMTPException, OSError, UnicodeError):
        raise NotSentError(
            "The mail server was not reached, or its password file not read."
        ) from None


def _domain(server: MailServer) -> str:
    return server.sender.rpartition("@")[2]
