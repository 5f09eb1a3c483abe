"""Search: find secrets in whatever a running server leaves on the machine."""

import base64
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from reporting.settings import Settings
from tests.served import Served


def holding(secrets: list[bytes], files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Return the files that hold one of the secrets."""
    return [name for name, data in files if any(secret in data for secret in secrets)]


def disguises(secret: bytes) -> Iterator[bytes]:
    """Yield what a secret might look like in a file."""
    yield secret
    yield secret.hex().encode()
    yield base64.b64encode(secret).rstrip(b"=")[:-1]
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")[:-1]


def files_of(settings: Settings, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the instance, of its database and in a folder for temporary ones."""
    places_to_look = [settings.instance, folder]
    database = settings.database
    if database.get_backend_name() == "postgresql":
        places_to_look.append(Path(str(database.query["host"])))
    else:
        places_to_look.append(Path(str(database.database)).parent)
    for place in places_to_look:
        for folder_name, _folders, names in os.walk(place):
            for name in names:
                # PostgreSQL serves other tests too, whose files come and go.
                with suppress(OSError):
                    yield name, (Path(folder_name) / name).read_bytes()


def open_files_of(running: Served) -> Iterator[tuple[str, bytes]]:
    """Yield what the server has open and on its command line, deleted files included."""
    # Nobody but root can look: the server is not dumpable.
    if sys.platform != "linux" or os.geteuid() != 0:  # pragma: no cover - as said
        return
    for pid in running.pids:
        yield f"cmdline of {pid}", Path(f"/proc/{pid}/cmdline").read_bytes()
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            # A server at work closes files between the listing and the look.
            with suppress(FileNotFoundError):
                target = str(handle.readlink())
                if target.startswith("/") and "(deleted)" in target:
                    yield target, handle.read_bytes()
