"""An authenticator made of software: it answers as a security key and its browser would."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT: Final = 0x01
VERIFIED: Final = 0x04
ATTESTED: Final = 0x40
Answer = dict[str, object]


@dataclass
class Authenticator:
    """One security key with one credential, for one site."""

    origin: str = "https://staff.example"
    key: EllipticCurvePrivateKey | Ed25519PrivateKey = field(
        default_factory=lambda: generate_private_key(SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(64))
    sign_count: int = 0
    flags: int = PRESENT | VERIFIED
    attestation: dict[str, object] = field(default_factory=lambda: {"fmt": "none", "attStmt": {}})

    @property
    def cose(self) -> dict[int, object]:
        """The public key as an authenticator tells it (RFC 9053)."""
        match self.key:
            case Ed25519PrivateKey():
                return {1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes_raw()}
            case _:
                point = self.key.public_key().public_numbers()
                x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
                return {1: 2, 3: -7, -1: 1, -2: x, -3: y}

    def create(self, options: str) -> str:
        """Answer a registration."""
        asked = json.loads(options)
        return json.dumps(self.creation(self.client("webauthn.create", asked), self.cose))

    def creation(self, client: bytes, cose: dict[int, object]) -> Answer:
        """Answer a registration with these client data and this public key."""
        credential = len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self.data(ATTESTED) + bytes(16) + credential + cbor2.dumps(cose)
        return self.attested(client, data)

    def attested(self, client: bytes, data: object) -> Answer:
        """Answer a registration with whatever is given as authenticator data."""
        attestation = cbor2.dumps(self.attestation | {"authData": data})
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: str) -> str:
        """Answer an assertion."""
        asked = json.loads(options)
        self.sign_count += 1
        return json.dumps(self.assertion(self.client("webauthn.get", asked), self.data()))

    def assertion(self, client: bytes, data: bytes) -> Answer:
        """Sign these client data and authenticator data, and answer with them."""
        signature = self._sign(data + hashlib.sha256(client).digest())
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def client(self, kind: str, asked: dict[str, object]) -> bytes:
        """Return what the browser adds: what was asked for, and by which page."""
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(told | {"crossOrigin": False}).encode()

    def data(self, more: int = 0) -> bytes:
        """Return authenticator data without a credential."""
        host = urlsplit(self.origin).hostname or ""
        counter = self.sign_count.to_bytes(4, "big")
        return hashlib.sha256(host.encode()).digest() + bytes([self.flags | more]) + counter

    def _sign(self, message: bytes) -> bytes:
        match self.key:
            case Ed25519PrivateKey():
                return self.key.sign(message)
            case _:
                return self.key.sign(message, ECDSA(SHA256()))

    def _answer(self, **response: bytes) -> Answer:
        told = {name: text(value) for name, value in response.items()}
        name = text(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": told}


def text(value: bytes) -> str:
    """Return bytes as WebAuthn writes them in JSON."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def value(text: str) -> bytes:
    """Return the bytes that WebAuthn wrote like this in JSON."""
    return urlsafe_b64decode(text + "===")
