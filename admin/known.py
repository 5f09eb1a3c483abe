"""Known: the mark of a browser in which somebody signed in lately. It says nothing about who.

Only a line at the door hangs on it (admin/patience.py): it opens nothing, and no row remembers it.
"""

import hmac
import secrets
from datetime import date, timedelta
from typing import Final

from crypto.envelope import Label, Pepper, expand

LIFE: Final = timedelta(days=14)
RANDOM_BYTES: Final = 16
DAY_BYTES: Final = 4
PROOF_BYTES: Final = 16
_PROVEN: Final = RANDOM_BYTES + DAY_BYTES


class NotKnownError(Exception):
    """Nobody signed in lately in this browser, as far as it shows."""


def new_mark(pepper: Pepper, today: date) -> str:
    """Make what a browser shows from now on; no two of them have anything in common."""
    end = (today + LIFE).toordinal().to_bytes(DAY_BYTES, "big")
    proven = secrets.token_bytes(RANDOM_BYTES) + end
    return (proven + _proof(pepper, proven)).hex()


def browser_of(pepper: Pepper, mark: str, today: date) -> bytes:
    """Return by what a browser is told from others; raise NotKnownError for no mark of ours."""
    try:
        shown = bytes.fromhex(mark)
    except ValueError:
        raise NotKnownError from None
    proven, proof = shown[:_PROVEN], shown[_PROVEN:]
    if not hmac.compare_digest(proof, _proof(pepper, proven)):
        raise NotKnownError
    if int.from_bytes(proven[RANDOM_BYTES:], "big") <= today.toordinal():
        raise NotKnownError
    return proven[:RANDOM_BYTES]


def _proof(pepper: Pepper, proven: bytes) -> bytes:
    key = expand(pepper.key, Label.KNOWN_BROWSER).reveal()
    return hmac.digest(key, proven, "sha256")[:PROOF_BYTES]
