"""Witnesses: whose countersignatures of the audit log count here, and what this log is called."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reporting.models import Group
from reporting.office import Office, fingerprint

# By person, each key they sign with or ever signed with: what was signed before somebody got new
# keys, or left, still counts.
SigningKeys = Mapping[bytes, Collection[bytes]]


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The name of this installation's log, and the signing keys of its people."""

    origin: str
    keys: SigningKeys


def known(office: Office) -> Witnesses:
    """Return whose countersignatures can be checked.

    The office pins no signing keys yet, so each countersignature is shown as by somebody unknown.
    """
    return Witnesses(f"tomoshibi-{fingerprint(office.key_of(Group.AUDIT).public_key)[:32]}", {})
