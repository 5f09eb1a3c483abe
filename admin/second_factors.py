"""Second factors: the codes and passkeys in one member's key ring, any one of which will do."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from admin import factors, passkeys
from admin.errors import AccountError, CodeRefusedError
from admin.factors import OneTimeCodes
from admin.passkeys import Passkey
from crypto.envelope import Secret, lp, opening

MOST_PASSKEYS: Final = 4
ROOM_BYTES: Final = 878  # what a key ring of FORMAT.md has left for second factors
_CODES_BYTES: Final = len(lp(OneTimeCodes(Secret(bytes(factors.SECRET_BYTES))).encode().reveal()))
PASSKEY_ROOM_BYTES: Final = ROOM_BYTES - _CODES_BYTES  # codes always find their place


@dataclass(frozen=True, slots=True)
class Factors:
    """Every second factor of one member; at least one. Raises ValueError for an impossible set.

    Each change returns a new set, which the caller must store, or a factor could be used twice.
    """

    codes: OneTimeCodes | None
    passkeys: tuple[Passkey, ...] = ()

    def __post_init__(self) -> None:
        if self.codes is None and not self.passkeys:
            raise ValueError("a member has at least one second factor")
        if len(self.passkeys) > MOST_PASSKEYS:
            raise ValueError(f"a key ring holds at most {MOST_PASSKEYS} passkeys")
        if len({passkey.credential_id for passkey in self.passkeys}) != len(self.passkeys):
            raise ValueError("each passkey is listed once")

    @classmethod
    def decode(cls, kept: tuple[Secret, ...]) -> Self:
        """Read what `encode` wrote. Raises OpenError for anything else."""
        with opening():
            codes = [each for each in kept[:1] if each.reveal().startswith(factors.KIND)]
            first = OneTimeCodes.decode(codes[0]) if codes else None
            return cls(first, tuple(Passkey.decode(each) for each in kept[len(codes) :]))

    def encode(self) -> tuple[Secret, ...]:
        """Return the factors as a key ring keeps them: codes first, then passkeys as added."""
        codes = () if self.codes is None else (self.codes.encode(),)
        return codes + tuple(passkey.encode() for passkey in self.passkeys)

    def with_passkey(self, passkey: Passkey) -> Self:
        """Return these and one more; raise AccountError when it is known or finds no room."""
        if any(known.credential_id == passkey.credential_id for known in self.passkeys):
            raise AccountError("This passkey is registered already. Use another one.")
        if len(self.passkeys) == MOST_PASSKEYS:
            raise AccountError(
                f"You have {MOST_PASSKEYS} passkeys, which is all there is room for. "
                "Remove one, then add this one."
            )
        grown = replace(self, passkeys=(*self.passkeys, passkey))
        if grown.passkey_bytes > PASSKEY_ROOM_BYTES:
            raise AccountError(
                "There is no room for this passkey beside the others. "
                "Remove one, or use another device."
            )
        return grown

    def without_passkey(self, credential_id: bytes) -> Self:
        """Return these without one; raise AccountError when it is unknown or the last factor."""
        left = tuple(each for each in self.passkeys if each.credential_id != credential_id)
        if left == self.passkeys:
            raise AccountError("This passkey is gone already.")
        if self.codes is None and not left:
            raise AccountError(
                "This is your only second factor. Add another one, then remove this one."
            )
        return replace(self, passkeys=left)

    def accept_code(self, code: str, now: datetime) -> Self:
        """Return these with that one-time code used up; raise CodeRefusedError for a wrong one."""
        if self.codes is None:
            raise CodeRefusedError
        return replace(self, codes=self.codes.accept(code, now))

    def accept_passkey(self, answer: str, origin: str, challenge: bytes) -> Self:
        """Return these with the new sign count of the passkey that answered.

        Raises CodeRefusedError for an answer that does not verify.
        """
        used = passkeys.check(answer, origin, self.passkeys, challenge)
        renewed = (
            used if each.credential_id == used.credential_id else each for each in self.passkeys
        )
        return replace(self, passkeys=tuple(renewed))

    @property
    def passkey_bytes(self) -> int:
        """How many bytes the passkeys take in a key ring."""
        return len(lp(*(passkey.encode().reveal() for passkey in self.passkeys)))
