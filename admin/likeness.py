"""Likeness: whether two names may be one person's. Wrong rather by finding too much.

What is found hides a report and asks a supervisor to look; what is missed shows a report to
somebody it is about. It compares letters and not sounds: a name in another script, or in the other
form of Han, is another name here. So everybody declares their names in each script.
"""

import unicodedata
from typing import Final

from forms.spelling import SAME, apart, is_kept, is_loose

_SHORTEST_FOR_A_SLIP: Final = 6


def fold(text: str) -> str:
    """Return a text without what people write differently: case, width, gaps, loose marks."""
    return "".join(_parts(text))


def is_near(one: str, other: str) -> bool:
    """Say whether two names may be one person's.

    They may when all parts of one are among those of the other, in any order and with or without
    gaps, or when long ones differ by a single letter. A name of no letters is nobody's.
    """
    ours, theirs = _parts(one), _parts(other)
    if not ours or not theirs:
        return False
    if set(ours) <= set(theirs) or set(theirs) <= set(ours):
        return True
    return any(
        _is_within_one_slip(a, b)
        for a in {"".join(ours), "".join(sorted(ours))}
        for b in {"".join(theirs), "".join(sorted(theirs))}
    )


def _parts(text: str) -> tuple[str, ...]:
    plain = (sign for sign in apart(text) if not is_loose(sign))
    kept = "".join(sign if is_kept(sign) else " " for sign in plain)
    return tuple(unicodedata.normalize("NFC", kept.translate(SAME)).split())


def _is_within_one_slip(one: str, other: str) -> bool:
    """Say whether one letter changed, left out or put in makes one the other."""
    shorter, longer = sorted((one, other), key=len)
    if one == other:
        return True
    if len(shorter) < _SHORTEST_FOR_A_SLIP or len(longer) - len(shorter) > 1:
        return False
    at = next((n for n, sign in enumerate(shorter) if sign != longer[n]), len(shorter))
    rest = shorter[at + 1 :] if len(shorter) == len(longer) else shorter[at:]
    return rest == longer[at + 1 :]
