import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.visibility import (
    Exclusions,
    Ground,
    Matter,
    Reader,
    exclusions_of,
    grounds,
    may_hide_otherwise,
    visible,
)
from tests.builders_vetting import STATES, a_card

NO_WISHES = Exclusions()
NOWHERE = [
    frozenset[str](),
    frozenset({"unknown"}),
    frozenset({"unsaid"}),
    frozenset({"other"}),
    frozenset({"unknown", "other"}),
]


def reader(*states: str, noted: str = "", names: tuple[str, ...] = ()) -> Reader:
    return Reader(a_card(*states, noted=frozenset({noted} - {""})), names)


def matter(*states: str, wishes: Exclusions = NO_WISHES) -> Matter:
    return Matter(frozenset(states), exclusions=wishes)


def test_a_case_is_there_for_whoever_has_no_tie_to_it() -> None:
    assert visible(reader(), matter("CN"))
    assert visible(reader("MM", noted="VN"), matter("CN"))


@pytest.mark.parametrize("states", [{"CN"}, {"CN", "MM"}, {"unknown", "CN"}])
def test_one_responsible_state_on_the_card_hides_a_case(states: set[str]) -> None:
    assert grounds(reader("CN"), matter(*states)) == {Ground.STATE}


def test_a_noted_state_hides_nothing() -> None:
    assert visible(reader(noted="CN"), matter("CN"))


@given(st.sets(STATES, min_size=1, max_size=3), st.sets(STATES))
def test_named_states_hide_a_case_exactly_where_they_meet_the_card(
    named: set[str], recused: set[str]
) -> None:
    assert visible(reader(*recused), matter(*named)) == named.isdisjoint(recused)


@pytest.mark.parametrize("organisation", ["A Council", "a-council", "\uff21 council", "acouncil"])
def test_an_organisation_on_the_card_hides_a_case_however_it_is_written(organisation: str) -> None:
    card = a_card(organisations=frozenset({"a council"}))
    case = Matter(frozenset({"CN"}), frozenset({organisation}))

    assert grounds(Reader(card, ()), case) == {Ground.ORGANISATION}


@given(
    st.lists(st.sets(STATES | st.just("unknown"), max_size=2), min_size=2, max_size=2),
    st.lists(st.sets(st.sampled_from(["unknown", "A Council", "b"]), max_size=2), min_size=2),
    st.sets(STATES, max_size=2),
    st.sampled_from(["", "a council", "b", "unknown"]),
)
def test_whatever_hides_a_case_from_others_than_before_is_told(
    states: list[set[str]], named: list[set[str]], recused: set[str], organisation: str
) -> None:
    own = frozenset({organisation} - {""})
    card = a_card(*recused, organisations=own)
    before, after = (
        Matter(frozenset(codes), frozenset(names))
        for codes, names in zip(states, named, strict=False)
    )
    if grounds(Reader(card, ()), before) != grounds(Reader(card, ()), after):
        assert may_hide_otherwise(before, after)


@pytest.mark.parametrize("said", ["unknown", "none"])
def test_that_no_organisation_is_known_hides_a_case_from_nobody(said: str) -> None:
    card = a_card(organisations=frozenset({said}))

    assert visible(Reader(card, ()), Matter(frozenset({"CN"}), frozenset({said})))


@pytest.mark.parametrize("organisation", ["another council", "council", ""])
def test_another_organisation_hides_nothing(organisation: str) -> None:
    card = a_card(organisations=frozenset({"a council", ""}))

    assert visible(Reader(card, ()), Matter(frozenset({"CN"}), frozenset({organisation})))


def in_order(states: frozenset[str]) -> str:
    """Name a set in the same way in each process of a run."""
    return "+".join(sorted(states)) or "none"


@pytest.mark.parametrize("states", NOWHERE, ids=in_order)
def test_a_case_without_a_state_is_hidden_from_whoever_is_recused_from_anything(
    states: frozenset[str],
) -> None:
    office = a_card(organisations=frozenset({"a council"}))

    assert grounds(reader("CN"), Matter(states)) == {Ground.NO_STATE}
    assert grounds(Reader(office, ()), Matter(states)) == {Ground.NO_STATE}
    assert visible(reader(noted="CN"), Matter(states))
    assert visible(reader(), Matter(states))


def test_nobody_of_the_community_reads_where_the_reporter_says_so() -> None:
    case = matter("CN", wishes=Exclusions(no_community=True))

    assert grounds(reader(noted="CN"), case) == {Ground.EXCLUDED}
    assert grounds(reader("CN"), case) == {Ground.EXCLUDED, Ground.STATE}
    assert visible(reader(noted="MM"), case)
    assert visible(reader(), case)


@pytest.mark.parametrize("states", NOWHERE, ids=in_order)
def test_before_a_state_is_named_it_may_be_anybodys_community(states: frozenset[str]) -> None:
    case = Matter(states, exclusions=Exclusions(no_community=True))

    assert grounds(reader(noted="CN"), case) == {Ground.EXCLUDED}
    assert visible(reader(), case)


def test_only_women_read_where_the_reporter_says_so() -> None:
    case = matter("CN", wishes=Exclusions(women_only=True))

    assert grounds(reader(), case) == {Ground.EXCLUDED}
    assert visible(Reader(a_card(is_woman=True), ()), case)


def test_nobody_of_the_government_reads_where_the_reporter_says_so() -> None:
    case = matter("CN", wishes=Exclusions(no_government=True))

    assert grounds(Reader(a_card(in_government=True), ()), case) == {Ground.EXCLUDED}
    assert visible(reader(), case)
    assert visible(Reader(a_card(in_government=True), ()), matter("CN"))


def test_nobody_of_a_region_reads_where_the_reporter_says_so() -> None:
    case = Matter(frozenset({"CN"}), exclusions=Exclusions(regions=frozenset({"kanto"})))

    assert grounds(Reader(a_card(region="kanto"), ()), case) == {Ground.EXCLUDED}
    assert visible(Reader(a_card(region="kinki"), ()), case)


@pytest.mark.parametrize("name", ["Emi Sato", "SATO EMI", "sato", "佐藤恵美"])
def test_whom_a_report_names_does_not_read_it(name: str) -> None:
    emi = reader(names=("佐藤 恵美", "Emi Sato"))
    told = Matter(frozenset({"CN"}), people=(name,))
    excluded = Matter(frozenset({"CN"}), exclusions=Exclusions(people=("somebody", name)))

    assert grounds(emi, told) == {Ground.NAMED}
    assert grounds(emi, excluded) == {Ground.NAMED}
    assert visible(reader(names=("Aiko Tanaka",)), told)
    assert visible(reader(), told)


NAMES = ("A. B-C", "D\u00b7E", "\u6797", "F")


@pytest.mark.parametrize(
    ("answers", "wishes"),
    [
        ({}, Exclusions()),
        ({"interpreter": ("yes",)}, Exclusions()),
        ({"interpreter": ("unsaid",)}, Exclusions()),
        ({"interpreter": ("no",)}, Exclusions(no_community=True)),
        ({"contact_rule": ("not_community", "no_calls")}, Exclusions(no_community=True)),
        ({"contact_rule": ("woman_only",)}, Exclusions(women_only=True)),
        ({"contact_rule": ("not_japanese_gov",)}, Exclusions(no_government=True)),
        ({"contact_rule": ("not_family", "hours")}, Exclusions()),
        ({"not_regions": ("kanto",)}, Exclusions(regions=frozenset({"kanto"}))),
        ({"not_names": ("A. B-C, D\u00b7E;\u6797\u3001F/ ",)}, Exclusions(people=NAMES)),
    ],
)
def test_exclusions_are_what_the_answers_ask_for(
    answers: dict[str, tuple[str, ...]], wishes: Exclusions
) -> None:
    assert exclusions_of(answers) == wishes


def test_nothing_of_a_case_or_a_reader_shows_itself() -> None:
    shown = repr(reader("CN", names=("Emi",))) + repr(
        matter("CN", wishes=Exclusions(no_community=True))
    )

    assert not {"CN", "Emi", "True"} & set(shown.replace("'", " ").replace("=", " ").split())
