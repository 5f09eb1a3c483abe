"""The same formats a second time, written from the specifications and not from `crypto`.

Sources: RFC 5869 (HKDF), RFC 9180 (HPKE), draft-connolly-cfrg-xwing-kem (X-Wing), C2SP
chunked-encryption (Cobblestone), `crypto/FORMAT.md`. Slow, plain, and for tests only.
"""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

CHUNK = 16_384
TAG = 16


def hkdf_extract(salt: bytes, key: bytes) -> bytes:
    return hmac.digest(salt, key, "sha256")


def hkdf_expand(prk: bytes, info: bytes, n: int, name: str = "sha256") -> bytes:
    block, blocks = b"", b""
    for counter in range(1, 1 + -(-n // hashlib.new(name).digest_size)):
        block = hmac.digest(prk, block + info + bytes([counter]), name)
        blocks += block
    return blocks[:n]


def lp(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


@dataclass(frozen=True)
class Cobblestone:
    """AES-256-GCM in chunks; the library uses SHA-512, the published vectors SHA-256."""

    key: bytes
    context: bytes
    hash_name: str

    def encrypt(self, salt: bytes, data: bytes) -> bytes:
        """Return salt, commitment and chunks."""
        aes, nonce, commitment = self._derived(salt)
        chunks = [data[at : at + CHUNK] for at in range(0, len(data) + 1, CHUNK)]
        sealed = [aes.encrypt(_xor(nonce, k), chunk, None) for k, chunk in enumerate(chunks)]
        return salt + commitment + b"".join(sealed)

    def decrypt(self, box: bytes) -> bytes:
        """Return the data, or raise ValueError or InvalidTag."""
        aes, nonce, commitment = self._derived(box[:24])
        if box[24:56] != commitment:
            raise ValueError("commitment")
        body = box[56:]
        chunks = [body[at : at + CHUNK + TAG] for at in range(0, len(body), CHUNK + TAG)]
        if not chunks or len(chunks[-1]) == CHUNK + TAG:
            raise ValueError("cut")
        return b"".join(aes.decrypt(_xor(nonce, k), chunk, None) for k, chunk in enumerate(chunks))

    def _derived(self, salt: bytes) -> tuple[AESGCM, bytes, bytes]:
        if len(self.key) != 32:
            raise ValueError("key")
        info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + self.context
        derived = hkdf_expand(self.key, info, 32 + 12 + 32, self.hash_name)
        return AESGCM(derived[:32]), derived[32:44], derived[44:]


@dataclass(frozen=True)
class XWing:
    """The key pair of a seed, and the secrets exchanged with it."""

    seed: bytes

    @property
    def mlkem(self) -> MLKEM768PrivateKey:
        """The post-quantum half."""
        return MLKEM768PrivateKey.from_seed_bytes(hashlib.shake_256(self.seed).digest(96)[:64])

    @property
    def x25519(self) -> X25519PrivateKey:
        """The classical half."""
        return X25519PrivateKey.from_private_bytes(hashlib.shake_256(self.seed).digest(96)[64:])

    @property
    def public(self) -> bytes:
        """Both public halves, 1,216 bytes."""
        return (
            self.mlkem.public_key().public_bytes_raw() + self.x25519.public_key().public_bytes_raw()
        )

    def decapsulate(self, enc: bytes) -> bytes:
        """Return the secret that `enc` carries."""
        shared_m = self.mlkem.decapsulate(enc[:1088])
        shared_x = self.x25519.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
        return _combine(shared_m, shared_x, enc[1088:], self.public[1184:])


def encapsulate(public: bytes, ephemeral: bytes) -> tuple[bytes, bytes]:
    shared_m, enc_m = MLKEM768PublicKey.from_public_bytes(public[:1184]).encapsulate()
    share = X25519PrivateKey.from_private_bytes(ephemeral)
    enc_x = share.public_key().public_bytes_raw()
    shared_x = share.exchange(X25519PublicKey.from_public_bytes(public[1184:]))
    return enc_m + enc_x, _combine(shared_m, shared_x, enc_x, public[1184:])


def hpke(shared: bytes, info: bytes) -> tuple[ChaCha20Poly1305, bytes]:
    """Return cipher and nonce of the first message: base mode, X-Wing, suite 0001, 0003."""
    suite = b"HPKE" + bytes.fromhex("647a00010003")

    def extract(salt: bytes, label: bytes, key: bytes) -> bytes:
        return hkdf_extract(salt, b"HPKE-v1" + suite + label + key)

    def expand(prk: bytes, label: bytes, n: int) -> bytes:
        return hkdf_expand(prk, n.to_bytes(2, "big") + b"HPKE-v1" + suite + label + schedule, n)

    schedule = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    return ChaCha20Poly1305(expand(secret, b"key", 32)), expand(secret, b"base_nonce", 12)


def _combine(shared_m: bytes, shared_x: bytes, enc_x: bytes, public_x: bytes) -> bytes:
    label = rb"\.//^" + b"\\"
    return hashlib.sha3_256(shared_m + shared_x + enc_x + public_x + label).digest()


def _xor(nonce: bytes, counter: int) -> bytes:
    return (int.from_bytes(nonce, "big") ^ counter).to_bytes(len(nonce), "big")
