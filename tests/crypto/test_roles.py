from collections.abc import Iterator
from itertools import chain, combinations

import pytest

from crypto.roles import Group, Role, groups_of, may_manage, may_meet
from tests.crypto.vectors import Entry, each, load

ROLES = load("roles")


def every_set_of_roles() -> Iterator[frozenset[Role]]:
    sizes = range(len(Role) + 1)
    return map(frozenset, chain.from_iterable(combinations(Role, size) for size in sizes))


def test_the_words_of_roles_and_groups_are_those_of_the_format_and_no_others() -> None:
    assert [str(role) for role in Role] == [entry.text("role") for entry in ROLES.entries("roles")]
    assert [str(group) for group in Group] == ROLES.texts("groups")


@each("roles", "roles")
def test_a_role_gives_its_groups(entry: Entry) -> None:
    role = Role(entry.text("role"))

    assert sorted(groups_of({role})) == entry.texts("groups")
    assert may_manage({role}) is (entry.number("may_manage") == 1)


@each("roles", "roles")
def test_a_role_meets_no_role_that_it_excludes(entry: Entry) -> None:
    role = Role(entry.text("role"))

    for other in Role:
        assert may_meet({role, other}) is (str(other) not in entry.texts("never_with"))


@pytest.mark.parametrize("size", range(len(Role) + 1))
def test_roles_meet_where_no_two_of_them_exclude_each_other(size: int) -> None:
    for roles in map(frozenset, combinations(Role, size)):
        assert may_meet(roles) is all(may_meet(pair) for pair in map(set, combinations(roles, 2)))


def test_groups_and_the_mark_come_from_any_of_several_roles() -> None:
    for roles in every_set_of_roles():
        assert groups_of(roles) == {group for role in roles for group in groups_of({role})}
        assert may_manage(roles) is any(may_manage({role}) for role in roles)


def test_nobody_who_may_manage_is_an_administrator() -> None:
    for roles in every_set_of_roles():
        assert not (Role.ADMINISTRATOR in roles and may_manage(roles) and may_meet(roles))
