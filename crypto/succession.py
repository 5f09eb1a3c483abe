"""Succession: who has held the seeds of a group, and whether all of them are still in it.

A seed that somebody has held is never taken back from them. Whoever leaves a group, or gets new
keys because the old ones are in other hands, goes on knowing its epochs (FORMAT.md 12.4). What
managers signed outlives them as well, so whose keys they were is remembered too (FORMAT.md 14.2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Self

from crypto.acts import Act, Epoch, Founding, Person
from crypto.roles import Group


@dataclass(frozen=True, slots=True)
class Succession:
    """What is known of seeds outside their groups, and of those who were there before.

    `in_trust` are the groups that nobody was in at the founding, until they get another epoch: the
    managers who founded the office keep their seeds. `stale` are those whose epoch in force
    somebody knows who is not one of them, and `exposed` the ids of all epochs that left with
    somebody, for ever. `signed_with` has each key that somebody signs with or ever signed with.
    `founders` are the ids that the founding names, and `once_managers` says of every key that a
    manager ever signed with whose it was.
    """

    in_trust: frozenset[Group] = frozenset()
    stale: frozenset[Group] = frozenset()
    exposed: frozenset[bytes] = frozenset()
    signed_with: Mapping[bytes, frozenset[bytes]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    founders: frozenset[bytes] = frozenset()
    once_managers: Mapping[bytes, bytes] = field(default_factory=lambda: MappingProxyType({}))

    def after(
        self,
        act: Act,
        before: Mapping[bytes, Person],
        people: Mapping[bytes, Person],
        epochs: Mapping[Group, tuple[Epoch, ...]],
    ) -> Self:
        """Return what is known after an act that made these `people` of those `before`.

        `epochs` are all that the groups had until then.
        """
        succeeded = self._succeeded(act, before, people, epochs)
        managers = {one.signing_key: one.id for one in people.values() if one.is_manager}
        return replace(
            succeeded,
            signed_with=self._signing(people),
            founders=self.founders or frozenset(people),
            once_managers=MappingProxyType({**self.once_managers, **managers}),
        )

    def _signing(self, people: Mapping[bytes, Person]) -> Mapping[bytes, frozenset[bytes]]:
        now = {person.id: frozenset({person.signing_key}) for person in people.values()}
        return MappingProxyType(
            {
                id_: self.signed_with.get(id_, frozenset()) | now.get(id_, frozenset())
                for id_ in (*self.signed_with, *now)
            }
        )

    def _succeeded(
        self,
        act: Act,
        before: Mapping[bytes, Person],
        people: Mapping[bytes, Person],
        epochs: Mapping[Group, tuple[Epoch, ...]],
    ) -> Self:
        match act:
            case Founding():
                return replace(self, in_trust=frozenset(Group) - _groups(_held(people)))
            case Epoch():
                return self._renewed(epochs[act.group][-1])
            case _:
                left = _groups(_held(before) - _held(people))
                known = frozenset(epoch.id for group in left for epoch in epochs[group])
                handed_over = self.in_trust & _groups(_held(people))
                return replace(
                    self, stale=self.stale | left | handed_over, exposed=self.exposed | known
                )

    def _renewed(self, replaced: Epoch) -> Self:
        group = frozenset({replaced.group})
        known = frozenset({replaced.id} if group <= self.in_trust else ())
        return replace(
            self,
            in_trust=self.in_trust - group,
            stale=self.stale - group,
            exposed=self.exposed | known,
        )


def _held(people: Mapping[bytes, Person]) -> frozenset[tuple[Group, bytes]]:
    """Return which keys open the seeds of which groups: new keys of a person are others."""
    return frozenset((group, each.sealing_key) for each in people.values() for group in each.groups)


def _groups(held: Iterable[tuple[Group, bytes]]) -> frozenset[Group]:
    return frozenset(group for group, _ in held)
