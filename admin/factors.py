"""One-time codes: a second factor that needs no script, each code used once."""

import hmac
import secrets
import unicodedata
from base64 import b32decode, b32encode
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from pyotp import HOTP, TOTP
from pyotp.utils import strings_equal

from admin.errors import CodeRefusedError
from crypto.envelope import Label, OpenError, Secret, expand

STEP_SECONDS: Final = 30
STEPS_OF_DRIFT: Final = 1  # clocks of telephones are wrong by up to half a minute
SECRET_BYTES: Final = 20
TAG_BYTES: Final = 16
ISSUER: Final = "Tomoshibi"
KIND: Final = b"\x01"  # what a key ring tells factors apart by; others have other numbers
_COUNTER_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class OneTimeCodes:
    """A secret shared with somebody's telephone, and the newest time step already used."""

    secret: Secret
    last_step: int = 0

    @classmethod
    def make(cls) -> Self:
        """Make a new secret."""
        return cls(Secret(secrets.token_bytes(SECRET_BYTES)))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Take a secret over from its text, as a telephone's app does."""
        return cls(Secret(b32decode(text)))

    @classmethod
    def decode(cls, factor: Secret) -> Self:
        """Read what `encode` wrote; raise OpenError when it is some other factor."""
        data = factor.reveal()
        if len(data) != len(KIND) + _COUNTER_BYTES + SECRET_BYTES or data[:1] != KIND:
            raise OpenError
        step = int.from_bytes(data[1 : 1 + _COUNTER_BYTES], "big")
        return cls(Secret(data[1 + _COUNTER_BYTES :]), step)

    def encode(self) -> Secret:
        """Return the bytes that a key ring keeps: kind, newest step used, secret."""
        step = self.last_step.to_bytes(_COUNTER_BYTES, "big")
        return Secret(KIND + step + self.secret.reveal())

    @property
    def text(self) -> str:
        """The secret as a telephone's app takes it; shown once, to its owner."""
        return b32encode(self.secret.reveal()).decode()

    @property
    def used(self) -> bytes:
        """The tag of the code used last: the same whoever computes it, and telling nothing."""
        key = expand(self.secret, Label.SPENT_CODE).reveal()
        step = self.last_step.to_bytes(_COUNTER_BYTES, "big")
        return hmac.digest(key, step, "sha256")[:TAG_BYTES]

    def address(self, name: str) -> str:
        """Return the otpauth address that apps read; as secret as the secret itself."""
        return TOTP(self.text).provisioning_uri(name=name, issuer_name=ISSUER)

    def accept(self, code: str, now: datetime) -> Self:
        """Return these codes with that one used up.

        Raises CodeRefusedError for a wrong code and for one not newer than the last accepted.
        """
        typed = _digits(code)
        current = int(now.timestamp()) // STEP_SECONDS
        codes = HOTP(self.text)
        # Every step is compared, so that the time taken does not tell which one was near.
        fitting = [
            step
            for step in range(current - STEPS_OF_DRIFT, current + STEPS_OF_DRIFT + 1)
            if strings_equal(codes.at(step), typed) and step > self.last_step
        ]
        if not fitting:
            raise CodeRefusedError
        return replace(self, last_step=fitting[0])


def _digits(code: str) -> str:
    """Fold digits of any script to ASCII and drop spaces; apps show codes in two halves."""
    return "".join(
        str(unicodedata.decimal(character, character))
        for character in code
        if not character.isspace()
    )
