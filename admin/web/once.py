"""Once: tell a button that was pressed twice from words that are meant to be sent again."""

import hashlib
import secrets
from typing import Final

from crypto.envelope import lp

NUMBER_BYTES: Final = 8


def number() -> str:
    """Return a page's own number, for its forms to carry."""
    return secrets.token_hex(NUMBER_BYTES)


def mark(once: str, *sent: str) -> str:
    """Return what is the same for a form that came twice, and only then."""
    if not once:
        return number()
    # With the words: a page shown again by the way back may carry its old number and new words.
    parts = lp(*(part.encode() for part in (once, *sent)))
    return hashlib.sha256(parts).hexdigest()[: 4 * NUMBER_BYTES]
