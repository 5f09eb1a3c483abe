import pytest
from wtforms.validators import ValidationError

from forms.base import Fields, Form, UnknownAnswerError
from forms.fields import Choice, Codes, Words
from forms.validators import Filled, ShortEnough
from forms.wording import Message


class Sample(Form):
    """A small form with a mistake to make in each field."""

    words = Words(validators=[Filled("Write."), ShortEnough(3)])
    codes = Codes(["a", "b"])
    choice = Choice(["x"])

    def validate_codes(self, field: Codes) -> None:
        if not field.data:
            raise ValidationError(Message("Choose."))


@pytest.mark.parametrize(
    "fields",
    [
        {"extra": ("1",)},
        {"words": ("1", "2")},
        {"codes": ("a", "z")},
        {"choice": ("z",)},
        {"choice": ("x", "x")},
        {"validate": ("x",)},
        {"": ("",)},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(fields: Fields) -> None:
    with pytest.raises(UnknownAnswerError):
        Sample.refuse_unknown(fields)


def test_what_our_page_sends_is_taken() -> None:
    Sample.refuse_unknown({"words": ("",), "codes": ("b", "a"), "choice": ("x",)})


def test_problems_are_shown_again_only_for_a_page_that_was_checked() -> None:
    saved = Sample.of({}).typed(checked=False)
    assert Sample.shown(saved).problems == ()
    checked = Sample.of({}).typed(checked=True)
    assert [problem.message.text for problem in Sample.shown(checked).problems] == [
        "Write.",
        "Choose.",
    ]


def test_each_field_shows_its_first_problem_only() -> None:
    form = Sample.of({"words": ("long text",), "codes": ("a",)})
    assert not form.validate()
    ((name, message),) = form.problems
    assert (name, message.limit, message.typed) == ("words", 3, 9)


def test_every_field_is_saved_even_when_it_is_empty_so_that_an_unticked_box_stays_unticked() -> (
    None
):
    assert Sample.of({}).typed(checked=False) == {"words": ("",), "codes": (), "choice": ("",)}


def test_saved_fields_fill_the_form_as_it_was() -> None:
    fields = {"words": ("Wörter\n",), "codes": ("a", "b"), "choice": ("x",)}
    again = Sample.shown(Sample.of(fields).typed(checked=False))
    assert again.typed(checked=False) == fields
