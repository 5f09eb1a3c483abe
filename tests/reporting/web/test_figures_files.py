"""Files of figures are handed out as they were signed, and those that do not hold are not."""

import hashlib
import re
from pathlib import Path

import pytest

from reporting.statistics import bundle
from reporting.statistics.manifest import SIGNATURES
from reporting.statistics.shelf import EXPORTED, NO_LEDGER, RELEASES
from tests.publisher import releases
from tests.reporting.web.figures import LAST, index
from tests.visitor import Visitor


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
