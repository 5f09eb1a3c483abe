from datetime import timedelta

import pytest

from forms.base import Fields, UnknownAnswerError
from forms.choices import CHANGEABLE
from forms.mailbox import ChoiceForm, CodeForm, WithdrawForm, WriteForm

LOOKS_RIGHT = "0" * 30 + "98"


def told(form: CodeForm | WriteForm | WithdrawForm) -> list[str]:
    return [problem.message.text for problem in form.problems]


def test_a_code_that_looks_right_and_is_still_on_the_page_was_not_found() -> None:
    form = CodeForm.of({"code": (LOOKS_RIGHT,), "keep": ("hour",)})
    assert form.validate()
    (text,) = told(CodeForm.shown(form.typed(checked=True)))
    assert text.startswith("We find nothing for this code.")


def test_a_code_with_a_slip_is_told_its_slip_and_not_that_it_was_not_found() -> None:
    (text,) = told(CodeForm.shown({"code": ("1" * 32,), "checked": ("yes",)}))
    assert text.startswith("One of the digits")


def test_a_code_kept_by_a_change_of_language_is_not_complained_about() -> None:
    assert told(CodeForm.shown({"code": (LOOKS_RIGHT,), "keep": ("hour",)})) == []


def test_the_mailbox_closes_after_an_hour_unless_asked_otherwise() -> None:
    assert CodeForm.of({}).open_for == timedelta(hours=1)
    assert CodeForm.of({"keep": ("leave",)}).open_for == timedelta(hours=24)


def test_a_message_needs_something_to_read_and_an_end() -> None:
    assert told(WriteForm.shown({"text": (" ",), "checked": ("yes",)})) == [
        "Please write something first."
    ]
    assert not WriteForm.shown({"text": ("x" * 8000,), "checked": ("yes",)}).problems
    assert told(WriteForm.shown({"text": ("x" * 8001,), "checked": ("yes",)}))


@pytest.mark.parametrize("typed", ["erase", " ERASE ", "\uff45\uff52ase"])
def test_the_word_counts_whatever_its_case_and_width(typed: str) -> None:
    assert WithdrawForm.asking("erase", {"word": (typed,)}).validate()


@pytest.mark.parametrize("typed", ["", "eras", "delete", "消す"])
def test_another_word_does_not_count(typed: str) -> None:
    assert not WithdrawForm.asking("erase", {"word": (typed,)}).validate()


def test_every_question_and_answer_of_the_choices_is_offered_and_no_other() -> None:
    offered = [(choice.name, code) for choice in CHANGEABLE for code in choice.codes]
    for name, code in offered:
        ChoiceForm.refuse_unknown({"asked": (name,), "answer": (code,)})
        assert ChoiceForm.of({"asked": (name,), "answer": (code,)}).validate()
    for strange in ({"asked": ("c_store",)}, {"answer": ("always",)}, {"asked": ("c_share",)}):
        with pytest.raises(UnknownAnswerError):
            ChoiceForm.refuse_unknown(strange)


@pytest.mark.parametrize(
    "fields",
    [{}, {"asked": ("c_life",)}, {"answer": ("no",)}, {"asked": ("c_life",), "answer": ("yes",)}],
    ids=str,
)
def test_an_answer_to_another_question_or_to_none_is_asked_for_again(fields: Fields) -> None:
    form = ChoiceForm.of(fields)
    assert not form.validate()
    assert [problem.field for problem in form.problems] == ["answer"]
