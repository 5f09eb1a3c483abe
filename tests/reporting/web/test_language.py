from datetime import date
from pathlib import Path

import pytest
from flask import Flask, g
from hypothesis import example, given
from hypothesis import strategies as st

from reporting.web import LOCALE, language
from reporting.web.language import OFFERED, Language, match
from tests.visitor import Visitor

ALL = ("ja", "ja-Hrkt", "en", "zh-Hans", "zh-Hant", "ko", "vi", "ug", "bo", "mn", "my", "km")
SUBTAGS = st.sampled_from(
    ["ja", "en", "zh", "TW", "hk", "Hant", "hans", "ug", "Latn", "cyrl", "mn", "Mong", "dz", "Hrkt"]
)
TAGS = st.lists(SUBTAGS, min_size=1, max_size=4).map("-".join)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "ja"),
        ("*", "ja"),
        ("fr", "en"),
        ("en-US,en;q=0.5", "en"),
        ("fr;q=0.9, ja;q=0.5, en;q=0.8", "en"),
        ("JA-jp", "ja"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("ug", "ug"),
        ("ug-Latn", "en"),
        ("ug-Cyrl, ko", "ko"),
        ("mn-Mong-CN", "en"),
        ("mn-MN", "mn"),
        ("dz", "en"),
        ("ja-Hrkt", "ja"),
        ("en;q=0, vi", "vi"),
        ("km;q=banana", "km"),
        (";;,,q=1", "en"),
    ],
)
def test_a_browser_gets_the_language_and_script_it_can_read(header: str, code: str) -> None:
    assert match(header, ALL) == code


@given(st.text(max_size=200))
@example("en," * 5000)
def test_any_header_leads_to_a_language_that_we_have(header: str) -> None:
    assert match(header, ALL) in ALL


@given(TAGS)
def test_easy_japanese_is_only_ever_chosen_by_hand(tag: str) -> None:
    assert match(tag, ALL) != "ja-Hrkt"


@given(TAGS, st.integers(0, 1000))
def test_what_is_liked_more_wins_wherever_it_stands(tag: str, weight: int) -> None:
    assert match(f"{tag};q={weight / 1001:.3f}, km;q=1", ALL) == "km"
    assert match(f"km;q=1, {tag};q={weight / 1001:.3f}", ALL) == "km"


@given(st.lists(TAGS, min_size=1, max_size=5))
def test_the_first_of_equals_that_we_have_wins(tags: list[str]) -> None:
    ours = [match(tag, ALL) for tag in tags if match(f"{tag}, km", ALL) == match(tag, ALL)]
    assert match(",".join(tags), ALL) == (ours[0] if ours else "en")


def test_the_cookie_counts_more_than_the_browser(visitor: Visitor) -> None:
    assert visitor.open("/").one("html").attributes == {"lang": "en", "dir": "ltr"}
    visitor.get("/l/ja")
    assert visitor.open("/").one("html").attributes == {"lang": "ja", "dir": "ltr"}


def test_a_cookie_with_nonsense_is_passed_over(visitor: Visitor) -> None:
    visitor.client.set_cookie("__Host-l", "xx", domain="localhost")
    assert visitor.open("/").one("html").attributes["lang"] == "en"


def test_dates_and_numbers_are_written_as_the_language_does(app: Flask) -> None:
    written = {}
    for offer in OFFERED:
        with app.test_request_context():
            g.language = offer
            written[offer.code] = (
                language.day(date(2026, 11, 24)),
                language.day(date(2019, 4, 30)),
                language.number(8000),
            )
    assert written["ja"] == ("2026年11月24日(令和8年)", "2019年4月30日", "8,000")
    assert written["en"] == ("November 24, 2026", "April 30, 2019", "8,000")


def test_a_language_without_a_catalogue_speaks_english() -> None:
    languages = language.load([(LOCALE, "public")], (Language("vi", "Tiếng Việt"),))
    assert languages.words["vi"].gettext("Begin") == "Begin"


def test_a_word_with_a_number_takes_the_form_of_the_number(app: Flask) -> None:
    with app.test_request_context():
        g.languages = app.extensions[language.EXTENSION]
        g.language = OFFERED[1]
        assert language.ngettext("%(num)s day", "%(num)s days", 2) == "%(num)s days"
        assert language.ngettext("%(num)s day", "%(num)s days", 1) == "%(num)s day"


@pytest.mark.parametrize(
    ("to", "place"),
    [
        ("safety", "/s/0"),
        ("kept", "/kept"),
        ("start", "/"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/kept", "/"),
    ],
)
def test_a_language_link_leads_only_to_places_of_the_closed_list(
    visitor: Visitor, to: str, place: str
) -> None:
    answer = visitor.client.get("/l/ja", query_string={"to": to})
    assert (answer.status_code, answer.headers["Location"]) == (303, place)


def test_a_language_that_is_not_offered_has_no_link(visitor: Visitor) -> None:
    assert visitor.get("/l/xx").status_code == 404


def test_a_language_link_works_from_another_site(visitor: Visitor) -> None:
    answer = visitor.get("/l/ja?to=safety", Sec_Fetch_Site="cross-site")
    assert answer.headers["Location"] == "/s/0"
    assert visitor.open("/s/0").one("html").attributes["lang"] == "ja"


def test_a_language_keeps_its_own_plural_rule(tmp_path: Path) -> None:
    folder = tmp_path / "ja" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "public.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "one letter"\nmsgid_plural "many letters"\nmsgstr[0] "手紙"\n',
        encoding="utf-8",
    )
    loaded = language.load([(tmp_path, "public")], (language.Language("ja", "日本語"),))
    words = loaded.words["ja"]
    assert {words.ngettext("one letter", "many letters", number) for number in (1, 2)} == {"手紙"}
