"""Lengths rounded to buckets, so that a size in the database says little about what was written.

Above a floor the buckets are those of Padmé (Nikitin and others, 2019): at most 12 % is added,
and of a length only its highest bits stay visible.
"""

from crypto.envelope import OpenError

END_MARK = b"\x80"


def _padme(length: int) -> int:
    """Round up so that only the highest bits of a length stay, and the rest are zero."""
    exponent = length.bit_length() - 1
    zeroed = exponent - exponent.bit_length()
    mask = (1 << zeroed) - 1
    return (length + mask) & ~mask


def padded_length(n: int, floor: int) -> int:
    """Return the padded length of n bytes. Raises ValueError for a negative n."""
    if n < 0:
        raise ValueError("nothing is shorter than empty")
    return max(floor, _padme(n + len(END_MARK)))


def pad(data: bytes, floor: int) -> bytes:
    """Append an end mark, then zeros up to the bucket. `floor` is the smallest bucket."""
    return (data + END_MARK).ljust(padded_length(len(data), floor), b"\0")


def unpad(data: bytes) -> bytes:
    """Return what was padded. Raises OpenError unless the tail is an end mark and zeros only.

    The caller guarantees that `data` was authenticated: this tells good padding from bad.
    """
    # Found from behind and compared at once: taking zeros off one by one takes four times as long.
    end = data.rfind(END_MARK)
    if end < 0 or data[end + 1 :] != bytes(len(data) - end - 1):
        raise OpenError
    return data[:end]
