from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, g

from reporting.errors import SettingsError
from reporting.languages import OFFERED
from reporting.settings import Settings
from reporting.web import language
from tests.builders import Seeds, an_office
from tests.conftest import Clock
from tests.visitor import Visitor
from wsgi import create_app

JAPANESE, ENGLISH = OFFERED[:2]
WITH_PLURALS = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    'msgid "one letter"\nmsgid_plural "many letters"\nmsgstr[0] "手紙"\n'
)


def test_pages_are_offered_in_every_language_that_has_a_folder(visitor: Visitor) -> None:
    footer = visitor.open("/s/0").one("nav", id="languages")
    assert footer.text == " ".join(offer.name for offer in OFFERED)


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


@pytest.mark.parametrize(
    ("length_bytes", "japanese", "english"),
    [
        (0, "0 バイト", "0 bytes"),
        (1, "1 バイト", "1 byte"),
        (900, "900 バイト", "900 bytes"),
        (1_000, "1 KB", "1 kB"),
        (1_550, "1.6 KB", "1.6 kB"),
        (949_949, "949.9 KB", "949.9 kB"),
        (999_999, "1 MB", "1 MB"),
        (1_000_000, "1 MB", "1 MB"),
        (200_000_000, "200 MB", "200 MB"),
        (1_000_000_000, "1 GB", "1 GB"),
        (1_234_000_000_000, "1,234 GB", "1,234 GB"),
    ],
)
def test_how_large_a_file_is_is_written_as_the_language_does(
    app: Flask, length_bytes: int, japanese: str, english: str
) -> None:
    written = []
    for offer in (JAPANESE, ENGLISH):
        with app.test_request_context():
            g.language = offer
            written.append(language.size(length_bytes))
    assert written == [japanese, english]


@pytest.mark.parametrize(
    ("value", "japanese", "english"),
    [
        ("2026-03", "2026年3月(令和8年)", "March 2026"),
        ("2026", "2026年(令和8年)", "2026"),
        ("2019-04", "2019年4月", "April 2019"),
        ("2026-3", "2026-3", "2026-3"),  # nothing that we ever wrote
    ],
)
def test_years_and_months_are_written_as_the_language_does(
    app: Flask, value: str, japanese: str, english: str
) -> None:
    written = []
    for offer in (JAPANESE, ENGLISH):
        with app.test_request_context():
            g.language, g.languages = offer, language.load(OFFERED)
            written.append(language.month(value))
    assert written == [japanese, english]


def test_a_guess_is_written_as_one(app: Flask) -> None:
    with app.test_request_context():
        g.language, g.languages = ENGLISH, language.load(OFFERED)
        assert language.month("2026-03~") == "about March 2026"


def test_a_language_without_a_catalogue_is_not_offered(tmp_path: Path) -> None:
    lonely = replace(JAPANESE, folder=tmp_path)
    assert language.load([lonely, ENGLISH]).offered == (ENGLISH,)
    assert language.load([JAPANESE, ENGLISH], [(tmp_path, "staff")]).offered == (ENGLISH,)


def test_a_language_that_babel_does_not_know_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="qq-Latn"):
        language.load([replace(ENGLISH, code="qq-Latn")])


def test_a_language_in_the_instance_folder_is_offered_too(
    settings: Settings, seeds: Seeds, clock: Clock
) -> None:
    folder = settings.instance / "locale" / "ko"
    catalogue = folder / "LC_MESSAGES" / "public.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid "Begin"\nmsgstr "시작"\n', encoding="utf-8")
    (folder / "language.toml").write_text(
        'tag = "ko"\nname = "한국어"\ndirection = "ltr"\nplace = 40\n'
        '[review]\nrole = "native"\ndate = 2026-11-24\nversion = "1"\n',
        encoding="utf-8",
    )
    an_office(settings, seeds)
    page = Visitor(create_app(settings, clock).test_client(), {"Accept-Language": "ko"}).open("/")
    assert page.one("html").attributes == {"lang": "ko", "dir": "ltr"}
    assert "시작" in page.one("main").text


def test_a_word_with_a_number_takes_the_form_of_the_number(app: Flask) -> None:
    with app.test_request_context():
        g.languages = app.extensions[language.EXTENSION]
        g.language = ENGLISH
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
    catalogue = tmp_path / "LC_MESSAGES" / "public.po"
    catalogue.parent.mkdir()
    catalogue.write_text(WITH_PLURALS, encoding="utf-8")
    words = language.load([replace(JAPANESE, folder=tmp_path)]).words["ja"]
    assert {words.ngettext("one letter", "many letters", number) for number in (1, 2)} == {"手紙"}


def test_no_text_stays_no_text(app: Flask) -> None:
    # Under the empty text a catalogue keeps its own head.
    with app.test_request_context():
        g.language = JAPANESE
        assert language.gettext("") == ""
