"""Postbox: a mail server on this machine that keeps what it is given, with protection of its own.

It speaks as much of SMTP as servers do with us: EHLO, STARTTLS, AUTH PLAIN, one letter, NOOP, QUIT.
"""

import base64
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typing_extensions import override

NAMES = ("localhost", "mail.example.org")


@dataclass
class Postbox:
    """What a mail server got: letters, to whom, and what was said before they were protected."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    in_clear: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    @property
    def texts(self) -> list[str]:
        """The words of all letters."""
        return [str(letter.get_content()).replace("\r\n", "\n") for letter in self.letters]


class _Server(ThreadingTCPServer):
    daemon_threads = False  # closing the server waits for every conversation
    allow_reuse_address = True
    postbox: Postbox
    trusted: ssl.SSLContext | None
    is_wrapped: bool

    @override
    def handle_error(self, *_conversation: object) -> None:
        """Say nothing: of a conversation that a client broke off there is nothing to tell."""


class _Handler(StreamRequestHandler):
    passwords: ClassVar = {"caller": "kettle"}

    @property
    def at(self) -> _Server:
        """The server that this conversation is with."""
        assert isinstance(self.server, _Server)
        return self.server

    @override
    def handle(self) -> None:
        self.is_protected = self.at.is_wrapped
        if self.at.is_wrapped:
            self._protect()
        self._say("220 postbox")
        while True:
            line = self.rfile.readline().decode().strip()
            if not line:
                return
            if not self.is_protected:
                self.at.postbox.in_clear.append(line)
            verb = line.split()[0].upper()
            if verb == "QUIT":
                self._say("221 bye")
                return
            getattr(self, f"_{verb.lower()}", self._unknown)(line)

    @override
    def finish(self) -> None:
        super().finish()
        self.rfile.close()
        self.connection.close()

    def _ehlo(self, _line: str) -> None:
        offers = ["postbox", "AUTH PLAIN"]
        if self.at.trusted is not None and not self.is_protected:
            offers.append("STARTTLS")
        for offer in offers[:-1]:
            self._say(f"250-{offer}")
        self._say(f"250 {offers[-1]}")

    def _starttls(self, _line: str) -> None:
        self._say("220 go on")
        self._protect()
        self.is_protected = True

    def _auth(self, line: str) -> None:
        _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
        if self.passwords.get(user) != password:
            self._say(f"535 {user} is not known")
            return
        self.at.postbox.signed_in.append(user)
        self._say("235 good")

    def _mail(self, _line: str) -> None:
        self._say("250 good")

    def _rcpt(self, line: str) -> None:
        address = line.partition("<")[2].partition(">")[0]
        if address in self.at.postbox.refuses:
            self._say(f"550 no such person: {address}")
            return
        self.at.postbox.recipients.append(address)
        self._say("250 good")

    def _data(self, _line: str) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        self.at.postbox.letters.append(letter)
        self._say("250 kept")

    def _noop(self, _line: str) -> None:
        self._say("250 good")

    def _rset(self, _line: str) -> None:
        self._say("250 good")

    def _unknown(self, _line: str) -> None:
        self._say("502 what?")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _protect(self) -> None:
        assert self.at.trusted is not None
        self.connection = self.at.trusted.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)


@contextmanager
def a_postbox(certificate: Path | None = None, *, is_wrapped: bool = False) -> Iterator[Postbox]:
    """Serve a postbox; with a certificate it offers STARTTLS, or speaks TLS from the first byte."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.postbox = Postbox(server.server_address[1])
        server.is_wrapped = is_wrapped
        server.trusted = None
        if certificate is not None:
            server.trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.trusted.load_cert_chain(certificate)
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.postbox
        finally:
            server.shutdown()
            thread.join()


def a_certificate(path: Path) -> Path:
    """Write a certificate with its key that says localhost and mail.example.org of itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "postbox")])
    now = datetime.now(UTC)  # noqa: TID251 - the machine's own clock judges it
    named = [*(x509.DNSName(one) for one in NAMES), x509.IPAddress(ipaddress.ip_address("::1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(named), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
