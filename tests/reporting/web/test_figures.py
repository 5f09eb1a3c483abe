"""Figures as somebody meets them who reads, and the addresses that programs ask."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from reporting.settings import Settings
from reporting.statistics import bundle, plan
from reporting.statistics.manifest import SIGNATURES, digest
from reporting.statistics.shelf import EXPORTED, NO_LEDGER, RELEASES
from reporting.web import figure_api
from reporting.web.figure_words import amount
from tests.publisher import COMING, MADE_UP, SECOND, publish, releases
from tests.reporting.statistics import editions
from tests.visitor import Page, Visitor

FIRST = f"{MADE_UP}.v1"
REPLACED = f"{MADE_UP}.v2"
LAST = f"{SECOND}.v1"
PAGES = ("/figures", "/figures/plan", "/figures/method", "/figures/keys")
JSON = (
    "/figures/index.json",
    "/figures/ledger.json",
    "/figures/openapi.json",
    "/figures/plan.json",
)
MADE_UP_WORDS = "Made-up figures."
NOT_HOW_MUCH = "reports that reached us, not how much repression there is"


@pytest.fixture
def instance(settings: Settings) -> Path:
    return settings.instance


@pytest.fixture
def published(instance: Path, visitor: Visitor) -> Visitor:
    """Somebody who visits after three releases were published."""
    publish(instance)
    return visitor


def rows(page: Page, key: str) -> list[list[str]]:
    """Return the cells of a table, line by line."""
    found: list[list[str]] = []
    for element in page.elements:
        table = any(one.attributes.get("aria-labelledby") == f"{key}-c" for one in element.around)
        if table and element.tag == "tr":
            found.append([])
        elif table and element.tag in {"th", "td"}:
            found[-1].append(element.text)
    return found


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


def test_a_folder_that_does_not_hold_is_not_served_and_the_page_says_so(
    published: Visitor, instance: Path
) -> None:
    assert published.open("/figures").heading == "What was reported to us in 2026"
    (instance / RELEASES / LAST / SIGNATURES[1]).unlink()
    page = published.open("/figures")
    assert page.heading == "What was reported to us in 2025"
    assert f"so we do not show them: {LAST}" in page.one("main").text
    answer = published.get(f"/figures/{LAST}")
    assert answer.status_code == 404
    assert "could not be checked just now" in answer.text
    assert published.get(f"/figures/{LAST}/data/total.csv").status_code == 404
    assert index(published)["not_served"] == [LAST]


def test_every_file_is_handed_out_exactly_as_it_was_signed(published: Visitor) -> None:
    for name, files in releases().items():
        for path, data in files.items():
            answer = published.get(f"/figures/{name}/{path}")
            assert answer.data == data, path
            assert answer.headers["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'


@pytest.mark.parametrize(
    "path", ["../v1/plan.json", "data", "data/", "data/none.csv", "..%2f..%2frelease.keys", ".x"]
)
def test_nothing_but_the_files_of_a_release_is_handed_out(published: Visitor, path: str) -> None:
    assert published.get(f"/figures/{LAST}/{path}").status_code == 404


FILE_HEADERS = {
    "Cache-Control": "no-cache",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("data/total.csv", "text/csv; charset=utf-8; header=present"),
        ("csvw-metadata.json", "application/csvm+json"),
        ("datapackage.json", "application/json"),
        ("METHODOLOGY.ja.md", "text/markdown; charset=utf-8"),
        ("LICENSE", "text/plain; charset=utf-8"),
        ("manifest.ed25519", "application/octet-stream"),
        ("charts/tactic.en.svg", "image/svg+xml"),
        ("report.ja.html", "text/html; charset=utf-8"),
    ],
)
def test_a_file_says_what_it_is_and_may_be_asked_for_again(
    published: Visitor, path: str, kind: str
) -> None:
    answer = published.get(f"/figures/{LAST}/{path}")
    assert answer.headers["Content-Type"] == kind
    assert {name: answer.headers.get(name) for name in FILE_HEADERS} == FILE_HEADERS
    assert "Last-Modified" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    linked = (
        f'</figures/{LAST}/csvw-metadata.json>; rel="describedby"; type="application/csvm+json"'
    )
    assert answer.headers.get("Link") == (linked if path.endswith(".csv") else None)
    again = published.get(f"/figures/{LAST}/{path}", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    assert published.get(f"/figures/{LAST}/{path}", If_None_Match='"other"').status_code == 200


def test_who_is_writing_a_report_keeps_no_file_in_the_browser(published: Visitor) -> None:
    published.open("/q")
    assert published.get("/figures/index.json").headers["Cache-Control"] == "no-store"


def policy_of(visitor: Visitor, path: str) -> str:
    return visitor.get(f"/figures/{LAST}/{path}").headers["Content-Security-Policy"]


def test_a_picture_or_report_may_look_as_it_was_signed_and_do_nothing(published: Visitor) -> None:
    for path in ("charts/tactic.en.svg", "report.en.html"):
        policy = policy_of(published, path)
        assert re.search(r"style-src 'sha256-[\w+/]{43}='; form-action 'none'", policy)
        assert policy.endswith("sandbox")
        assert "script-src" not in policy
    assert "style-src 'none'" in policy_of(published, "data/total.csv")


def index(visitor: Visitor) -> Any:  # noqa: ANN401 - JSON, looked at as programs do
    return visitor.get("/figures/index.json").json


def test_programs_find_every_file_and_its_hash(published: Visitor) -> None:
    found = index(published)
    newest, second, first = found["releases"]
    assert (newest["state"], second["state"], first["state"]) == (
        "current",
        "current",
        "superseded",
    )
    assert (second["supersedes"], second["version"], second["period"]) == (FIRST, 2, 2025)
    assert second["previous_manifest_sha256"] == first["manifest_sha256"]
    assert newest["eps"] == "1/1"
    for one in newest["files"]:
        answer = published.get(one["address"])
        assert digest(answer.data) == one["sha256"]
        assert len(answer.data) == one["bytes"]
        assert answer.headers["Content-Type"] == one["type"]


def test_the_ledger_and_the_plan_are_handed_out_as_they_were_exported(
    published: Visitor, instance: Path
) -> None:
    for name in (bundle.LEDGER, bundle.PLAN):
        exported = (instance / EXPORTED / name).read_bytes()
        assert published.get(f"/figures/{name}").data == exported


def test_a_ledger_that_was_cut_is_not_handed_out_and_the_page_says_so(
    published: Visitor, instance: Path
) -> None:
    (instance / EXPORTED / bundle.LEDGER).write_bytes(NO_LEDGER)
    assert published.get("/figures/ledger.json").data == releases()[LAST][bundle.LEDGER]
    assert index(published)["not_served"] == [bundle.LEDGER]
    text = published.open("/figures").one("main").text
    assert f"so we do not show them: {bundle.LEDGER}" in text


def test_the_description_names_every_address_and_no_other(app: Flask) -> None:
    described = json.loads(figure_api.description())
    there = {
        re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/figures")
    }
    assert set(described["paths"]) == there
    assert described["openapi"] == "3.1.0"
    names = [one["get"]["operationId"] for one in described["paths"].values()]
    assert len(set(names)) == len(names)
    for path, one in described["paths"].items():
        named = [resolve(described, part)["name"] for part in one["get"].get("parameters", ())]
        assert sorted(named) == sorted(re.findall(r"{(\w+)}", path))


def references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield str(value["$ref"])
        for part in value.values():
            yield from references(part)
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def resolve(described: Any, part: Any) -> Any:  # noqa: ANN401 - JSON
    if "$ref" not in part:
        return part
    found = described
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def test_what_the_description_refers_to_is_there(published: Visitor) -> None:
    described = published.get("/figures/openapi.json").json
    for reference in references(described):
        assert resolve(described, {"$ref": reference})


def test_the_answers_are_those_that_the_description_promises(published: Visitor) -> None:
    described = json.loads(figure_api.description())
    for path, schema in (("/figures/index.json", "Index"), ("/figures/ledger.json", "Ledger")):
        fits(described, described["components"]["schemas"][schema], published.get(path).json)


def fits(described: Any, schema: Any, value: Any) -> None:  # noqa: ANN401 - JSON
    """Check a value as far as our own schemas go."""
    schema = resolve(described, schema)
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    assert isinstance(value, kinds[schema["type"]] if "type" in schema else str)
    assert value in schema.get("enum", [value])
    if isinstance(value, str):
        assert re.search(schema.get("pattern", ""), value)
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= value.keys()
        known = schema.get("properties", {})
        assert "additionalProperties" not in schema or value.keys() <= known.keys()
        for name in known.keys() & value.keys():
            fits(described, known[name], value[name])
    if isinstance(value, list):
        for part in value:
            fits(described, schema.get("items", {}), part)


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
