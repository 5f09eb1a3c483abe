"""A small HTTP/1.1 client over one kept-alive socket: cheap, so that it measures the server."""

import re
import socket
from dataclasses import dataclass, field
from urllib.parse import urlencode

_TOKEN = re.compile(rb'name="token" value="([^"]+)"')
_COOKIE = re.compile(rb"\r\nset-cookie: ([^=;]+)=([^;\r]*)", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, body, and how many bytes that was with its head."""

    status: int
    body: bytes
    size_bytes: int

    @property
    def token(self) -> str:
        """The form token in the page."""
        found = _TOKEN.search(self.body)
        assert found, "the page holds no form"  # noqa: S101 - a benchmark of a broken site is worthless
        return found[1].decode()


@dataclass(slots=True)
class Browser:
    """One visitor: a connection and a cookie jar."""

    host: str
    port: int
    cookies: dict[bytes, bytes] = field(default_factory=dict)
    _socket: socket.socket | None = None

    def get(self, path: str) -> Answer:
        """Fetch a page."""
        return self._ask(f"GET {path} HTTP/1.1\r\n", b"")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form."""
        body = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n"
        )
        return self._ask(head, body)

    def forget(self) -> None:
        """Become somebody else: no cookie, but the same connection."""
        self.cookies.clear()

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, head: str, body: bytes) -> Answer:
        jar = b"; ".join(name + b"=" + value for name, value in self.cookies.items())
        message = head.encode() + b"Host: localhost\r\nAccept-Language: en\r\nCookie: " + jar
        message += b"\r\n\r\n" + body
        for _ in range(2):  # the server may have closed an idle connection meanwhile
            try:
                return self._answer(message)
            except (ConnectionError, EOFError):
                self.close()
        raise ConnectionError("the server hung up twice")

    def _answer(self, message: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection((self.host, self.port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(message)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        while length and len(body) < int(length[1]):
            body += self._more()
        for name, value in _COOKIE.findall(head):
            self.cookies[name] = value
        return Answer(int(head[9:12]), body, len(head) + 4 + len(body))

    def _more(self) -> bytes:
        assert self._socket is not None  # noqa: S101 - opened by the caller
        data = self._socket.recv(65536)
        if not data:
            raise EOFError
        return data
