import unicodedata
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms.masking import KINDS, MARK, masked, spans

ZEROS = [chr(point) for point in range(0x110000) if unicodedata.decimal(chr(point), None) == 0]


def wide(text: str) -> str:
    """Return a text with its plain signs in the width of kanji."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


POINTING = [
    ("call 090-1234-5678 please", "phone", "090-1234-5678"),
    (f"{wide('090ー1234ー5678')}です", "phone", wide("090ー1234ー5678")),
    ("電話〇九〇―一二三四―五六七八", "phone", "〇九〇―一二三四―五六七八"),
    ("+81 90 1234 5678", "phone", "+81 90 1234 5678"),
    ("0081-90-1234-5678", "phone", "0081-90-1234-5678"),
    ("(03) 1234-5678", "phone", "03) 1234-5678"),
    ("我的电话是13812345678。", "phone", "13812345678"),
    ("138 1234 5678", "phone", "138 1234 5678"),
    ("(212) 555-0147", "phone", "(212) 555-0147"),
    ("به ۰۹۱۲۳۴۵۶۷۸۹ زنگ زدند", "phone", "۰۹۱۲۳۴۵۶۷۸۹"),
    ("090\u200b1234\u200f5678", "phone", "090\u200b1234\u200f5678"),
    ("write to a.b+c@mail.example.org.", "email", "a.b+c@mail.example.org"),
    (f"メールは{wide('abc@')}example.jpです", "email", f"{wide('abc@')}example.jp"),
    ("passport TK1234567", "passport", "TK1234567"),
    ("passport TK 1234567", "passport", "TK 1234567"),
    ("护照号E12345678。", "passport", "E12345678"),
    ("card ab12345678cd", "residence_card", "ab12345678cd"),
    (f"在留カード{wide('AB12345678CD')}", "residence_card", wide("AB12345678CD")),
    ("my number is 1234 5678 9012", "my_number", "1234 5678 9012"),
    ("マイナンバー123456789012", "my_number", "123456789012"),
    ("身份证11010119900307123x", "identity_card", "11010119900307123x"),
]
HARMLESS = [
    "",
    "in 2026",
    "at 10:30 on the 24th",
    "about 300,000 yen",
    "room 12345678",
    "from 2019 2020 2021",
    "2019-2020-2021",
    "01-03-2026 10:30",
    "01.02.2020-03.04.2021",
    "on 09-17 09-18 09-19",
    "1 000 000 000 euro",
    "1.000.000.000",
    "0.123456789",
    "he asked me 20000000 yen",
    "二〇二六年三月",
    "@example, and me @ home",
    "R8.3.1, H300401",
]
MONEY = st.integers(0, 10**9).flatmap(
    lambda sum_: st.sampled_from(
        [f"{sum_} yen", f"{sum_:,}円", f"¥{sum_}", f"{sum_:,}".replace(",", " ") + " EUR"]
    )
)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31)).flatmap(
    lambda day: st.sampled_from(
        [
            day.isoformat(),
            day.strftime("%d.%m.%Y"),
            day.strftime("%m/%d/%Y"),
            f"{day.year}年{day.month}月{day.day}日",
            str(day.year),
            f"{day.year}-{day.year + 1}",
            day.strftime("%d-%m-%Y 10:30"),
        ]
    )
)
PIECES = st.sampled_from([text for text, _, _ in POINTING] + HARMLESS) | st.text(max_size=12)
TELLING = st.lists(PIECES | st.text("0123456789 -+.()@AXx\u0660年", max_size=20)).map("".join)


@pytest.mark.parametrize(("text", "kind", "words"), POINTING)
def test_what_points_to_a_person_is_found_where_it_stands(text: str, kind: str, words: str) -> None:
    (span,) = spans(text)
    assert (text[span.start : span.end], span.kind) == (words, kind)


@pytest.mark.parametrize(("text", "kind", "words"), POINTING)
def test_masking_cuts_it_out_and_leaves_every_other_sign(text: str, kind: str, words: str) -> None:
    assert kind in KINDS
    assert masked(text) == text.replace(words, MARK)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert spans(text) == ()


@given(st.sampled_from(ZEROS))
def test_digits_of_every_script_are_seen(zero: str) -> None:
    digits = "".join(chr(ord(zero) + int(digit)) for digit in "09012345678")
    assert masked(f"☎{digits}!") == f"☎{MARK}!"


@given(MONEY)
def test_an_amount_of_money_is_no_number_of_a_person(text: str) -> None:
    assert spans(f"I paid {text}.") == ()


@given(DAYS)
@example("01.01.2000")
def test_a_day_or_a_year_is_no_number_of_a_person(text: str) -> None:
    assert spans(f"It was {text}.") == ()


@given(TELLING)
def test_masked_text_holds_nothing_that_points_to_a_person(text: str) -> None:
    assert spans(masked(text)) == ()


@given(TELLING)
def test_text_that_points_to_nobody_stays_as_it_is(text: str) -> None:
    if not spans(text):
        assert masked(text) == text


@given(TELLING)
def test_what_stands_between_two_marks_was_written_so(text: str) -> None:
    rest = text
    for words in masked(text).split(MARK):
        assert words in rest
        rest = rest[rest.index(words) + len(words) :]
