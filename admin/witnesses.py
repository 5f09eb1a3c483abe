"""Witnesses: whose countersignatures of the audit log count here, and what this log is called."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reporting.office import Office

_PIN_DIGITS = 32

# By person, each key they sign with or ever signed with: what was signed before somebody got new
# keys, or left, still counts.
SigningKeys = Mapping[bytes, Collection[bytes]]


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The name of this installation's log, and the signing keys of its people."""

    origin: str
    keys: SigningKeys


def known(office: Office) -> Witnesses:
    """Return whose countersignatures can be checked: everybody's who ever was on the roster."""
    verified = office.roster
    origin = f"tomoshibi-{verified.hashes[0].hex()[:_PIN_DIGITS]}"
    return Witnesses(origin, verified.succession.signed_with)
