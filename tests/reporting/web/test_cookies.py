from dataclasses import replace

import pytest
from flask import Flask

from reporting.settings import Transport
from reporting.web.context import EXTENSION, runtime_of
from tests.visitor import Visitor

PLAIN = (Transport.ONION, Transport.LOOPBACK)


@pytest.mark.parametrize("path", ["/q", "/m"])
def test_an_entry_page_sets_the_visit_cookie_and_nothing_else(visitor: Visitor, path: str) -> None:
    (cookie,) = visitor.get(path).headers.getlist("Set-Cookie")
    name, _, rest = cookie.partition("=")
    value, *flags = rest.split("; ")
    assert name == "__Host-v"
    assert len(value) == 44
    assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]


def test_an_entry_page_keeps_the_cookie_that_is_there(visitor: Visitor) -> None:
    visitor.get("/q")
    assert not visitor.get("/m").headers.getlist("Set-Cookie")


@pytest.mark.parametrize("path", ["/", "/s/0", "/kept", "/s/done", "/nowhere", "/leave"])
def test_reading_sets_no_cookie(visitor: Visitor, path: str) -> None:
    assert not visitor.get(path).headers.getlist("Set-Cookie")


def test_the_language_cookie_comes_along_from_other_sites(visitor: Visitor) -> None:
    (cookie,) = visitor.get("/l/ja").headers.getlist("Set-Cookie")
    first, *flags = cookie.split("; ")
    assert first == "__Host-l=ja"
    assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]


@pytest.mark.parametrize("transport", PLAIN)
def test_over_plain_http_the_cookie_is_one_that_browsers_keep(
    app: Flask, visitor: Visitor, transport: Transport
) -> None:
    running = runtime_of(app)
    # The browser of this test calls every site localhost.
    changed = replace(running.settings, transport=transport, onion_address="localhost")
    app.extensions[EXTENSION] = replace(running, settings=changed)
    (cookie,) = visitor.get("/q").headers.getlist("Set-Cookie")
    assert cookie.startswith("v=")
    assert "Secure" not in cookie
    assert visitor.fill("/q", {"story": "x", "c_store": "yes"}).heading == "Check and send"


def test_leaving_expires_all_cookies(visitor: Visitor) -> None:
    visitor.get("/l/ja")
    visitor.get("/q")
    expired = visitor.get("/leave").headers.getlist("Set-Cookie")
    names = [cookie.partition(";")[0] for cookie in expired]
    assert names == ["__Host-v=", "__Host-m=", "__Host-l="]
    assert all("Max-Age=0" in cookie and "Secure" in cookie for cookie in expired)
