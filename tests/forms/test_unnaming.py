"""On paper no name stands that was entered anywhere, in whatever form somebody wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import unnaming
from forms.unnaming import Named

KNOWN = (
    Named("Li Wei, from the consulate", "[1]"),
    Named("The man with the scar", "[2]"),
    Named("李伟", "[3]"),
    Named("أحمد", "[4]"),
    Named("rahim tursun", "[5]"),
    Named("Unit 8341", "[6]"),
    Named("王", "[7]"),
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Li Wei called.", "[1] [1] called."),
        ("LI WEI's car", "[1] [1]'s car"),
        ("li wei and the driver", "[1] [1] and the driver"),
        ("They like Weimar.", "They like Weimar."),
        ("The man with the scar came.", "[2] came."),
        ("The man came to the house.", "The man came to the house."),
        ("昨天李伟来了", "昨天[3]来了"),
        ("وأحمد هنا", "و[4] هنا"),
        ("Rahimning dadisi", "[5] dadisi"),
        ("Tursun", "[5]"),
        ("the men of unit 8341", "the men of [6]"),
        ("\uff2c\uff49 \uff37\uff45\uff49", "[1] [1]"),
        ("L\N{ZERO WIDTH SPACE}i We\N{SOFT HYPHEN}i", "[1] [1]"),
        ("王", "[7]"),
        ("王先生说", "[7]先生说"),
        ("He has +81 90-1234-5678 and li@example.org", "He has [•••] and [•••]"),
        ("", ""),
    ],
)
def test_a_name_is_a_mark_wherever_it_stands(text: str, printed: str) -> None:
    assert unnaming.covered(text, KNOWN) == printed


SPELLED = (
    Named("Abdu'l-Karim O\u2018zbek", "[1]"),
    Named("\u674e\u4f1f\u660e", "[2]"),
    Named("Müller", "[3]"),
    Named("علي رضا", "[4]"),
    Named("कमला गीता", "[5]"),
    Named("ﾀﾅｶ", "[6]"),
    Named("Amin", "[7]"),
    Named("...", "[8]"),
    Named("li_wei88", "[9]", is_code=True),
    Named("AB12", "[10]", is_code=True),
    Named("old man of the bazaar, 老", "[11]"),
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("abdul karim", "[1]"),
        ("ABDULKARIMning", "[1]"),
        ("O'zbek, o\u02bbzbekning", "[1], [1]"),
        ("\u674e \u4f1f\u660e", "[2]"),
        ("Muller, Mu\u0308ller", "[3], [3]"),
        ("على رضا, عَلِيّ رِضَا, عليرضا", "[4], [4], [4]"),
        ("गीताको", "[5]"),
        ("タナカさん", "[6]さん"),
        ("I am in Tokyo.", "I am in Tokyo."),
        ("Amin's", "[7]'s"),
        ("li.wei\uff18\uff18 and @li_wei88", "[9] and @[9]"),
        ("ab12, xab12, ab 12", "[10], xab12, ab 12"),
        ("a man in the bazaar, 老人", "a man in the bazaar, 老人"),
        ("می\u200cروم", "می\u200cروم"),
        ("li" + " " * 9 + "wei88", "li" + " " * 9 + "wei88"),
    ],
)
def test_a_name_is_covered_in_every_spelling_of_it(text: str, printed: str) -> None:
    assert unnaming.covered(text, SPELLED) == printed


def test_words_that_only_describe_somebody_can_be_asked_for() -> None:
    cover = unnaming.Cover(SPELLED)
    assert cover.standing("A man at the BAZAAR, 老人, Manning, old: AB12") == (
        *("old", "man", "bazaar", "老"),
    )
    assert cover.standing("Nobody.") == ()


names = st.lists(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), min_size=1, max_size=3)


@given(names, st.text(max_size=20), st.text(max_size=20))
def test_no_word_of_a_name_is_left(words: list[str], before: str, behind: str) -> None:
    name = " ".join(words)
    if unnaming.covered(name, ()) != name or name.lower() in unnaming.covered("", ()):
        return
    found = unnaming.covered(f"{before} {name} {behind}", [Named(name, "[1]")])
    for word in words:
        is_plain = word.lower() in {"an", "the", "one", "two", "some", "my", "our", "your", "his"}
        others = {"her", "their", "this", "that", "he", "she", "they", "it"}
        if not is_plain and word.lower() not in others:
            assert word not in found.split()


@given(st.text(max_size=60))
def test_without_names_only_numbers_and_addresses_are_covered(text: str) -> None:
    once = unnaming.covered(text, ())
    assert unnaming.covered(once, ()) == once
