"""Vectors that others published, read from the cryptography-vectors package, never copied here."""

import json
from importlib.resources import files

from tests.crypto.vectors import Entry

X_WING = 0x647A
HKDF_SHA256 = 1
CHACHA20_POLY1305 = 3


def hpke() -> Entry:
    """The X-Wing vector of draft-ietf-hpke-pq for our suite, with its first encryption."""
    suite = {"kem_id": X_WING, "kdf_id": HKDF_SHA256, "aead_id": CHACHA20_POLY1305}
    (vector,) = [entry for entry in _hpke() if suite.items() <= entry.items()]
    first = Entry(vector).entries("encryptions")[0]
    return Entry({**vector, **{name: first.values[name] for name in ("aad", "ct", "pt")}})


def chunked_encryption() -> list[Entry]:
    """Every AES-256 vector of C2SP chunked-encryption (they use SHA-256)."""
    vectors: list[dict[str, object]] = _read("chunked-encryption/vectors.json")["vectors"]
    ours = [entry for entry in vectors if entry["aead"] == "AEAD_AES_256_GCM"]
    return [Entry({**entry, "ciphertext": entry["ciphertext"] or ""}) for entry in ours]


def _hpke() -> list[dict[str, object]]:
    path = files("cryptography_vectors").joinpath("HPKE/hpke-pq-test-vectors.json")
    loaded: list[dict[str, object]] = json.loads(path.read_bytes())
    return loaded


def _read(path: str) -> dict[str, list[dict[str, object]]]:
    loaded: dict[str, list[dict[str, object]]] = json.loads(
        files("cryptography_vectors").joinpath(path).read_bytes()
    )
    return loaded
