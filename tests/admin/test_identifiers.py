"""An identifier is written in one way, however it was typed; what is none is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.identifiers import SERVICES, UnfitError, account, normalised, ways
from admin.links import Kind
from forms.identifying import KINDS
from forms.identifying import SERVICES as OFFERED

GAPS = st.sampled_from([" ", "\u3000", "\u200b", "\u200f", "\u00ad", "\t"])
ZEROES = st.sampled_from("0\u0660\u06f0\u0966\u0e50\uff10\u1040")
HOSTS = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True), min_size=2, max_size=4)
NAMES = st.from_regex(r"[a-zA-Z0-9_.]{0,20}[a-zA-Z0-9]", fullmatch=True)


def gapped(text: str, gap: str, at: int) -> str:
    """Return a text with something unseen in it."""
    place = at % (len(text) + 1)
    return text[:place] + gap + text[place:]


def in_script(text: str, zero: str) -> str:
    """Return a text with its digits in another script."""
    return "".join(chr(ord(zero) + int(sign)) if sign in "0123456789" else sign for sign in text)


@given(kind=st.sampled_from(Kind), typed=st.text(max_size=60))
def test_what_is_written_in_one_way_stays_as_it_is(kind: Kind, typed: str) -> None:
    try:
        once = normalised(kind, typed)
    except UnfitError:
        return
    assert normalised(kind, once) == once


@given(
    path=st.text(st.sampled_from("/abAB%2?&=#;+é例:@ "), max_size=20),
    host=HOSTS,
    port=st.sampled_from(["", ":80", ":443", ":8080"]),
)
def test_a_web_address_written_in_one_way_stays_as_it_is(
    path: str, host: list[str], port: str
) -> None:
    once = normalised(Kind.WEB, f"https://{'.'.join(host)}{port}/{path}")
    assert normalised(Kind.WEB, once) == once


@given(
    typed=st.from_regex(r"\+?0{0,3}[0-9]{3,16}", fullmatch=True),
    country=st.sampled_from(["", "+81", "+39"]),
)
def test_a_telephone_number_written_in_one_way_stays_as_it_is(typed: str, country: str) -> None:
    try:
        once = normalised(Kind.PHONE, country + typed)
    except UnfitError:
        return
    assert normalised(Kind.PHONE, once) == once


@given(number=st.from_regex(r"0[789]0[1-9][0-9]{7}", fullmatch=True), gap=GAPS, at=st.integers(0))
def test_a_telephone_number_is_one_however_it_is_written(number: str, gap: str, at: int) -> None:
    whole = f"+81{number[1:]}"
    split = f"{number[:3]}-{number[3:7]}-{number[7:]}"
    for typed in (
        number,
        whole,
        split,
        gapped(number, gap, at),
        f"tel:{whole}",
        f"+81 (0) {whole[3:]}",
    ):
        assert normalised(Kind.PHONE, typed) == whole


@given(zero=ZEROES, national=st.from_regex(r"0[789]0[1-9][0-9]{7}", fullmatch=True))
def test_digits_of_any_script_are_the_same_digits(zero: str, national: str) -> None:
    assert normalised(Kind.PHONE, in_script(national, zero)) == normalised(Kind.PHONE, national)
    plate = f"品川 300 あ {national[:4]}"
    assert normalised(Kind.PLATE, in_script(plate, zero)) == normalised(Kind.PLATE, plate)
    name = account("telegram", f"a{national}")
    assert normalised(Kind.HANDLE, in_script(name, zero)) == normalised(Kind.HANDLE, name)


@given(name=NAMES, gap=GAPS, at=st.integers(0), service=st.sampled_from(SERVICES))
def test_an_account_is_one_in_big_and_wide_letters_and_of_its_service_alone(
    name: str, gap: str, at: int, service: str
) -> None:
    one = normalised(Kind.HANDLE, account(service, name))
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in name)
    for typed in (f"@{name}", name.upper(), wide, gapped(name, gap, at)):
        assert normalised(Kind.HANDLE, account(service, typed)) == one
    elsewhere = next(other for other in SERVICES if other != service)
    assert normalised(Kind.HANDLE, account(elsewhere, name)) != one


@given(name=NAMES, host=HOSTS, gap=GAPS, at=st.integers(0))
def test_a_mail_address_is_one_in_any_letters(
    name: str, host: list[str], gap: str, at: int
) -> None:
    address = f"{name}@{'.'.join(host)}"
    one = normalised(Kind.EMAIL, address)
    for typed in (address.upper(), f"mailto:{address}", gapped(address, gap, at), f"{address}."):
        assert normalised(Kind.EMAIL, typed) == one


@given(digest=st.binary(min_size=32, max_size=32), gap=GAPS, at=st.integers(0))
def test_a_hash_is_one_in_any_letters(digest: bytes, gap: str, at: int) -> None:
    for typed in (digest.hex().upper(), digest.hex(":"), f"SHA256:{gapped(digest.hex(), gap, at)}"):
        assert normalised(Kind.FILE, typed) == digest.hex()


@pytest.mark.parametrize(
    ("kind", "typed", "meant"),
    [
        (Kind.PHONE, "+86 138 0013 8000", "+8613800138000"),
        (Kind.EMAIL, "Some.Body@Bücher.example", "some.body@xn--bcher-kva.example"),
        (
            Kind.WEB,
            "HTTPS://User@Example.ORG:443/A/b/?utm_source=x&id=3&fbclid=1#top",
            "example.org/A/b?id=3",
        ),
        (Kind.WEB, "hxxps://evil[.]example/login", "evil.example/login"),
        (Kind.WEB, "例え.jp", "xn--r8jz45g.jp"),
        (Kind.WEB, "http://example.org:8080/", "example.org:8080"),
        (Kind.PLATE, "品川 300 あ 12-34", "品川300あ1234"),
        (Kind.PLATE, "品川\uff13\uff10\uff10あ12ー34", "品川300あ1234"),
        (Kind.PLATE, "京A·12345", "京a12345"),
        (Kind.HANDLE, "x/@Some_One", "x/some_one"),
    ],
)
def test_what_is_meant_by_it_is_plain(kind: Kind, typed: str, meant: str) -> None:
    assert normalised(kind, typed) == meant
    assert normalised(kind, unicodedata.normalize("NFD", typed)) == meant


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.PHONE, ""),
        (Kind.PHONE, "12"),
        (Kind.PHONE, "no number"),
        (Kind.PHONE, "+999 123456789"),
        (Kind.EMAIL, "nobody"),
        (Kind.EMAIL, "@example.org"),
        (Kind.EMAIL, "a@b@example.org"),
        (Kind.EMAIL, "a@localhost"),
        (Kind.EMAIL, "a" * 65 + "@example.org"),
        (Kind.EMAIL, "a@" + "b" * 64 + ".org"),
        (Kind.HANDLE, "somebody"),
        (Kind.HANDLE, "myspace/somebody"),
        (Kind.HANDLE, "telegram/"),
        (Kind.HANDLE, "telegram/@"),
        (Kind.HANDLE, "telegram/t.me/somebody"),
        (Kind.HANDLE, "telegram/" + "a" * 101),
        (Kind.WEB, "nowhere"),
        (Kind.WEB, "https:///page"),
        (Kind.WEB, "https://[broken/"),
        (Kind.WEB, "https://example.org:99999999/"),
        (Kind.WEB, "https://a..org/"),
        (Kind.PLATE, "no digits"),
        (Kind.PLATE, "1" * 21),
        (Kind.FILE, "ab" * 31),
        (Kind.FILE, "xy" * 32),
    ],
)
def test_what_is_none_is_refused_with_a_sentence_and_without_the_words(
    kind: Kind, typed: str
) -> None:
    with pytest.raises(UnfitError) as refused:
        normalised(kind, typed)
    assert refused.value.sentence
    assert not typed or typed not in str(refused.value)


def test_it_is_known_in_a_text_without_its_country_and_without_its_service() -> None:
    assert ways(Kind.PHONE, "+81 (0)90 1234 5678")[-1] == "9012345678"
    assert ways(Kind.HANDLE, "x/@Some_One") == ("@Some_One", "some_one")
    assert ways(Kind.PLATE, "AB 12") == ("AB 12", "ab12")


def test_the_form_offers_every_kind_and_every_service() -> None:
    assert set(KINDS) == set(Kind)
    assert tuple(OFFERED) == SERVICES
