"""The forms of what is planned offer the codes of the team's lists, and take only days."""

import pytest

from admin.work_codes import FLAGS, NEXT_CHECK, NO_ANSWER, TASKS
from forms import planning
from forms.planning import CheckForm, FlagForm, KeepForm, TaskForm

GOOD = {"kind": ("call_back",), "who": ("ab" * 16,), "due": (" 2027-01-31 ",)}


def test_every_code_of_the_lists_is_offered_but_what_comes_by_itself() -> None:
    assert set(planning.TASKS) == TASKS.keys() - {NEXT_CHECK, NO_ANSWER}
    assert list(planning.FLAGS) == list(FLAGS)


def test_a_task_has_a_kind_somebody_and_a_day() -> None:
    form = TaskForm.of(GOOD)
    assert form.validate()
    assert form.due_day.isoformat() == "2027-01-31"
    for name in sorted(GOOD):
        form = TaskForm.of({**GOOD, name: ("",)})
        assert not form.validate()
        assert [problem.field for problem in form.problems] == [name]


@pytest.mark.parametrize("typed", ["", "soon", "2027-02-30"])
def test_what_is_no_day_is_asked_for_again(typed: str) -> None:
    form = CheckForm.of({"next_check": (typed,)})
    assert not form.validate()
    assert CheckForm.of({"next_check": ("2027-01-31",)}).day.isoformat() == "2027-01-31"


def test_a_few_words_are_few() -> None:
    form = TaskForm.of({**GOOD, "text": ("word " * 41,)})
    assert not form.validate()
    assert [problem.field for problem in form.problems] == ["text"]
    assert not KeepForm.of({"why": (" ",)}).validate()
    assert not FlagForm.of({"flag": ("",)}).validate()
