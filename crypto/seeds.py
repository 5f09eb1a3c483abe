"""Keep the private keys of releases in a file, under a passphrase that is typed where they are.

FORMAT.md 18.3. The file lives on a machine that is on no network. No pepper of the office is at
hand there, so only the length of the passphrase and the work of each guess protect it.
"""

import secrets
from typing import Final

from crypto import passphrase
from crypto.envelope import KEY_BYTES, Ctx, Label, OpenError, Secret, opening
from crypto.passphrase import SALT_BYTES, Parameters
from crypto.publishing import Seeds
from crypto.stream import lock, unlock

MAGIC: Final = Label.RELEASE_SEEDS.domain + b"\x01"


def write(seeds: Seeds, typed: str, parameters: Parameters) -> bytes:
    """Return the file that opens with what was typed, and with nothing else."""
    salt = secrets.token_bytes(SALT_BYTES)
    both = seeds.ed25519.reveal() + seeds.mldsa65.reveal()
    return MAGIC + salt + lock(_key(typed, salt, parameters), both, _place(salt, parameters))


def read(data: bytes, typed: str, parameters: Parameters) -> Seeds:
    """Return the private keys in a file. Raises OpenError for another passphrase or other bytes."""
    salt = data[len(MAGIC) : len(MAGIC) + SALT_BYTES]
    if not data.startswith(MAGIC) or len(salt) != SALT_BYTES:
        raise OpenError
    box = data[len(MAGIC) + SALT_BYTES :]
    both = unlock(_key(typed, salt, parameters), box, _place(salt, parameters))
    with opening():
        return Seeds(Secret(both[:KEY_BYTES]), Secret(both[KEY_BYTES:]))


def _key(typed: str, salt: bytes, parameters: Parameters) -> Secret:
    return passphrase.stretch_alone(typed, salt, parameters, Label.RELEASE_SEEDS)


def _place(salt: bytes, parameters: Parameters) -> Ctx:
    return Ctx(f"release seeds {parameters.text}", "release", "seeds", salt)
