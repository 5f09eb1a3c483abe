import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from forms.codebook import COUNTRIES, PREFECTURES, load
from reporting.languages import OFFERED
from reporting.names import Name, countries, country, prefecture, prefectures, tongues

LANGUAGES = [one.code for one in OFFERED]
DATA = Path(__file__).parents[2] / "reporting" / "data"
CHINESE_SIGNS = re.compile("[\u3400-\u9fff]")
# Languages of communities in Japan whose readers may fear a Chinese name.
AFRAID = ["bo", "ug", "mn", "my", "km", "vi"]


def texts(language: str) -> dict[str, str]:
    """Return the name of every country in a language, by its code."""
    return {name.code: name.text for name in countries(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_one_name_of_its_own_in_every_language(language: str) -> None:
    assert set(texts(language)) == set(COUNTRIES)
    assert len(set(texts(language).values())) == len(countries(language)) == 250
    assert {(name.lang, name.direction) for name in countries(language)} == {("", "")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_an_order_of_its_own(language: str) -> None:
    orders = tomllib.loads((DATA / "sorting.toml").read_text(encoding="utf-8"))["order"]
    assert sorted(orders[language]) == sorted(COUNTRIES)


def test_english_names_stand_in_the_order_of_their_letters_without_accents() -> None:
    names = [name.text for name in countries("en")]
    assert names == sorted(names, key=lambda text: _bare(text).casefold())


def test_japanese_names_in_kanji_stand_where_they_are_read() -> None:
    codes = [name.code for name in countries("ja")]
    assert codes[codes.index("CN") - 1 : codes.index("CN") + 2] == ["CF", "CN", "TN"]  # ちゅう
    assert codes[codes.index("JP") - 1 : codes.index("JP") + 2] == ["EH", "JP", "NC"]  # にほん


def test_chinese_names_stand_where_they_are_read() -> None:
    codes = [name.code for name in countries("zh-Hans")]
    assert codes[codes.index("PE") - 1 : codes.index("PE") + 2] == ["BE", "PE", "IS"]  # bì


@pytest.mark.parametrize("language", ["ja", "en", "zh-Hans"])
@pytest.mark.parametrize("code", ["HK", "MO"])
def test_hong_kong_and_macao_stand_alone(language: str, code: str) -> None:
    assert not re.search("China|SAR|中|行政", country(code, language).text)


@pytest.mark.parametrize("language", [one for one in locale_identifiers() if "_" not in one])
def test_no_language_takes_a_reviewed_name_from_elsewhere(language: str) -> None:
    ours = tomllib.loads((DATA / "countries.toml").read_text(encoding="utf-8"))
    names = ours["names"].get(language, ours["names"]["en"])
    assert {code: country(code, language).text for code in ours["reviewed"]} == {
        code: names[code] for code in ours["reviewed"]
    }


@pytest.mark.parametrize("language", AFRAID)
def test_a_missing_name_is_english_and_says_so_and_never_chinese(language: str) -> None:
    known = Locale.parse(language).territories
    for name in countries(language):
        assert not CHINESE_SIGNS.search(name.text)
        if name.code not in known:
            english = country(name.code, "en").text
            assert name == Name(name.code, english, "en", "ltr")


def test_a_language_that_nobody_has_names_for_shows_english_ones_in_english_order() -> None:
    names = countries("x-tests")
    assert [name.text for name in names] == [name.text for name in countries("en")]
    assert {(name.lang, name.direction) for name in names} == {("en", "ltr")}


@pytest.mark.parametrize("code", ["", "ZZ", "EU", "jp", "JP-13"])
def test_what_is_no_country_has_no_name(code: str) -> None:
    with pytest.raises(KeyError):
        country(code, "en")


@pytest.mark.parametrize(
    ("language", "hokkaido", "tokyo"),
    [
        ("ja", "北海道", "東京都"),
        ("en", "Hokkaido · 北海道", "Tokyo · 東京都"),
        ("zh-Hans", "北海道", "东京都 · 東京都"),
    ],
)
def test_a_prefecture_reads_as_the_reader_says_it_and_as_the_signs_do(
    language: str, hokkaido: str, tokyo: str
) -> None:
    assert prefecture("JP-01", language) == Name("JP-01", hokkaido)
    assert prefecture("JP-13", language) == Name("JP-13", tokyo)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prefecture_has_one_name_in_every_language(language: str) -> None:
    names = prefectures(language)
    assert tuple(name.code for name in names) == PREFECTURES
    assert len({name.text for name in names}) == 47
    assert {(name.lang, name.direction) for name in names} == {("", "")}


def test_prefectures_fall_back_to_romaji() -> None:
    assert prefecture("JP-47", "bo") == Name("JP-47", "Okinawa · 沖縄県", "ja", "ltr")


@pytest.mark.parametrize("code", ["", "JP-48", "JP"])
def test_what_is_no_prefecture_has_no_name(code: str) -> None:
    with pytest.raises(KeyError):
        prefecture(code, "en")


def test_languages_are_named_by_themselves() -> None:
    named = {name.code: (name.text, name.lang, name.direction) for name in tongues()}
    (items,) = (entry["items"] for entry in load("taxonomy.toml")["list"] if _is_languages(entry))
    assert [*named, "other"] == [item["code"] for item in items]
    assert named["ug"] == ("ئۇيغۇرچە", "ug", "rtl")
    assert named["ja-Hrkt"] == ("やさしい にほんご", "ja-Hrkt", "ltr")
    assert {code for code, name in named.items() if name[2] == "rtl"} == {"ug", "fa", "ps", "ar"}


def _is_languages(entry: dict[str, object]) -> bool:
    return entry["name"] == "languages"


def _bare(text: str) -> str:
    signs = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in signs if not unicodedata.combining(sign))
