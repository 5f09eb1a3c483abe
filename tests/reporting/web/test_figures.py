"""Figures as somebody meets them who reads their pages."""

import hashlib
import json
import re
from fractions import Fraction
from pathlib import Path

from reporting.statistics import bundle, plan
from reporting.statistics.manifest import digest
from reporting.statistics.shelf import EXPORTED, RELEASES
from reporting.web.figure_words import amount
from tests.publisher import COMING, MADE_UP, SECOND, publish
from tests.reporting.statistics import editions
from tests.reporting.web.figures import FIRST, JSON, LAST, PAGES, REPLACED, index, rows
from tests.visitor import Visitor

MADE_UP_WORDS = "Made-up figures."
NOT_HOW_MUCH = "reports that reached us, not how much repression there is"


def test_before_anything_is_published_the_pages_say_so(visitor: Visitor) -> None:
    assert "We have not published any figures yet." in visitor.open("/figures").response.text
    assert "No plan has been announced yet." in visitor.open("/figures/plan").response.text
    assert "No keys have been made for figures yet." in visitor.open("/figures/keys").response.text
    assert index(visitor)["releases"] == []
    assert json.loads(visitor.get("/figures/ledger.json").data)["events"] == []
    for path in ("/figures/plan.json", "/figures/release.keys", f"/figures/{LAST}"):
        assert visitor.get(path).status_code == 404


def test_the_newest_release_stands_at_one_address(published: Visitor) -> None:
    page = published.open("/figures")
    assert page.heading == "What was reported to us in 2026"
    assert page.response.text == published.get(f"/figures/{LAST}").text


def test_a_release_without_its_version_leads_to_the_newest_one(published: Visitor) -> None:
    answer = published.get(f"/figures/{MADE_UP}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/figures/{REPLACED}")


def test_a_version_that_was_replaced_stays_and_says_so(published: Visitor) -> None:
    page = published.open(f"/figures/{FIRST}")
    newer, *_ = page.all("a", href=f"/figures/{REPLACED}")
    assert newer.text == "There is a newer version of these figures."
    assert "newer version" not in published.get(f"/figures/{REPLACED}").text.partition("<h2")[0]
    listed = [item.text for item in page.all("li") if item.text.startswith("TOMOSHIBI")]
    assert listed == [
        LAST,
        f"{REPLACED} (made-up)",
        f"{FIRST} (replaced by a newer version) (made-up)",
    ]


def test_the_report_of_a_year_is_one_press_away_in_a_language_that_it_has(
    published: Visitor,
) -> None:
    for spoken, written in (("en", "en"), ("ja", "ja"), ("zh-Hans", "en")):
        address = f"/figures/{REPLACED}/report.{written}.html"
        answer = published.get(f"/figures/{REPLACED}", Accept_Language=spoken)
        above = answer.text.partition("<h2")[0]
        assert f'href="{address}" hreflang="{written}"' in above, spoken
        assert published.get(address).status_code == 200


def test_the_headline_has_its_margin_and_every_page_says_what_figures_are_not(
    published: Visitor,
) -> None:
    page = published.open(f"/figures/{REPLACED}")
    assert page.one("p", **{"class": "headline"}).text.startswith("1,084 ± 16")
    for path in ("/figures", f"/figures/{REPLACED}"):
        text = " ".join(published.open(path).one("main").text.split())
        assert NOT_HOW_MUCH in text
        assert "All numbers are estimates." in text
        assert "ε = 1 for one case and year, and never more than 1.25" in text
    for path in PAGES:
        text = published.open(path).one("main").text
        assert not re.search(r"\b(most|worst|top|rank|highest|lowest)\b", text), path


def test_invented_figures_are_marked_on_top_and_in_what_programs_read(published: Visitor) -> None:
    made_up = published.open(f"/figures/{REPLACED}")
    assert made_up.one("main").text.startswith(MADE_UP_WORDS)
    assert MADE_UP_WORDS not in published.get(f"/figures/{LAST}").text
    marks = {one["name"]: one["synthetic"] for one in index(published)["releases"]}
    assert marks == {LAST: False, REPLACED: True, FIRST: True}


def test_an_invented_plan_is_marked_too(published: Visitor, instance: Path) -> None:
    assert MADE_UP_WORDS not in published.get("/figures/plan").text
    path = instance / EXPORTED / bundle.PLAN
    path.write_bytes(plan.encode(editions.a_plan(MADE_UP)))
    assert published.open("/figures/plan").one("main").text.count(MADE_UP_WORDS) == 1


def test_each_number_stands_in_a_table_beside_its_chart(published: Visitor) -> None:
    page = published.open(f"/figures/{REPLACED}")
    head, *lines = rows(page, "tactic")
    assert head == ["What was done", "Estimate", "Margin"]
    assert lines[0] == ["Threats and warnings", "212", "± 10"]
    assert lines[8] == ["Violence or taking people", "fewer than 17"]
    drawn = next(
        one
        for one in page.all("svg", role="img")
        if one.attributes["aria-labelledby"] == "tactic-t tactic-d"
    )
    for cells in lines:
        number = cells[1] if len(cells) == 2 else f"{cells[1]} {cells[2]}"
        assert cells[0].replace(" ", "") in drawn.text.replace(" ", "")
        assert number in drawn.text
    scopes = {one.attributes.get("scope") for one in page.all("th")}
    assert scopes == {"col", "row"}
    assert len(page.all("caption")) == len(page.all("table"))


def test_a_table_of_pairs_names_what_is_shown_and_says_once_what_all_others_are(
    published: Visitor,
) -> None:
    page = published.open(f"/figures/{LAST}")
    assert "Every pair that is not named here: fewer than 28." in page.one("main").text
    _, *lines = rows(page, "tactic-by-target")
    assert lines
    assert all(int(number) >= 28 for _, _, number, _ in lines)
    assert "Of every pair there are fewer than 31." in page.one("main").text
    assert rows(page, "tactic-by-origin") == []


def test_the_lists_of_others_are_sums_and_say_what_does_not_fit(published: Visitor) -> None:
    page = published.open(f"/figures/{REPLACED}")
    _, *lines = rows(page, "g7")
    assert lines[0] == ["1. Violence, or threats of it", "320", "± 17"]
    assert len(lines) == 6
    assert "Pressure to do something counts under no item" in page.one("main").text
    _, *lines = rows(page, "freedom-house")
    assert [cells[0] for cells in lines] == [
        "Direct attacks",
        "Using other countries",
        "Limits on travel and papers",
        "Threats from a distance",
    ]
    assert "must not be compared" in page.one("main").text


def test_what_was_spent_is_told_in_words(published: Visitor) -> None:
    _, *lines = rows(published.open("/figures"), "spent")
    assert lines == [
        [MADE_UP, "spent, before the numbers were drawn", "1"],
        [MADE_UP, "the numbers were drawn", ""],
        [SECOND, "spent, before the numbers were drawn", "1"],
        [SECOND, "the numbers were drawn", ""],
    ]


def test_a_year_too_small_to_be_told_from_chance_says_no_number(
    visitor: Visitor, instance: Path
) -> None:
    planned = editions.a_plan(SECOND)
    source = editions.a_source(planned, measured=editions.a_draw(planned, of=1))
    publish_only(instance, source)
    page = visitor.open("/figures")
    assert page.one("p", **{"class": "headline"}).text == "Fewer than 13 cases"


def test_a_year_that_could_not_be_drawn_is_shown_as_missing(
    visitor: Visitor, instance: Path
) -> None:
    publish_only(instance, editions.a_source(editions.a_plan(SECOND), measured=()))
    page = visitor.open("/figures")
    text = page.one("main").text
    assert "The numbers of this year could not be drawn." in text
    assert text.count("It will stay missing.") == len(page.all("section"))
    assert page.all("svg") == []


def publish_only(instance: Path, source: bundle.Source) -> None:
    publish(instance, FIRST)
    (instance / EXPORTED / bundle.LEDGER).write_bytes(source.ledger)
    for path in sorted((instance / RELEASES).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    editions.a_release(instance / RELEASES, source)


def test_the_plan_page_says_what_each_table_will_be_worth(published: Visitor) -> None:
    page = published.open("/figures/plan")
    _, *lines = rows(page, "plan")
    assert lines[0] == ["In all", "1", "± 35", "28"]
    assert ["What was done, and: Government held responsible", "165", "± 12", "31"] in lines
    assert (
        hashlib.sha256(published.get("/figures/plan.json").data).hexdigest()
        in page.one("main").text
    )
    assert COMING in page.one("main").text


def test_the_keys_page_shows_both_fingerprints(published: Visitor) -> None:
    page = published.open("/figures/keys")
    shown = [element.text.replace(" ", "") for element in page.all("dd")]
    keys = editions.KEYS
    assert shown == [digest(keys.ed25519), digest(keys.mldsa65)]
    assert published.get("/figures/release.keys").text == keys.encode()


def test_every_page_of_figures_is_reached_from_the_start(published: Visitor) -> None:
    assert published.open("/").all("a", href="/figures")
    for path in PAGES:
        asked = {link.attributes["href"] for link in published.open(path).all("a")}
        assert set(PAGES) <= asked


def test_a_language_is_chosen_on_the_page_itself(published: Visitor) -> None:
    for path in PAGES:
        link = published.open(path).one("a", lang="ja")
        assert published.get(link.attributes["href"]).headers["Location"] == path
        published.get("/l/en")


def test_in_japanese_codes_are_called_as_in_the_files(published: Visitor) -> None:
    published.open(f"/figures/{REPLACED}")
    japanese = Visitor(published.client, {"Accept-Language": "ja"})
    page = japanese.open(f"/figures/{REPLACED}")
    assert rows(page, "tactic")[1][0] == "おどし、警告"
    assert rows(page, "g7")[1][0] == "1. 暴力、または暴力のおどし"


def test_figures_bring_their_own_style_and_other_pages_do_not(published: Visitor) -> None:
    assert ".bars" in published.open("/figures").one("style").text
    assert ".bars" not in published.open("/help").one("style").text
    assert "style=" not in published.get("/figures").text


def test_only_the_newest_figures_may_be_found_by_search(published: Visitor) -> None:
    found = [
        path
        for path in (*PAGES, *JSON, f"/figures/{LAST}")
        if "X-Robots-Tag" not in published.get(path).headers
    ]
    assert found == ["/figures"]


def test_an_amount_is_written_exactly() -> None:
    assert [amount(Fraction(text)) for text in ("1", "5/4", "8/5", "1/3")] == [
        "1",
        "1.25",
        "1.6",
        "1/3",
    ]
