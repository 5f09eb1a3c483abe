"""The service without its locks on files: what storing an upload costs when it is left open."""

import sys
from collections.abc import Callable

from crypto.envelope import Ctx, Secret
from crypto.stream import SLICE_BYTES
from reporting import uploads
from wsgi import main


class OpenSink:
    """Hand on a file in slices as it came."""

    def __init__(self, _key: Secret, _ctx: Ctx, keep: Callable[[bytes], object]) -> None:
        self._keep = keep
        self._pending = bytearray()
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._pending += data
        self._size += len(data)
        while len(self._pending) > SLICE_BYTES:
            with memoryview(self._pending) as pending:
                piece = bytes(pending[:SLICE_BYTES])
            del self._pending[:SLICE_BYTES]
            self._keep(piece)
        return len(data)

    def finish(self) -> int:
        """Hand on the rest."""
        self._keep(bytes(self._pending))
        return self._size


def command() -> list[str]:
    """Return the command that stands for `tomoshibi`."""
    return [sys.executable, "-m", "benchmarks.plain"]


if __name__ == "__main__":
    uploads.ChunkSink = OpenSink  # type: ignore[assignment,misc]  # the one difference to be measured
    main(prog_name="tomoshibi")
