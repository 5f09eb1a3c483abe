import pytest

from forms.answers import GivenConsent
from forms.base import Fields
from forms.codebook import KINDS
from forms.report import ShortForm, TryForm

GIVEN = GivenConsent("yes", "00" * 32, "en")
GROUPS = tuple(f"{number}{number}{number}{number}" for number in range(8))


def short(**fields: tuple[str, ...]) -> ShortForm:
    form = ShortForm.of({"c_store": ("yes",), **fields})
    form.validate()
    return form


def problems(form: ShortForm | TryForm) -> list[str]:
    return [problem.field for problem in form.problems]


def test_own_words_alone_are_a_report_and_count_as_not_sure() -> None:
    form = short(story=("They know where I live.",))
    assert not form.problems
    assert form.answers("en", GIVEN).answers == {"kinds": ("other",)}


def test_a_kind_alone_is_a_report() -> None:
    form = short(kinds=("cyber", "threat"))
    assert not form.problems
    report = form.answers("ja", GIVEN)
    assert (report.answers, report.story, report.language) == (
        {"kinds": ("threat", "cyber")},
        "",
        "ja",
    )
    assert report.consents == {"c_store": GIVEN}


@pytest.mark.parametrize("story", ["", "  \n", "\u200b"])
def test_neither_words_nor_kinds_is_no_report(story: str) -> None:
    assert problems(short(story=(story,))) == ["kinds"]


def test_without_permission_there_is_no_report() -> None:
    form = ShortForm.of({"kinds": ("threat",)})
    assert not form.validate()
    assert problems(form) == ["c_store"]


def test_the_limit_counts_characters_and_not_bytes_or_carriage_returns() -> None:
    assert not short(story=("あ" * 8000,)).problems
    assert not short(story=("\r\n" * 3999 + "ab",)).problems
    assert problems(short(story=("\U0001d4b3" * 8001,))) == ["story"]


def test_damaged_text_is_kept_and_pointed_at() -> None:
    form = short(story=("caf\ufffd",))
    assert problems(form) == ["story"]
    assert form.typed(checked=True)["story"] == ("caf\ufffd",)


def test_every_kind_of_the_codebook_is_offered() -> None:
    assert form_codes() == [kind.code for kind in KINDS]


def form_codes() -> list[str]:
    return list(ShortForm.of({}).kinds.codes)


def test_a_number_that_points_to_a_person_never_blocks() -> None:
    form = short(story=("My number is 090-1234-5678",))
    assert form.has_personal_number
    assert not form.problems


@pytest.mark.parametrize("typed", ["1111", "1 1 1 1", "\uff11" * 4, "".join(GROUPS)])
def test_a_group_may_be_typed_in_any_way_or_the_whole_code_pasted(typed: str) -> None:
    form = TryForm.about(GROUPS, (1, 6), {"first": (typed,), "second": ("6666",)})
    assert form.validate()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"first": ("6666",), "second": ("1111",)}, ["first", "second"]),
        ({"first": ("1111",), "second": ("x",)}, ["second"]),
        ({"first": ("",), "second": ("6666",)}, ["first"]),
        ({}, ["first", "second"]),
    ],
)
def test_other_groups_are_not_taken(fields: Fields, wrong: list[str]) -> None:
    form = TryForm.about(GROUPS, (1, 6), {**fields, "checked": ("yes",)})
    assert problems(form) == wrong
