import pytest

from forms.base import Form
from forms.fields import Choice, Codes, Words


class Sample(Form):
    """One field of each kind."""

    words = Words()
    codes = Codes(["a", "b", "c"])
    choice = Choice(["x", "y"], first="x")


def test_a_fresh_form_is_empty_but_for_what_stands_chosen() -> None:
    form = Sample.of({})
    assert (form.words.data, form.codes.data, form.choice.data) == ("", (), "x")


@pytest.mark.parametrize("typed", ["one\ntwo", "one\r\ntwo", "one\rtwo"])
def test_line_ends_are_folded_so_that_every_browser_counts_alike(typed: str) -> None:
    assert Sample.of({"words": (typed,)}).words.data == "one\ntwo"


def test_codes_come_back_in_the_order_of_the_list_and_once() -> None:
    assert Sample.of({"codes": ("c", "a", "c")}).codes.data == ("a", "c")


def test_a_choice_can_be_changed() -> None:
    assert Sample.of({"choice": ("y",)}).choice.data == "y"
