import pytest

from forms.base import Form, TooLongError
from forms.fields import Choice, Codes, Words
from forms.mailbox import WriteForm
from forms.report import ShortForm, TryForm


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


@pytest.mark.parametrize("name", ["first", "second"])
def test_digits_are_cut_where_nobody_would_type_on(name: str) -> None:
    form = TryForm.of({name: ("1" * 301,)})
    assert form.typed(checked=False)[name] == ("1" * 300,)


@pytest.mark.parametrize(
    ("sent", "is_taken"),
    [
        (("0123456789abcdef",), True),
        (("",), True),
        (("x",), False),
        (("a" * 65,), False),
        ((), False),
    ],
)
def test_a_pages_own_number_is_taken_back_as_it_was_and_nothing_else(
    sent: tuple[str, ...], is_taken: bool
) -> None:
    assert WriteForm().once.allows(sent) is is_taken


def test_words_far_over_any_limit_are_not_saved_and_those_somewhat_over_it_are() -> None:
    somewhat = {"story": ("あ\r\n" * 20_000,), "kinds": ("threat",), "c_store": ("yes",)}
    ShortForm.refuse_too_long(somewhat)
    with pytest.raises(TooLongError):
        ShortForm.refuse_too_long({**somewhat, "story": ("あ" * 40_001,)})


def test_what_cannot_be_taken_comes_back_sorted_by_what_a_page_asks_for() -> None:
    sent = {"story": ("threat",), "kinds": ("threat", "Not a code"), "own": ("x",)}
    echo = ShortForm.echo(sent)
    assert echo.words == (("story", "threat"),)
    # What is not offered would only be refused again.
    assert echo.codes == (("kinds", "threat"),)
    assert "threat" not in repr(echo)
