import pytest

from forms.base import Fields, Form, UnknownAnswerError
from forms.vetting import (
    NO_ORGANISATION,
    NO_STAGE,
    NOT_AGREED,
    NOT_CONFIRMED,
    NOT_HELD,
    NOT_SURE,
    OTHER_VERSION,
    SAME_ORGANISATION,
    ConductForm,
    InterviewForm,
    ReferencesForm,
    SignOffForm,
)

REFERENCES: Fields = {
    "first": (" Lantern",),
    "first_confirmed": ("yes",),
    "second": ("Harbour",),
    "second_confirmed": ("yes",),
}


def told(form: Form) -> dict[str, str]:
    form.validate()
    return {problem.field: problem.message.text for problem in form.problems}


def test_two_references_come_from_two_organisations() -> None:
    form = ReferencesForm.of(REFERENCES)

    assert form.validate()
    assert form.organisations == ("Lantern", "Harbour")


@pytest.mark.parametrize("again", ["Lantern", "LANTERN ", "lan tern", "\uff2cantern"])
def test_one_organisation_is_not_two(again: str) -> None:
    form = ReferencesForm.of({**REFERENCES, "second": (again,)})

    assert told(form) == {"second": SAME_ORGANISATION}


def test_a_reference_has_a_name_and_was_confirmed() -> None:
    assert told(ReferencesForm.of({})) == {
        "first": NO_ORGANISATION,
        "first_confirmed": NOT_CONFIRMED,
        "second": NO_ORGANISATION,
        "second_confirmed": NOT_CONFIRMED,
    }


@pytest.mark.parametrize("name", ["\ufffd", "x" * 201])
def test_the_name_of_an_organisation_is_readable_and_not_endless(name: str) -> None:
    assert "first" in told(ReferencesForm.of({**REFERENCES, "first": (name,)}))


def test_an_interview_was_held() -> None:
    assert told(InterviewForm.of({})) == {"held": NOT_HELD}
    assert InterviewForm.of({"held": ("yes",)}).validate()


def test_the_code_is_signed_in_the_version_in_force() -> None:
    agreed: Fields = {"version": ("2026-12",), "agreed": ("yes",)}

    assert ConductForm.about("2026-12", agreed).validate()
    assert told(ConductForm.about("2027-01", agreed)) == {"version": OTHER_VERSION}
    assert told(ConductForm.about("2026-12", {"version": ("2026-12",)})) == {"agreed": NOT_AGREED}


def test_a_manager_signs_for_a_stage_that_may_follow() -> None:
    stages = ("vetted", "left")
    looked: Fields = {"stage": ("vetted",), "looked": ("yes",)}

    assert SignOffForm.about(stages, looked).validate()
    assert told(SignOffForm.about(stages, {**looked, "stage": ("member",)})) == {"stage": NO_STAGE}
    assert told(SignOffForm.about(stages, {})) == {"stage": NO_STAGE, "looked": NOT_SURE}


@pytest.mark.parametrize("kind", [ReferencesForm, InterviewForm, ConductForm, SignOffForm])
def test_what_no_page_sends_is_refused(kind: type[Form]) -> None:
    with pytest.raises(UnknownAnswerError):
        kind.refuse_unknown({"other": ("x",)})
