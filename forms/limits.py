"""Limits: how long a name and a passphrase may be, for the form and for the commands alike."""

from typing import Final

LONGEST_NAME: Final = 80
LONGEST_PASSPHRASE: Final = 1_000
