"""Second factors: the codes and passkeys in one member's key ring, any one of which will do."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self

from admin import factors, passkeys
from admin.errors import AccountError, CodeRefusedError
from admin.factors import OneTimeCodes
from admin.passkeys import Passkey
from crypto.envelope import Secret, lp, opening
from forms.wording import msgid

MOST_PASSKEYS: Final = 4
KNOWN: Final = msgid("This passkey is registered already. Use another one.")
TOO_MANY: Final = msgid(
    "You have %(limit)s passkeys, which is all there is room for. Remove one, then add this one."
)
NO_ROOM: Final = msgid(
    "There is no room for this passkey beside the others. Remove one, or use another device."
)
GONE: Final = msgid("This second factor is gone already.")
ONLY_ONE: Final = msgid("This is your only second factor. Add another one, then remove this one.")
ROOM_BYTES: Final = 878  # what a key ring of FORMAT.md has left for second factors
_CODES_BYTES: Final = len(lp(OneTimeCodes(Secret(bytes(factors.SECRET_BYTES))).encode().reveal()))
PASSKEY_ROOM_BYTES: Final = ROOM_BYTES - _CODES_BYTES  # codes always find their place


@dataclass(frozen=True, slots=True)
class Answer:
    """What a passkey answered: as a browser told it, at which origin, and to which challenge."""

    told: str = field(repr=False)
    origin: str
    challenge: bytes = field(repr=False)


Proof = str | Answer  # a code as typed, or a passkey's answer


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody sent as their second factor: a code, or what a passkey answered."""

    code: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)

    @property
    def kind(self) -> str:
        """Which of the two it is, for the log."""
        return "passkey" if self.answer else "code"

    def to(self, origin: str, challenge: bytes) -> Proof:
        """Return it as an answer to this challenge, or as the code it is."""
        return Answer(self.answer, origin, challenge) if self.answer else self.code


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page can ask somebody for: a code, a passkey by these options, or either."""

    takes_code: bool
    options: str = field(default="", repr=False)


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

    def offer(self, origin: str, challenge: bytes) -> Offer:
        """Return what their owner can be asked for; passkeys only where there is an origin."""
        takes_code = self.codes is not None
        if not self.passkeys or not origin:
            return Offer(takes_code)
        return Offer(takes_code, passkeys.assertion(origin, self.passkeys, challenge))

    def accept(self, proof: Proof, now: datetime) -> Self:
        """Return these with what was shown used up; raise CodeRefusedError for a wrong one."""
        if isinstance(proof, str):
            return self.accept_code(proof, now)
        return self.accept_passkey(proof.told, proof.origin, proof.challenge)

    def with_passkey(self, passkey: Passkey) -> Self:
        """Return these and one more; raise AccountError when it is known or finds no room."""
        if any(known.credential_id == passkey.credential_id for known in self.passkeys):
            raise AccountError(KNOWN, about="label")
        if len(self.passkeys) == MOST_PASSKEYS:
            raise AccountError(TOO_MANY, MOST_PASSKEYS, "label")
        grown = replace(self, passkeys=(*self.passkeys, passkey))
        if grown.passkey_bytes > PASSKEY_ROOM_BYTES:
            raise AccountError(NO_ROOM, about="label")
        return grown

    def without_passkey(self, credential_id: bytes) -> Self:
        """Return these without one; raise AccountError when it is unknown or the last factor."""
        left = tuple(each for each in self.passkeys if each.credential_id != credential_id)
        if left == self.passkeys:
            raise AccountError(GONE)
        if self.codes is None and not left:
            raise AccountError(ONLY_ONE)
        return replace(self, passkeys=left)

    def with_codes(self, codes: OneTimeCodes) -> Self:
        """Return these with other one-time codes in place of those there are, or the first."""
        return replace(self, codes=codes)

    def without_codes(self) -> Self:
        """Return these without one-time codes; raise AccountError when there is nothing else."""
        if not self.passkeys:
            raise AccountError(ONLY_ONE)
        return replace(self, codes=None)

    def accept_code(self, code: str, now: datetime) -> Self:
        """Return these with that one-time code used up; raise CodeRefusedError for a wrong one."""
        if self.codes is None:
            raise CodeRefusedError
        return replace(self, codes=self.codes.accept(code, now))

    def accept_passkey(self, answer: str, origin: str, challenge: bytes) -> Self:
        """Return these with the new sign count of the passkey that answered.

        Raises CodeRefusedError for an answer that does not verify, and for any without an origin.
        """
        if not origin:
            raise CodeRefusedError
        used = passkeys.check(answer, origin, self.passkeys, challenge)
        renewed = (
            used if each.credential_id == used.credential_id else each for each in self.passkeys
        )
        return replace(self, passkeys=tuple(renewed))

    @property
    def passkey_bytes(self) -> int:
        """How many bytes the passkeys take in a key ring."""
        return len(lp(*(passkey.encode().reveal() for passkey in self.passkeys)))
