"""Staff passphrases: stretched with Argon2id, mixed with a pepper, never stored and never compared.

Opening the key ring with the key made here is the password check; there is no other.
"""

import hmac
import os
import threading
import unicodedata
from dataclasses import dataclass
from typing import Self

from argon2.low_level import Type, hash_secret_raw

from crypto.envelope import KEY_BYTES, Label, Pepper, Secret, expand, lp

MIN_CHARACTERS = 16  # what a new passphrase must have, once normalised; enforced where it is chosen
SALT_BYTES = 16
NAME_TAG_BYTES = 16

_LEAST_TIME_COST = 3
_LEAST_MEMORY_KIB = 65536

# Each derivation takes 64 MiB and one core for a quarter of a second. Anyone may ask for one by
# trying to sign in, so more of them wait rather than exhaust the machine.
_cores = threading.BoundedSemaphore(os.cpu_count() or 1)


class CoresTakenError(Exception):
    """Every core was at a derivation for as long as somebody was willing to wait."""


class WeakParametersError(ValueError):
    """These parameters would make guessing cheaper than the floor allows."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """How much work one guess costs. Raises WeakParametersError below the floor.

    Lanes other than one are refused too: they shorten a guess for whoever has many cores.
    """

    time_cost: int
    memory_kib: int
    parallelism: int

    def __post_init__(self) -> None:
        if (
            self.time_cost < _LEAST_TIME_COST
            or self.memory_kib < _LEAST_MEMORY_KIB
            or self.parallelism != 1
        ):
            raise WeakParametersError("Argon2id needs at least t=3 and m=65536, and exactly p=1")

    @classmethod
    def cheap_for_tests(cls) -> Self:
        """Return parameters that protect nothing. The only way under the floor."""
        cheap = object.__new__(cls)
        for name, cost in (("time_cost", 1), ("memory_kib", 8), ("parallelism", 1)):
            object.__setattr__(cheap, name, cost)
        return cheap

    @property
    def is_for_tests(self) -> bool:
        """Whether these protect nothing, and no real instance may start with them."""
        return self.memory_kib < _LEAST_MEMORY_KIB

    @property
    def text(self) -> str:
        """The parameters as they stand in a context: a box made with others does not open."""
        return f"argon2id t={self.time_cost} m={self.memory_kib} p={self.parallelism}"


STANDARD = Parameters(time_cost=3, memory_kib=65536, parallelism=1)


def stretch(passphrase: str, salt: bytes, pepper: Pepper, parameters: Parameters) -> Secret:
    """Make the key that locks a member's key ring. Waits while every core is at it already.

    The same characters give the same key however a keyboard composed them (NFKC). Length is not
    judged: a short guess must cost what a good one costs. Raises ValueError for a salt not of 16
    bytes.
    """
    stretched = derive(_normalised(passphrase), salt, parameters)
    peppered = hmac.digest(pepper.key.reveal(), stretched, "sha256")
    second_factor = b""  # the place of a WebAuthn PRF output
    return expand(Secret(lp(peppered, second_factor)), Label.KEK)


def stretch_alone(passphrase: str, salt: bytes, parameters: Parameters, label: Label) -> Secret:
    """Make a key where no pepper is at hand: on a machine that is no part of the office.

    Only the passphrase protects what it locks. Raises ValueError as `stretch` does.
    """
    return expand(Secret(derive(_normalised(passphrase), salt, parameters)), label)


def derive(
    secret: bytes, salt: bytes, parameters: Parameters, patience: float | None = None
) -> bytes:
    """Return what Argon2id makes of something that can be guessed, one at a time on each core.

    Raises CoresTakenError when none was free for so many seconds, and ValueError for a salt not of
    16 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    if not _cores.acquire(timeout=patience):
        raise CoresTakenError
    try:
        return hash_secret_raw(
            secret=secret,
            salt=salt,
            time_cost=parameters.time_cost,
            memory_cost=parameters.memory_kib,
            parallelism=parameters.parallelism,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    finally:
        _cores.release()


def name_tag(pepper: Pepper, name: str) -> bytes:
    """Return the 16 bytes under which a member is found; the name itself is stored sealed only.

    Names that differ only in case or in how a keyboard composed them are the same name.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _tag(pepper, Label.NAME_TAG, folded.encode("utf-8", "surrogatepass"))


def dummy_salt(pepper: Pepper, name_tag: bytes) -> bytes:
    """Return the salt of a member who does not exist, so that asking for them costs the same."""
    return _tag(pepper, Label.DUMMY_SALT, name_tag)


def _normalised(passphrase: str) -> bytes:
    # surrogatepass: a broken client may send half a character, and gets a refusal, not an error.
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")


def _tag(pepper: Pepper, label: Label, message: bytes) -> bytes:
    key = expand(pepper.key, label).reveal()
    return hmac.digest(key, message, "sha256")[:SALT_BYTES]
