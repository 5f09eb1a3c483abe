from admin.coverage import Colleague, Cover, coverage
from crypto.roles import Role
from tests.builders_vetting import a_card

REVIEWER, CASEWORKER = frozenset({Role.REVIEWER}), frozenset({Role.CASEWORKER})
BOTH = REVIEWER | CASEWORKER


def covers(*colleagues: Colleague, states: tuple[str, ...] = ("CN",)) -> list[Cover]:
    return list(coverage(colleagues, states, ["ja", "zh-Hans"]))


def test_everybody_counts_who_could_see_and_read_it() -> None:
    found = covers(
        Colleague(BOTH, a_card(languages=frozenset({"ja", "zh-Hans"}))),
        Colleague(REVIEWER, a_card("MM")),
        Colleague(CASEWORKER, a_card(noted=frozenset({"CN"}))),
        Colleague(BOTH, a_card("CN")),
    )

    assert found == [Cover("CN", "ja", 2, 2), Cover("CN", "zh-Hans", 1, 1)]
    assert [cover.is_thin for cover in found] == [False, True]


def test_states_come_one_by_one_and_those_nobody_can_see_too() -> None:
    found = covers(Colleague(BOTH, a_card("CN")), states=("CN", "MM"))

    assert [(one.state, one.reviewers) for one in found if one.language == "ja"] == [
        ("CN", 0),
        ("MM", 1),
    ]


def test_many_of_one_kind_do_not_make_up_for_the_other() -> None:
    (cover, _) = covers(*[Colleague(REVIEWER, a_card())] * 5)

    assert (cover.reviewers, cover.caseworkers) == (5, 0)
    assert cover.is_thin


def test_other_roles_read_no_cases() -> None:
    office = [frozenset({role}) for role in set(Role) - BOTH]

    (cover, _) = covers(*(Colleague(roles, a_card()) for roles in office))

    assert (cover.reviewers, cover.caseworkers) == (0, 0)


def test_a_team_without_anybody_covers_nothing() -> None:
    assert all(cover.is_thin for cover in covers())
