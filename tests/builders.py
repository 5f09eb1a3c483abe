"""Builders: plain functions that make what a test starts from."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Self

from sqlalchemy import insert

from crypto import custody
from crypto.envelope import Secret
from crypto.sealing import kid
from forms.answers import GivenConsent, Report
from reporting import office
from reporting.database import connect
from reporting.office_rows import Epoch
from crypto.roles import Group
from reporting.office import PinnedKey
from reporting.settings import Settings


@dataclass(frozen=True)
class Seeds:
    """The private seed of each group's epoch, and the epoch's id."""

    by_group: dict[Group, Secret]
    epochs: dict[Group, bytes]

    @classmethod
    def make(cls) -> Self:
        return cls(
            {group: custody.make_seed() for group in Group},
            {group: secrets.token_bytes(16) for group in Group},
        )

    def pinned(self, group: Group) -> PinnedKey:
        return PinnedKey(self.epochs[group], group, custody.public_key(self.by_group[group]))


def an_office(settings: Settings, seeds: Seeds) -> None:
    """Found an office with known seeds, as the ceremony would with unknown ones."""
    keys = {group: seeds.pinned(group) for group in Group}
    database = connect(settings.database)
    with database.begin() as session:
        session.execute(insert(Epoch), [_epoch(key) for key in keys.values()])
    database.engine.dispose()
    office.write_pins(settings.instance, keys)


def _epoch(key: PinnedKey) -> dict[str, bytes | str | int]:
    return {
        "id": key.epoch,
        "group": key.group,
        "kid": kid(key.public_key),
        "public_key": key.public_key,
        "made_week": 202648,
    }


def a_report(
    story: str = "A man at the station said my name and told me to stop.",
    kinds: tuple[str, ...] = ("threat",),
    language: str = "en",
) -> Report:
    """Return a valid short report."""
    wording = hashlib.sha256(b"Keep my report").hexdigest()
    consents = {"c_store": GivenConsent("yes", wording, language)}
    return Report("short", {"kinds": kinds}, story, {}, language, consents)
