from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.declarations import Declaration
from admin.recusal import Card, Outcome, Voice, card_of, decided, suggested
from crypto.envelope import OpenError
from forms.ties import Tie, TieKind
from reporting import records
from tests.builders_vetting import (
    AIKO,
    BENI,
    CHIE,
    DAYS,
    DECLARATIONS,
    IDS,
    MEMBER,
    PLACES,
    STATES,
    TEXTS,
    TIES,
    TODAY,
    TONGUES,
    a_card,
    a_declaration,
    a_voice,
)

WORK, TRAVEL = Tie(TieKind.WORK, "CN"), Tie(TieKind.TRAVEL, "MM")
OFFICE, UNNAMED = Tie(TieKind.OFFICE, "VN", "a council"), Tie(TieKind.OFFICE, "VN")
SEVERAL = a_declaration(ties=(WORK, TRAVEL, OFFICE))

VOICES = st.builds(
    Voice,
    of=TEXTS,
    tie=TIES,
    outcome=st.sampled_from(Outcome),
    reason=TEXTS.filter(str.strip),
    by=IDS,
)
CARDS = st.builds(
    Card,
    states=st.frozensets(STATES),
    organisations=st.frozensets(TEXTS),
    noted=st.frozensets(STATES),
    languages=st.frozensets(TONGUES),
    region=PLACES,
    is_woman=st.booleans(),
    in_government=st.booleans(),
    until=DAYS,
)


def both(
    declaration: Declaration, tie: Tie, outcome: Outcome, by: tuple[bytes, bytes] = (AIKO, BENI)
) -> list[Voice]:
    return [a_voice(declaration, tie, outcome, one) for one in by]


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (TieKind.WORK, Outcome.RECUSED),
        (TieKind.PARTY, Outcome.RECUSED),
        (TieKind.PRESSURE, Outcome.RECUSED),
        (TieKind.FAMILY, Outcome.RECUSED),
        (TieKind.OFFICE, Outcome.RECUSED),
        (TieKind.NATIONALITY, Outcome.NOTED),
        (TieKind.COMMUNITY, Outcome.NOTED),
        (TieKind.TRAVEL, Outcome.NOTED),
        (TieKind.PRESSURE_BEFORE, Outcome.NOTED),
    ],
)
def test_what_managers_are_suggested_is_what_the_rules_say(kind: TieKind, outcome: Outcome) -> None:
    assert suggested(Tie(kind, "CN")) is outcome


@pytest.mark.parametrize("kind", TieKind)
def test_a_tie_that_nobody_decided_recuses_whatever_its_kind(kind: TieKind) -> None:
    card = card_of(a_declaration(ties=(Tie(kind, "CN"),)), [])

    assert card.states == {"CN"}
    assert card.noted == set()
    assert card.recuses


def test_two_managers_note_a_tie_together() -> None:
    card = card_of(SEVERAL, both(SEVERAL, TRAVEL, Outcome.NOTED))

    assert card.states == {"CN"}
    assert card.noted == {"MM", "VN"}
    assert card.community == {"CN", "MM", "VN"}


def test_two_managers_may_see_it_otherwise_than_suggested() -> None:
    voices = [*both(SEVERAL, WORK, Outcome.NOTED), *both(SEVERAL, TRAVEL, Outcome.RECUSED)]

    assert decided(SEVERAL, voices) == {WORK: Outcome.NOTED, TRAVEL: Outcome.RECUSED}
    assert card_of(SEVERAL, voices).states == {"MM"}


def test_a_tie_by_family_alone_is_known_once_two_managers_decided_it() -> None:
    family, work = Tie(TieKind.FAMILY, "VN"), Tie(TieKind.WORK, "CN")
    said = a_declaration(ties=(family, work, Tie(TieKind.FAMILY, "CN")))
    voices = both(said, family, Outcome.RECUSED)
    assert card_of(said, ()).by_family == set()
    card = card_of(said, voices)
    assert (card.states, card.by_family) == (frozenset({"VN", "CN"}), frozenset({"VN"}))
    assert card.of_helper.states == {"CN"}
    assert card.of_helper.community == card.community
    assert Card.read(card.written()).by_family == set()
    assert card_of(said, [*voices, *both(said, work, Outcome.NOTED)]).by_family == {"VN"}


@pytest.mark.parametrize(
    "voices",
    [
        [a_voice(SEVERAL, TRAVEL, Outcome.NOTED, AIKO)],
        [a_voice(SEVERAL, TRAVEL, Outcome.NOTED, AIKO)] * 2,
        both(SEVERAL, TRAVEL, Outcome.NOTED, (AIKO, MEMBER)),
        both(a_declaration(TODAY + timedelta(days=1), ties=(TRAVEL,)), TRAVEL, Outcome.NOTED),
        both(SEVERAL, Tie(TieKind.NATIONALITY, "MM"), Outcome.NOTED),
        [
            a_voice(SEVERAL, TRAVEL, Outcome.NOTED, AIKO),
            a_voice(SEVERAL, TRAVEL, Outcome.RECUSED, BENI),
        ],
        [
            *both(SEVERAL, TRAVEL, Outcome.NOTED),
            a_voice(SEVERAL, TRAVEL, Outcome.RECUSED, CHIE),
        ],
        [
            *both(SEVERAL, TRAVEL, Outcome.NOTED),
            a_voice(SEVERAL, TRAVEL, Outcome.RECUSED, AIKO),
        ],
    ],
    ids=[
        "one manager",
        "one manager twice",
        "the member with a manager",
        "of another declaration",
        "about another tie",
        "two who differ",
        "a third who differs",
        "one who thought again",
    ],
)
def test_short_of_two_managers_who_agree_a_tie_is_open_and_recuses(voices: list[Voice]) -> None:
    assert TRAVEL not in decided(SEVERAL, voices)
    assert "MM" in card_of(SEVERAL, voices).states


def test_a_manager_who_thought_again_counts_as_they_think_now() -> None:
    voices = [
        a_voice(SEVERAL, TRAVEL, Outcome.RECUSED, AIKO),
        *both(SEVERAL, TRAVEL, Outcome.NOTED),
    ]

    assert decided(SEVERAL, voices) == {TRAVEL: Outcome.NOTED}


def test_an_office_recuses_from_its_organisation_and_notes_the_state() -> None:
    card = card_of(a_declaration(ties=(OFFICE,)), [])

    assert card.organisations == {"a council"}
    assert card.states == set()
    assert card.noted == {"VN"}
    assert card.recuses


def test_an_office_in_something_that_is_not_named_recuses_from_the_state() -> None:
    card = card_of(a_declaration(ties=(UNNAMED,)), [])

    assert card.organisations == set()
    assert card.states == {"VN"}


@pytest.mark.parametrize("word", ["unknown", "None", " none "])
def test_a_word_for_no_organisation_names_none(word: str) -> None:
    card = card_of(a_declaration(ties=(replace(OFFICE, organisation=word),)), [])

    assert card.organisations == set()
    assert card.states == {"VN"}


def test_an_office_that_two_managers_noted_recuses_from_nothing() -> None:
    declaration = a_declaration(ties=(OFFICE,))
    card = card_of(declaration, both(declaration, OFFICE, Outcome.NOTED))

    assert not card.recuses
    assert card.noted == {"VN"}


def test_one_tie_that_recuses_outweighs_another_that_is_noted() -> None:
    born = Tie(TieKind.NATIONALITY, "CN")
    declaration = a_declaration(ties=(WORK, born))

    card = card_of(declaration, both(declaration, born, Outcome.NOTED))

    assert card.states == {"CN"}
    assert card.noted == set()


def test_the_card_holds_what_exclusions_need_and_ends_with_the_declaration() -> None:
    card = card_of(SEVERAL, [])

    assert card.languages == {"ja", "en"}
    assert (card.region, card.is_woman, card.in_government) == ("kanto", True, False)
    assert card.until == SEVERAL.due


def test_who_declares_no_tie_is_recused_from_nothing() -> None:
    card = card_of(a_declaration(), [])

    assert not card.recuses
    assert card.community == set()


@given(DECLARATIONS)
def test_every_tie_is_on_the_card_and_nothing_else(declaration: Declaration) -> None:
    card = card_of(declaration, [])

    assert card.community == {tie.state for tie in declaration.declared.ties}
    assert not card.states & card.noted


def test_a_card_holds_no_reasons_no_names_and_no_kinds_of_ties() -> None:
    voices = both(SEVERAL, TRAVEL, Outcome.NOTED)
    stored = records.encode(card_of(SEVERAL, voices).written()).decode()

    for word in ("because", "Emi", "Sato", *(kind for kind in TieKind)):
        assert word not in stored
    assert "CN" not in repr(card_of(SEVERAL, []))


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_decision_has_a_reason(reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        Voice("", WORK, Outcome.NOTED, reason, AIKO)


@given(VOICES)
def test_a_decision_comes_back_as_it_was(voice: Voice) -> None:
    assert Voice.read(records.decode(records.encode(voice.written()))) == voice


@given(CARDS)
def test_a_card_comes_back_as_it_was(card: Card) -> None:
    assert Card.read(records.decode(records.encode(card.written()))) == card


VOICE = records.decode(records.encode(both(SEVERAL, OFFICE, Outcome.NOTED)[0].written()))
CARD = records.decode(records.encode(a_card("CN", "MM").written()))
NO_VOICES: list[dict[str, records.Json]] = [
    {"of": None},
    {"tie": "work"},
    {"tie": {"kind": "work"}},
    {"outcome": "ignored"},
    {"reason": " "},
    {"by": "00"},
    {"by": "zz"},
    {"more": 1},
]
NO_CARDS: list[dict[str, records.Json]] = [
    {"states": "CN"},
    {"states": ["MM", "CN"]},
    {"states": ["CN", "CN"]},
    {"organisations": [1]},
    {"woman": 0},
    {"until": "2026-11-31"},
    {"reasons": []},
]


@pytest.mark.parametrize("garbled", NO_VOICES, ids=str)
def test_a_garbled_decision_is_refused(garbled: dict[str, records.Json]) -> None:
    with pytest.raises(OpenError):
        Voice.read({**VOICE, **garbled})


@pytest.mark.parametrize("garbled", NO_CARDS, ids=str)
def test_a_garbled_card_is_refused(garbled: dict[str, records.Json]) -> None:
    with pytest.raises(OpenError):
        Card.read({**CARD, **garbled})


@pytest.mark.parametrize("name", CARD)
def test_a_card_that_lacks_anything_is_refused(name: str) -> None:
    with pytest.raises(OpenError):
        Card.read({key: value for key, value in CARD.items() if key != name})
