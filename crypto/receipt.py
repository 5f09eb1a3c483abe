"""The receipt: 32 digits that only the reporter holds, and the keys that come out of them.

30 digits are random and two are check digits (ISO 7064, mod 97-10). They find every wrong digit
and every swap of neighbours before anything is looked up, so a slip of the pen is answered with
"look again" and never with "unknown".
"""

import hmac
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from crypto.envelope import Label, Pepper, Secret, expand, redacted

LONGEST_INPUT = 256
LOOKUP_BYTES = 16

_DIGITS = 32
_RANDOM_DIGITS = 30
_GROUP = 4
_IGNORED_CATEGORIES = frozenset("ZCPS")  # spaces, invisible marks, dashes and signs of any script


class ReceiptError(ValueError):
    """What was typed is no receipt. The text never repeats it."""


class ReceiptFormatError(ReceiptError):
    """What was typed is too long, holds other characters than digits, or not 32 of them."""


class ReceiptDigitError(ReceiptError):
    """There are 32 digits, but at least one is wrong or two have changed places."""


@dataclass(frozen=True, slots=True, repr=False)
class Receipt:
    """A code whose check digits are right. Whether its mailbox exists is for others to find."""

    digits: str

    __repr__ = redacted

    def __post_init__(self) -> None:
        if len(self.digits) != _DIGITS or not (self.digits.isascii() and self.digits.isdecimal()):
            raise ReceiptFormatError("a receipt has 32 digits")
        if self.digits[_RANDOM_DIGITS:] != _check_digits(self.digits[:_RANDOM_DIGITS]):
            raise ReceiptDigitError("the check digits do not fit the others")

    @property
    def groups(self) -> tuple[str, ...]:
        """The code as it is shown and read aloud: eight groups of four digits."""
        return tuple(self.digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """What a receipt gives, each unrelated to the others.

    `lookup` finds its mailbox, `lock` locks its thread, `sign` signs what its holder allows.
    """

    lookup: bytes
    lock: Secret
    sign: Secret


def make() -> Receipt:
    """Make a new random receipt; 99.7 bits cannot be guessed, so nothing need slow a guess down."""
    random_digits = f"{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}}"
    return Receipt(random_digits + _check_digits(random_digits))


def read(text: str) -> Receipt:
    """Read a receipt as people type it: digits of any script, in any grouping.

    Raises ReceiptFormatError or ReceiptDigitError, and says in neither what was typed.
    """
    if len(text) > LONGEST_INPUT:
        raise ReceiptFormatError("a receipt is not this long")
    return Receipt("".join(_digits(text)))


def derive(receipt: Receipt, pepper: Pepper) -> ReceiptKeys:
    """Derive the keys of a receipt: the same for the same pepper, unrelated for any other.

    Deliberately quick: a code this random needs no stretching, and stretching would let
    strangers keep the server busy.
    """
    message = Label.RECEIPT.domain + receipt.digits.encode()
    prk = Secret(hmac.digest(pepper.key.reveal(), message, "sha256"))
    return ReceiptKeys(
        lookup=expand(prk, Label.RECEIPT_LOOKUP, LOOKUP_BYTES).reveal(),
        lock=expand(prk, Label.RECEIPT_LOCK),
        sign=expand(prk, Label.RECEIPT_CONSENT),
    )


def _digits(text: str) -> Iterator[str]:
    for character in text:
        digit = unicodedata.decimal(character, -1)
        if digit >= 0:
            yield str(digit)
        elif unicodedata.category(character)[0] not in _IGNORED_CATEGORIES:
            raise ReceiptFormatError("a receipt holds digits only")


def _check_digits(random_digits: str) -> str:
    return f"{98 - int(random_digits) * 100 % 97:02}"
