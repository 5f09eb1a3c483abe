"""Blinding: tokens that are equal for equal words, and that only a key and much work can make.

Telephone numbers and names of accounts can all be tried one after the other. So whoever has a
token and no key learns nothing by trying, and whoever has the key still pays for every guess what
a passphrase costs (FORMAT.md 17).
"""

import hmac
from typing import Final

from crypto.envelope import Label, Secret, expand
from crypto.passphrase import SALT_BYTES, Parameters, derive

TOKEN_BYTES: Final = 16
# Signing in waits as long as it takes; who only looks something up tries again.
PATIENCE_SECONDS: Final = 2.0


def token(
    key: Secret, words: bytes, parameters: Parameters, patience: float = PATIENCE_SECONDS
) -> bytes:
    """Return the token of these words under a key. Takes a quarter of a second of one core.

    Raises CoresTakenError while every core is at such work already.
    """
    salt = expand(key, Label.LINK_SALT, SALT_BYTES).reveal()
    stretched = derive(words, salt, parameters, patience)
    tag = hmac.digest(expand(key, Label.LINK_TAG).reveal(), stretched, "sha256")
    return tag[:TOKEN_BYTES]
