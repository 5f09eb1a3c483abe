"""The form of the first look: what it comes to, and what no page of ours could send."""

import pytest

from admin.facts import Answer, Danger
from admin.skips import SkipReason
from forms.base import Fields, UnknownAnswerError
from forms.triage import ANSWERS, DANGERS, SKIPS, LookForm, SkipForm, TriageForm


def found(**fields: str | tuple[str, ...]) -> TriageForm:
    sent: Fields = {
        name: (value,) if isinstance(value, str) else value for name, value in fields.items()
    }
    TriageForm.refuse_unknown(sent)
    return TriageForm.of(sent)


def test_the_codes_are_those_that_the_team_keeps() -> None:
    assert set(DANGERS) == set(Danger)
    assert set(ANSWERS) == set(Answer)
    assert set(SKIPS) == set(SkipReason)
    assert {name for name in DANGERS if name in TriageForm()} == set(DANGERS)


def test_no_to_the_rest_answers_only_what_has_no_answer() -> None:
    answered = found(child="yes", missing="not_known", rest_no="yes").dangers
    assert answered == dict.fromkeys(DANGERS, "no") | {"child": "yes", "missing": "not_known"}
    assert found(child="yes").dangers == {"child": "yes"}
    assert found().dangers == {}
    assert found(child="yes", rest_no="yes").assumed == set(DANGERS) - {"child"}
    assert found(child="yes").assumed == set()


def test_that_no_state_is_known_counts_only_where_none_is_named() -> None:
    assert found(states=("CN", "unknown"), further_state="RU").named_states == {"CN", "RU"}
    assert found(states="unknown", further_state="").named_states == {"unknown"}
    assert found().named_states == set()


def test_organisations_stand_one_on_each_line() -> None:
    assert found(organisations=" One \n\nTwo", none_named="yes").named_organisations == {
        "One",
        "Two",
    }
    assert found(organisations=" \n", none_named="yes").named_organisations == {"unknown"}
    assert found().named_organisations == set()


@pytest.mark.parametrize(
    "fields", [{"rev": "01"}, {"rev": "x"}, {"states": ("XX",)}, {"do": "erase"}, {"level": "4"}]
)
def test_what_no_page_of_ours_sends_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(UnknownAnswerError):
        found(**fields)


def test_a_form_without_a_revision_is_about_nothing_that_ever_was() -> None:
    assert found().rev.number == -1
    assert found(rev="7").rev.number == 7


@pytest.mark.parametrize("form", [SkipForm, LookForm])
def test_an_answer_is_asked_for(form: type[SkipForm | LookForm]) -> None:
    assert not form.of({}).validate()
