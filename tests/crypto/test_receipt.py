import sys
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import receipt
from crypto.envelope import Pepper, Secret
from crypto.receipt import Receipt, ReceiptDigitError, ReceiptError, ReceiptFormatError
from tests.crypto.vectors import Entry, each, load

VECTOR = load("receipt")
PEPPER = Pepper(1, VECTOR.secret("pepper"))
THIRD = VECTOR.entries("receipts")[2].text("digits")

EVERYTHING = [chr(point) for point in range(sys.maxunicode + 1)]
DIGITS: dict[int, list[str]] = {value: [] for value in range(10)}
for character in EVERYTHING:
    if unicodedata.category(character) == "Nd":
        DIGITS[unicodedata.decimal(character)].append(character)
IGNORED = [character for character in EVERYTHING if unicodedata.category(character)[0] in "ZCPS"]
FOREIGN = [
    character
    for character in EVERYTHING
    if unicodedata.category(character) != "Nd" and unicodedata.category(character)[0] in "LMN"
]

RECEIPTS = st.integers(0, 10**30 - 1).map(
    lambda number: Receipt(f"{number:030}{98 - number * 100 % 97:02}")
)


@each("receipt", "receipts")
def test_a_receipt_is_read_and_derived_as_the_format_says(entry: Entry) -> None:
    read = receipt.read(entry.text("digits"))
    keys = receipt.derive(read, PEPPER)

    assert read.digits == entry.text("digits")
    assert read.digits[:30] == entry.text("random")
    assert keys.lookup == entry.raw("lookup")
    assert keys.lock == entry.secret("lock")
    assert keys.sign == entry.secret("sign")


@pytest.mark.parametrize("text", VECTOR.texts("same_as_third"), ids=ascii)
def test_a_receipt_is_read_however_it_was_written_down(text: str) -> None:
    assert receipt.read(text).digits == THIRD


@pytest.mark.parametrize("text", VECTOR.texts("wrong_digits"))
def test_wrong_digits_are_told_apart_from_anything_unknown(text: str) -> None:
    with pytest.raises(ReceiptDigitError):
        receipt.read(text)


@pytest.mark.parametrize("text", VECTOR.texts("wrong_format"), ids=ascii)
def test_what_is_no_code_at_all_is_refused(text: str) -> None:
    with pytest.raises(ReceiptFormatError):
        receipt.read(text)


def test_a_new_receipt_reads_as_itself_in_eight_groups_of_four() -> None:
    for made in (receipt.make() for _ in range(200)):
        assert receipt.read(" ".join(made.groups)) == made
        assert [len(group) for group in made.groups] == [4] * 8
        assert int(made.digits) % 97 == 1


def test_new_receipts_differ_in_every_place() -> None:
    codes = [receipt.make().digits for _ in range(300)]

    assert len(set(codes)) == 300
    assert all(len({code[place] for code in codes}) == 10 for place in range(30))


@given(RECEIPTS, st.data())
def test_digits_of_any_script_are_read(made: Receipt, draw: st.DataObject) -> None:
    written = [draw.draw(st.sampled_from(DIGITS[int(digit)])) for digit in made.digits]

    assert receipt.read("".join(written)) == made


def test_every_decimal_digit_of_unicode_is_read() -> None:
    assert sum(len(scripts) for scripts in DIGITS.values()) > 600
    for value, characters in DIGITS.items():
        place = next(at for at, digit in enumerate("1234567890" * 3) if int(digit) == value)
        for character in characters:
            assert receipt.read(THIRD[:place] + character + THIRD[place + 1 :]).digits == THIRD


@given(RECEIPTS, st.lists(st.tuples(st.integers(0, 32), st.sampled_from(IGNORED)), max_size=200))
def test_spaces_marks_and_separators_anywhere_are_skipped(
    made: Receipt, marks: list[tuple[int, str]]
) -> None:
    text = made.digits
    for place, mark in sorted(marks, reverse=True):
        text = text[:place] + mark + text[place:]

    assert receipt.read(text) == made


@pytest.mark.parametrize("mark", "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2069")
def test_direction_marks_are_skipped(mark: str) -> None:
    assert receipt.read(mark + mark.join(THIRD) + mark).digits == THIRD


@given(RECEIPTS, st.integers(0, 32), st.sampled_from(FOREIGN))
def test_letters_and_other_numbers_are_refused(made: Receipt, at: int, foreign: str) -> None:
    with pytest.raises(ReceiptFormatError):
        receipt.read(made.digits[:at] + foreign + made.digits[at:])


@given(RECEIPTS)
def test_every_single_wrong_digit_is_found(made: Receipt) -> None:
    for place, right in enumerate(made.digits):
        for wrong in set("0123456789") - {right}:
            with pytest.raises(ReceiptDigitError):
                receipt.read(made.digits[:place] + wrong + made.digits[place + 1 :])


@given(RECEIPTS)
def test_every_swap_of_different_neighbours_is_found(made: Receipt) -> None:
    for place in range(31):
        one, other = made.digits[place], made.digits[place + 1]
        if one != other:
            with pytest.raises(ReceiptDigitError):
                receipt.read(made.digits[:place] + other + one + made.digits[place + 2 :])


@given(RECEIPTS, st.integers(0, 31))
def test_a_digit_too_few_or_too_many_is_refused(made: Receipt, place: int) -> None:
    fewer = made.digits[:place] + made.digits[place + 1 :]
    more = made.digits[:place] + "0" + made.digits[place:]
    for text in (fewer, more, made.digits * 2):
        with pytest.raises(ReceiptFormatError):
            receipt.read(text)


def test_256_characters_are_read_and_257_are_refused() -> None:
    assert receipt.read(THIRD.ljust(256)).digits == THIRD
    with pytest.raises(ReceiptFormatError):
        receipt.read(THIRD.ljust(257))


@given(st.text(max_size=300))
def test_any_text_gives_a_receipt_or_one_kind_of_error(text: str) -> None:
    with suppress(ReceiptError):
        assert len(receipt.read(text).digits) == 32


@pytest.mark.parametrize("text", VECTOR.texts("wrong_digits") + VECTOR.texts("wrong_format")[1:])
def test_an_error_repeats_nothing_of_what_was_typed(text: str) -> None:
    with pytest.raises(ReceiptError) as refused:
        receipt.read(text)

    assert text not in str(refused.value)
    assert THIRD[:4] not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("digits", ["", "1" * 31, "\u0661" * 32, " " * 32, "-" + "1" * 31])
def test_a_receipt_is_never_made_of_anything_but_32_digits(digits: str) -> None:
    with pytest.raises(ReceiptFormatError):
        Receipt(digits)


def test_a_receipt_shows_nothing_of_itself() -> None:
    made = receipt.make()
    keys = receipt.derive(made, PEPPER)

    for shown in (repr(made), str(made), f"{made}", f"{[made]}", repr(keys.lock)):
        assert not any(digit.isdecimal() for digit in shown)


def test_receipts_and_peppers_give_unrelated_keys() -> None:
    made = receipt.make()
    keys = [
        receipt.derive(made, PEPPER),
        receipt.derive(receipt.make(), PEPPER),
        receipt.derive(made, Pepper(2, Secret(b"\1" * 32))),
    ]

    assert receipt.derive(made, PEPPER) == keys[0]
    assert len({key.lookup for key in keys}) == 3
    assert len({key.lock.reveal() for key in keys} | {key.sign.reveal() for key in keys}) == 6
