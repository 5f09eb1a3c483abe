import secrets
from dataclasses import replace

import pytest

from admin.errors import AlarmError
from admin.keyring import (
    Identity,
    Ring,
    grant,
    make_epoch,
    make_keyring,
    name_of,
    new_member,
    only_acting,
    open_grants,
    open_ring,
)
from admin.models import Member
from crypto.chain import GENESIS
from crypto.custody import Keyring, LiveKeys, make_seed
from crypto.envelope import OpenError, Secret
from crypto.passphrase import Parameters
from crypto.roles import Group
from reporting.models import CaseWrap
from reporting.office import Office
from tests.builders import Seeds


def somebody() -> tuple[Keyring, Member]:
    keyring = make_keyring(Secret(b"factor"), GENESIS)
    identity = Identity(secrets.token_bytes(16), "Aiko Mori", bytes(16), bytes(16))
    kek = make_seed()
    return keyring, new_member(keyring, kek, identity, Parameters.cheap_for_tests())


@pytest.fixture
def office(seeds: Seeds) -> Office:
    return Office({group: seeds.pinned(group) for group in Group})


def live(seeds: Seeds, *groups: Group) -> LiveKeys:
    keyring, _member = somebody()
    return LiveKeys(keyring, {seeds.epochs[group]: seeds.by_group[group] for group in groups})


def test_a_ring_without_a_groups_key_opens_nothing_of_it(seeds: Seeds, office: Office) -> None:
    ring: Ring = open_ring(bytes(16), "Ren", live(seeds, Group.AUDIT), office)
    with pytest.raises(OpenError):
        ring.case_key(CaseWrap(case_id=bytes(16), key_sealed=bytes(1186)))


def test_a_sign_in_does_not_carry_a_key_held_in_trust(seeds: Seeds, office: Office) -> None:
    kept = only_acting(live(seeds, *Group), office)
    assert set(kept.groups) == {seeds.epochs[Group.INTAKE], seeds.epochs[Group.CASEWORK]}
    assert set(only_acting(live(seeds, Group.AUDIT), office).groups) == {seeds.epochs[Group.AUDIT]}


def test_a_name_opens_with_its_owners_keys_only() -> None:
    keyring, member = somebody()
    assert name_of(member, keyring) == "Aiko Mori"
    other, _member = somebody()
    with pytest.raises(OpenError):
        name_of(member, other)


def test_a_grant_of_a_key_that_is_not_pinned_raises_the_alarm(seeds: Seeds, office: Office) -> None:
    keyring, member = somebody()
    stranger = make_epoch(Group.INTAKE)
    unknown = grant(stranger.pinned, stranger.seed, member)
    with pytest.raises(AlarmError, match="not pinned"):
        open_grants(keyring, [unknown], office)
    disguised = grant(
        replace(stranger.pinned, epoch=seeds.epochs[Group.INTAKE]), stranger.seed, member
    )
    with pytest.raises(AlarmError, match="not pinned"):
        open_grants(keyring, [disguised], office)


def test_a_grant_for_somebody_else_raises_the_alarm(seeds: Seeds, office: Office) -> None:
    keyring, _member = somebody()
    _other, colleague = somebody()
    theirs = grant(seeds.pinned(Group.INTAKE), seeds.by_group[Group.INTAKE], colleague)
    with pytest.raises(AlarmError, match="altered"):
        open_grants(keyring, [theirs], office)


def test_no_key_shows_in_a_repr(seeds: Seeds, office: Office) -> None:
    ring = open_ring(bytes(16), "Aiko Mori", live(seeds, Group.INTAKE), office)
    assert "Aiko" not in repr(ring)
    assert "Private" not in repr(ring)
