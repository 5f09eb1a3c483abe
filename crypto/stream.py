"""Lock and unlock bytes under a 32-byte key: short ones at once, files as a stream.

A locked box (FORMAT.md) is Cobblestone256. It commits to its key and its place, and shows every
change, swap and cut. It releases the beginning before it has seen the end, so nothing in this
module hands out a byte before the whole box was verified.
"""

from collections.abc import Callable, Iterable, Iterator

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor

from crypto.envelope import (
    HOSTILE,
    SUITE_LOCKED,
    VERSION,
    Ctx,
    OpenError,
    Secret,
    opening,
    placed,
)
from crypto.padding import END_MARK, padded_length

SLICE_BYTES = 1 << 20  # the most that one attachment row holds
FILE_FLOOR = 1 << 14

_HEADER = VERSION + SUITE_LOCKED
_PREFIX_BYTES = len(_HEADER) + 24 + 32  # salt and key commitment, both made by the library


def lock(key: Secret, data: bytes, ctx: Ctx) -> bytes:
    """Return a box that opens under `key` at ctx only. Raises ValueError for a key not of 32 bytes.

    The length of the data shows: whoever calls this has padded what must not.
    """
    encryptor = Cobblestone256Encryptor(key.reveal(), ctx.encode(_HEADER))
    return _HEADER + encryptor.update(data) + encryptor.finalize()


def unlock(key: Secret, box: bytes, ctx: Ctx) -> bytes:
    """Return what was locked. Raises OpenError for any other key, place or box."""
    return _unlocked(key.reveal(), box, ctx.encode(_HEADER))


def unlocker(key: Secret, like: Ctx) -> Callable[[bytes, bytes, int], bytes]:
    """Return what unlocks boxes of one purpose and column, each by its row and version.

    For thousands of them under one key: of `like` the row and version do not count. It raises
    OpenError as `unlock` does.
    """
    held, frame = key.reveal(), like.frame(_HEADER)

    def unlock_one(box: bytes, row: bytes, rev: int) -> bytes:
        try:
            context = placed(frame, row, rev)
        except ValueError:
            raise OpenError from None
        return _unlocked(held, box, context)

    return unlock_one


def _unlocked(key: bytes, box: bytes, context: bytes) -> bytes:
    if not box.startswith(_HEADER):
        raise OpenError
    # In place of `opening`, which takes a tenth of the time of opening a header.
    try:
        decryptor = Cobblestone256Decryptor(key, context)
        return decryptor.update(memoryview(box)[len(_HEADER) :]) + decryptor.finalize()
    except HOSTILE:
        raise OpenError from None


class ChunkSink:
    """Lock a file of unknown length while it arrives, in bounded memory.

    `keep` is called with the slices of the box in order, each of 1 MiB but the last. Until
    `finish` returned, the slices are no box and open for nobody.
    """

    def __init__(self, key: Secret, ctx: Ctx, keep: Callable[[bytes], None]) -> None:
        self._encryptor = Cobblestone256Encryptor(key.reveal(), ctx.encode(_HEADER))
        self._keep = keep
        self._pending = bytearray(_HEADER)
        self._size = 0

    def write(self, data: bytes) -> int:
        """Lock the next bytes of the file, and return how many they were."""
        self._feed(data)
        self._size += len(data)
        return len(data)

    def finish(self) -> int:
        """Pad, close the box, keep its last slice, and return the true size of the file.

        A sink that is finished twice, or written to afterwards, raises AlreadyFinalized.
        """
        padding = padded_length(self._size, FILE_FLOOR) - self._size - len(END_MARK)
        self._feed(END_MARK)
        for start in range(0, padding, SLICE_BYTES):
            self._feed(bytes(min(SLICE_BYTES, padding - start)))
        self._pending += self._encryptor.finalize()
        self._keep_whole_slices()
        self._keep(bytes(self._pending))
        return self._size

    def _feed(self, data: bytes) -> None:
        # Cut first: one long write would otherwise be held in memory a second time.
        for start in range(0, len(data), SLICE_BYTES):
            self._pending += self._encryptor.update(memoryview(data)[start : start + SLICE_BYTES])
            self._keep_whole_slices()

    def _keep_whole_slices(self) -> None:
        # Strictly more: the last slice is kept by `finish`, and is never empty.
        while len(self._pending) > SLICE_BYTES:
            self._keep(bytes(self._pending[:SLICE_BYTES]))
            del self._pending[:SLICE_BYTES]


class ChunkSource:
    """A file whose box was verified from the first byte to the last, ready to be read.

    Making one is the first pass: everything is decrypted to nowhere, and OpenError is raised
    unless the box is whole, in its place and under its key. So nobody can hold a source and read
    bytes from it that were not verified. Iterating is the second pass.

    `slices` begins the box anew each time it is called, cut anywhere. Rows could change between
    the passes; the second therefore insists on the salt and key commitment of the first. Under
    them no chunks exist but those verified then, so what was handed out stays true even where
    the second pass must stop with OpenError.
    """

    def __init__(self, key: Secret, ctx: Ctx, slices: Callable[[], Iterable[bytes]]) -> None:
        self._key = key
        self._context = ctx.encode(_HEADER)
        self._slices = slices
        self._prefix = _HEADER
        self.size_bytes = self._verify()

    def __iter__(self) -> Iterator[bytes]:
        """Hand out the file in order, without its padding."""
        left = self.size_bytes
        for data in self._decrypted():
            if left:
                yield data[:left]
            left -= min(left, len(data))

    def _verify(self) -> int:
        """Return where the end mark stands, once every byte before and after it was verified."""
        length = end = 0
        mark = b""
        for data in self._decrypted():
            written = data.rstrip(b"\0")
            if written:
                mark = written[-1:]
                end = length + len(written) - len(mark)
            length += len(data)
        if mark != END_MARK:
            raise OpenError
        return end

    def _decrypted(self) -> Iterator[bytes]:
        # For the two passes only: this releases bytes before the end of the box was seen.
        slices = iter(self._slices())
        head = _at_least(_PREFIX_BYTES, slices)
        if not head.startswith(self._prefix):
            raise OpenError
        self._prefix = head[:_PREFIX_BYTES]
        with opening():
            decryptor = Cobblestone256Decryptor(self._key.reveal(), self._context)
            data = decryptor.update(head[len(_HEADER) :])
        yield data
        for piece in slices:
            with opening():
                data = decryptor.update(piece)
            yield data
        with opening():
            data = decryptor.finalize()
        yield data


def _at_least(n: int, slices: Iterator[bytes]) -> bytes:
    """Take slices until n bytes are together, or none are left."""
    head = bytearray()
    for piece in slices:
        head += piece
        if len(head) >= n:
            break
    return bytes(head)
