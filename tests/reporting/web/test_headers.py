from dataclasses import replace

import pytest
from flask import Flask, Response

from reporting.languages import OFFERED
from reporting.settings import Transport
from reporting.web import headers, style
from reporting.web.context import EXTENSION, runtime_of
from tests.tour import INFORMATION
from tests.visitor import Visitor

ENGLISH = OFFERED[1]
EXACT = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src '{style.of(ENGLISH).sha256}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000",
}
ANSWERS = ("/", "/s/0", "/q", "/m", *INFORMATION, "/s/done", "/s/10", "/leave", "/l/en", "/nowhere")


def change(app: Flask, transport: Transport, onion_address: str = "") -> None:
    running = runtime_of(app)
    changed = replace(running.settings, transport=transport, onion_address=onion_address)
    app.extensions[EXTENSION] = replace(running, settings=changed)


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_exactly_these_headers(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert {name: answer.headers.get(name) for name in EXACT} == EXACT
    policy = answer.headers["Permissions-Policy"]
    assert policy.startswith("accelerometer=(), ")
    assert all(feature.endswith("=()") for feature in policy.split(", "))
    others = set(dict(answer.headers)) - set(EXACT) - {"Permissions-Policy"}
    assert others <= {"Content-Type", "Content-Length", "X-Robots-Tag", "Location", "Set-Cookie"}


def test_only_what_may_be_found_is_shown_to_search_engines(visitor: Visitor) -> None:
    found = {path for path in ANSWERS if "X-Robots-Tag" not in visitor.get(path).headers}
    assert found == {"/", "/help", "/privacy", "/kept", "/languages"}
    assert visitor.client.put("/").headers["X-Robots-Tag"] == "noindex"


def test_https_is_demanded_only_where_there_is_https(app: Flask, visitor: Visitor) -> None:
    change(app, Transport.ONION, "abc.onion")
    answer = visitor.get("/", Host="abc.onion")
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers


def test_the_onion_address_is_offered_over_https_only(app: Flask, visitor: Visitor) -> None:
    change(app, Transport.HTTPS, "abc.onion")
    assert visitor.get("/s/0").headers["Onion-Location"] == "http://abc.onion/s/0"
    change(app, Transport.ONION, "abc.onion")
    answer = visitor.get("/s/0", Host="abc.onion")
    assert answer.status_code == 200
    assert "Onion-Location" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/%E6%97%A5", "/x%0d%0ay:z", "/%ff", "/%ED%A0%80", "/a%20b", "/%22", "/%25"]
)
def test_no_address_however_odd_breaks_the_offer_of_the_onion_address(
    app: Flask, visitor: Visitor, path: str
) -> None:
    change(app, Transport.HTTPS, "abc.onion")
    answer = visitor.get(path)
    assert answer.status_code == 404
    offered = answer.headers["Onion-Location"]
    assert offered.startswith("http://abc.onion/")
    assert offered.isascii()
    assert offered.isprintable()


def test_a_site_with_its_own_policy_keeps_it_and_how_its_files_are_kept() -> None:
    response = Response(headers={"Cache-Control": "max-age=1"})
    headers.apply(response, "default-src 'self'", Transport.HTTPS)
    headers.apply(response, "default-src 'none'", Transport.HTTPS)
    assert response.headers["Content-Security-Policy"] == "default-src 'self'"
    assert response.headers["Cache-Control"] == "max-age=1"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_nothing_is_compressed_though_it_is_asked_for(visitor: Visitor) -> None:
    assert "Content-Encoding" not in visitor.get("/", Accept_Encoding="gzip, br").headers


def test_the_policy_fits_the_style_of_each_language(visitor: Visitor) -> None:
    for offer in OFFERED:
        visitor.get(f"/l/{offer.code}")
        answer = visitor.get("/")
        assert style.of(offer).sha256 in answer.headers["Content-Security-Policy"]
        assert style.of(offer).text in answer.text
