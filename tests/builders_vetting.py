"""Declarations, decisions and cards of made-up members, and Hypothesis strategies for them."""

from datetime import date
from typing import TypedDict, Unpack

from hypothesis import strategies as st

from admin.declarations import Declaration
from admin.recusal import Card, Outcome, Voice
from forms.codebook import COUNTRIES, REGIONS
from forms.ties import LANGUAGES, Declared, Tie, TieKind

TODAY = date(2026, 11, 24)
MEMBER, AIKO, BENI, CHIE = (bytes([n]) * 16 for n in range(4))

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))
IDS = st.binary(min_size=16, max_size=16)
STATES = st.sampled_from(COUNTRIES)
OFFICES = st.builds(Tie, st.just(TieKind.OFFICE), STATES, TEXTS)
TIES = st.builds(Tie, st.sampled_from(TieKind), STATES) | OFFICES
TONGUES = st.sampled_from([one.code for one in LANGUAGES])
PLACES = st.sampled_from([one.code for one in REGIONS])
DECLARED = st.builds(
    Declared,
    ties=st.lists(TIES, unique=True, max_size=6).map(tuple),
    languages=st.lists(TONGUES, unique=True).map(tuple),
    region=PLACES,
    is_woman=st.booleans(),
    in_government=st.booleans(),
    names=st.lists(TEXTS, unique=True, max_size=3).map(tuple),
)
DECLARATIONS = st.builds(Declaration, IDS, DAYS, DECLARED)


class Said(TypedDict, total=False):
    """What a test says of somebody."""

    ties: tuple[Tie, ...]
    languages: tuple[str, ...]
    names: tuple[str, ...]


def a_declaration(day: date = TODAY, **said: Unpack[Said]) -> Declaration:
    return a_declaration_of(MEMBER, day, **said)


def a_declaration_of(member: bytes, day: date, **said: Unpack[Said]) -> Declaration:
    declared = Declared(
        ties=said.get("ties", ()),
        languages=said.get("languages", ("ja", "en")),
        region="kanto",
        is_woman=True,
        in_government=False,
        names=said.get("names", ("Emi Sato",)),
    )
    return Declaration(member, day, declared)


def a_voice(declaration: Declaration, tie: Tie, outcome: Outcome, by: bytes) -> Voice:
    return Voice(declaration.digest, tie, outcome, "because", by)


class Facts(TypedDict, total=False):
    """What a test says of a card."""

    noted: frozenset[str]
    organisations: frozenset[str]
    languages: frozenset[str]
    region: str
    is_woman: bool
    in_government: bool


def a_card(*states: str, **facts: Unpack[Facts]) -> Card:
    return Card(
        states=frozenset(states),
        organisations=facts.get("organisations", frozenset()),
        noted=facts.get("noted", frozenset()),
        languages=facts.get("languages", frozenset({"ja"})),
        region=facts.get("region", "kanto"),
        is_woman=facts.get("is_woman", False),
        in_government=facts.get("in_government", False),
        until=TODAY,
    )
