"""A known key, place and locked box, and files whose lengths lie around the ends of chunks."""

from collections.abc import Callable

from hypothesis import strategies as st

from tests.crypto.reference import CHUNK
from tests.crypto.vectors import load

VECTOR = load("locked")
KEY = VECTOR.secret("key")
CTX = VECTOR.place()
WORDS = VECTOR.entries("boxes")[1]
AROUND_CHUNKS = [n + CHUNK * k for k in range(4) for n in (-1, 0, 1) if n + CHUNK * k >= 0]
LENGTHS = st.sampled_from([*AROUND_CHUNKS, 5000, 100_000])


def a_file(length: int) -> bytes:
    return (bytes(range(1, 252)) * (length // 251 + 1))[:length]


def rows_of(*rows: bytes) -> Callable[[], list[bytes]]:
    return lambda: list(rows)
