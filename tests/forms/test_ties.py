import pytest

from forms.codebook import COUNTRIES, REGIONS
from forms.ties import LABELS, LANGUAGES, Declared, Tie, TieKind


def declared(
    ties: tuple[Tie, ...] = (), languages: tuple[str, ...] = ("ja",), region: str = "kanto"
) -> Declared:
    return Declared(ties, languages, region, is_woman=False, in_government=False, names=("Emi",))


def test_every_kind_of_tie_has_words() -> None:
    assert LABELS.keys() == set(TieKind)
    assert len(set(LABELS.values())) == len(TieKind)


@pytest.mark.parametrize("state", ["", "unknown", "XX", "cn"])
def test_a_tie_is_to_a_state_of_the_list(state: str) -> None:
    with pytest.raises(ValueError, match="state"):
        Tie(TieKind.WORK, state)


@pytest.mark.parametrize("kind", sorted(set(TieKind) - {TieKind.OFFICE}))
def test_only_an_office_is_in_an_organisation(kind: TieKind) -> None:
    with pytest.raises(ValueError, match="office"):
        Tie(kind, "CN", "a council")
    assert Tie(kind, "CN").organisation == ""


def test_somebody_may_hold_offices_in_two_organisations() -> None:
    offices = (Tie(TieKind.OFFICE, "CN", "one"), Tie(TieKind.OFFICE, "CN", "two"))

    assert declared(offices).ties == offices


@pytest.mark.parametrize(
    ("languages", "region"), [(("tlh",), "kanto"), (("ja",), "mars"), (("ja",), "")]
)
def test_languages_and_region_are_of_the_lists(languages: tuple[str, ...], region: str) -> None:
    with pytest.raises(ValueError, match="lists"):
        declared(languages=languages, region=region)


def test_nothing_is_declared_twice() -> None:
    with pytest.raises(ValueError, match="once"):
        declared((Tie(TieKind.WORK, "CN"), Tie(TieKind.WORK, "CN")))
    with pytest.raises(ValueError, match="once"):
        declared(languages=("ja", "ja"))


def test_every_code_on_offer_can_be_declared() -> None:
    for region in REGIONS:
        declared(tuple(Tie(TieKind.WORK, state) for state in COUNTRIES), region=region.code)
    declared(languages=tuple(one.code for one in LANGUAGES))


def test_nothing_of_it_shows_itself() -> None:
    shown = repr(declared((Tie(TieKind.OFFICE, "CN", "a council"),)))

    assert shown == "Declared()"
    assert repr(Tie(TieKind.OFFICE, "CN", "a council")) == "Tie(kind=<TieKind.OFFICE: 'office'>)"
