import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crypto import receipt
from forms.mailbox import CodeForm
from forms.validators import digits_of, is_blank

ZEROS = [chr(point) for point in range(0x110000) if unicodedata.decimal(chr(point), None) == 0]


def complaint(code: str) -> str:
    """Return what a person is told before a code is looked up; nothing if it may be one."""
    form = CodeForm.of({"code": (code,), "keep": ("hour",)})
    form.validate()
    return form.problems[0].message.text if form.problems else ""


@given(
    st.integers(0, 10**32 - 1), st.sampled_from(ZEROS), st.sampled_from(" -\u2013\u200f\n\u3000・")
)
def test_digits_of_every_script_and_any_separator_mean_the_same(
    number: int, zero: str, separator: str
) -> None:
    digits = f"{number:032}"
    written = separator.join(chr(ord(zero) + int(digit)) for digit in digits)
    assert digits_of(written) == digits


@given(st.text(max_size=300))
@example("")
@example("1" * 32)
@example("0" * 30 + "98")
@example("0" * 31 + "1")
@example("0" * 30 + "98" + " " * 300)
@example("x" * 300)
def test_the_page_and_the_vault_agree_on_what_a_code_looks_like(text: str) -> None:
    try:
        receipt.read(text)
    except receipt.ReceiptError:
        assert complaint(text)
    else:
        assert not complaint(text)


@given(st.integers(0, 31), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(place: int, change: int) -> None:
    digits = receipt.make().digits
    wrong = str((int(digits[place]) + change) % 10)
    assert complaint(digits[:place] + wrong + digits[place + 1 :]).startswith("One of the digits")


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200f", "　"])
def test_a_text_without_anything_to_see_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "あ", "\u0f0b", "𞤀", "�"])
def test_anything_to_see_is_not_blank(text: str) -> None:
    assert not is_blank(text)
