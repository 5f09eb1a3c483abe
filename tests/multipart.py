"""Multipart: what a browser sends when a form has files, written by hand.

The test client's own way keeps large files in temporary ones, which is what must never happen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

BOUNDARY = "----boundary-of-a-browser"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
END = f"--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True)
class Evidence:
    """A file that somebody chose, and what their browser says about it."""

    name: str = "photo.jpg"
    data: bytes = b"\xff\xd8 a photo \0 of a car"
    media_type: str = "image/jpeg"


NOTHING = Evidence("", b"", "application/octet-stream")  # how a browser says that none was chosen


def body(fields: Mapping[str, str], *files: Evidence) -> bytes:
    """Return a whole form: its fields, and behind them its files."""
    parts = [before(fields)]
    parts += [head(file) + file.data + b"\r\n" for file in files or (NOTHING,)]
    return b"".join([*parts, END])


def before(fields: Mapping[str, str]) -> bytes:
    """Return the fields, which stand before any file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join(parts).encode()


def head(file: Evidence) -> bytes:
    """Return what stands before the bytes of a file; behind them is the end of a line."""
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{file.name}"\r\n'
        f"Content-Type: {file.media_type}\r\n\r\n"
    ).encode()
