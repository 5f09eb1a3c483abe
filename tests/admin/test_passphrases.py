import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.matching import RANKED_DICTIONARIES

from admin.errors import AccountError
from admin.passphrases import read_passphrase
from crypto.passphrase import MIN_CHARACTERS
from forms.limits import LONGEST_PASSPHRASE

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}  # as a Japanese keyboard may type them
DRAWN = [  # five words each, drawn by dice from the long list of the EFF
    "umpire pelt sherry unwomanly gangway",
    "unpaid-scorch-clover-ferret-dingo",
    "thumb.ajar.remedy.blaspheme.yodel",
    "GratuityCrinkleStuffedPesterOverlap",
]


@pytest.mark.parametrize(
    "passphrase",
    [
        *DRAWN,
        "kasumi-tanobe-rimaso-keduno-hisuwa",
        "fZ4#qP9wLm2sXv7RkT1b",
        "灯火 を かかげて 夜の 道を 歩く 人がいる",
        DRAWN[0].translate(WIDE),
    ],
)
def test_what_nobody_guesses_is_taken_as_it_was_typed(passphrase: str) -> None:
    assert read_passphrase(passphrase, "Aiko Mori") == passphrase


@pytest.mark.parametrize(
    "passphrase",
    [
        "aaaaaaaaaaaaaaaaaaaa",
        "a" * 1_000,
        "abcabcabcabcabcabcabc",
        "1234567890123456",
        "qwertyuiopasdfghjkl",
        "passwordpassword123",
        "p4$$w0rd p4$$w0rd p4$$w0rd",
        "Liverpool1985!!!!",
        "Tokyo2026Tokyo2026",
        "monkey dragon football baseball",
        "correct horse battery staple",
        "Correct-Horse-Battery-Staple1!",
        "c0rrect h0rse b4ttery st4ple",
        "To be, or not to be, that is the question",
        "いろはにほへとちりぬるをわかよたれそ",
        "- - - - - - - - - - - - - - -",
    ],
)
def test_what_is_guessed_early_is_refused(passphrase: str) -> None:
    with pytest.raises(AccountError, match="words drawn by dice"):
        read_passphrase(passphrase)


@pytest.mark.parametrize(
    "passphrase",
    [
        "Fumizuki Kanzashi 1984",
        "fumizukikanzashi fumizukikanzashi",
        "KANZASHI-fumizuki-2026!!",
        "ihsaznak ikuzimuf 1984",
        "fumizuki_kanzashi_0712".translate(WIDE),
    ],
)
def test_a_name_is_no_secret(passphrase: str) -> None:
    with pytest.raises(AccountError, match="easy to guess"):
        read_passphrase(passphrase, "Fumizuki Kanzashi")


def test_the_name_of_somebody_else_is_not_known() -> None:
    assert read_passphrase("KANZASHI-fumizuki-2026!!", "", "Aiko Mori")


def test_a_name_is_forgotten_at_once() -> None:
    read_passphrase(DRAWN[0], "Fumizuki Kanzashi")
    assert not any("kanzashi" in words for words in RANKED_DICTIONARIES.values())


@given(st.text(max_size=MIN_CHARACTERS - 1).filter(str.isascii))
def test_a_short_one_is_refused(passphrase: str) -> None:
    with pytest.raises(AccountError, match=f"at least {MIN_CHARACTERS}"):
        read_passphrase(passphrase)


def test_the_longest_is_taken_and_no_longer_one() -> None:
    longest = (DRAWN[0] + " ").ljust(LONGEST_PASSPHRASE, "x")
    assert read_passphrase(longest) == longest
    with pytest.raises(AccountError, match=f"at most {LONGEST_PASSPHRASE}"):
        read_passphrase(longest + "x")


def test_a_weak_beginning_is_not_saved_by_what_follows() -> None:
    with pytest.raises(AccountError, match="easy to guess"):
        read_passphrase("a" * 100 + DRAWN[0])


@given(st.text(min_size=MIN_CHARACTERS, max_size=60))
def test_any_text_is_taken_as_it_is_or_refused(passphrase: str) -> None:
    try:
        taken = read_passphrase(passphrase, passphrase[:3])
    except AccountError:
        return
    assert taken == passphrase


def test_the_slowest_passphrase_is_measured_in_seconds() -> None:
    started = time.process_time()
    read_passphrase("4@8({[<369!1|70$5+%2" * 40)
    assert time.process_time() - started < 10
