import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

import pytest
from flask import Flask
from typing_extensions import Buffer, override
from werkzeug.test import TestResponse

from reporting.web import bodies
from reporting.web.bodies import fields
from reporting.web.lateness import Clock
from tests.visitor import ENGLISH, Page, Visitor

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A browser's end and our end of a connection."""
    theirs, ours = socket.socketpair()
    yield theirs, ours
    theirs.close()
    ours.close()


@pytest.fixture
def hasty(app: Flask) -> Flask:
    """The same application with a clock of a fifth of a second."""
    app.before_request_funcs[None] = [
        function
        for function in app.before_request_funcs[None]
        if function.__module__ != bodies.__name__
    ]
    bodies.install(app, Clock(0.01), 0.2)
    return app


def send(app: Flask, ours: socket.socket, length: int, **environ: object) -> TestResponse:
    with ours.makefile("rb") as stream:
        return app.test_client().post(
            "/q",
            content_type=FORM,
            environ_overrides={
                "gunicorn.socket": ours,
                "wsgi.input": stream,
                "CONTENT_LENGTH": str(length),
                **environ,
            },
        )


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"story=one+two&kinds=a&kinds=b", {"story": ("one two",), "kinds": ("a", "b")}),
        (b"story=%E3%81%82", {"story": ("あ",)}),
        ("story=あ".encode(), {"story": ("あ",)}),
        (b"story=%FF%FEa", {"story": ("\ufffd\ufffda",)}),
        (b"story=\xff\xfea", {"story": ("\ufffd\ufffda",)}),
        (b"story=%ED%A0%80", {"story": ("\ufffd\ufffd\ufffd",)}),
        (b"story=a%00b\x00c", {"story": ("abc",)}),
        (b"story=%E2%80%AEtxt", {"story": ("\u202etxt",)}),
        (b"story=&x", {"story": ("",), "x": ("",)}),
        (b"story=100%", {"story": ("100%",)}),
        (b"", {}),
    ],
)
def test_fields_are_read_as_typed_and_damage_shows(
    app: Flask, body: bytes, found: dict[str, tuple[str, ...]]
) -> None:
    with app.test_request_context(method="POST", data=body, content_type=FORM):
        app.preprocess_request()
        assert fields() == found


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_anything_but_a_form_is_refused(visitor: Visitor, kind: str) -> None:
    answer = visitor.client.post("/q", data=b"story=x", headers={"Content-Type": kind})
    assert answer.status_code == 400


def test_a_form_with_absurdly_many_fields_is_refused(visitor: Visitor) -> None:
    assert visitor.post("/q", {"kinds": ["x"] * 201}).status_code == 400


@pytest.mark.parametrize("length", [200_001, 2_000_000, 3_000_000])
def test_a_huge_body_is_refused_with_a_page(visitor: Visitor, length: int) -> None:
    answer = visitor.client.post("/q", data=b"x" * length, content_type=FORM, headers=ENGLISH)
    assert answer.status_code == 413
    assert Page(answer).heading == "That is too much at once"


def test_a_text_over_the_limit_comes_back_whole_and_can_be_sent_once_it_is_shorter(
    visitor: Visitor,
) -> None:
    words = "あ<b>" * 30_000
    answer = visitor.post("/q", {"story": words, "kinds": "threat", "c_store": "yes", "do": "next"})
    page = Page(answer)
    assert answer.status_code == 413
    assert "at most 8,000 characters" in page.response.text
    assert page.typed["story"] == [words]
    shorter = {**page.typed, "story": words[:8000]}
    token = page.one("input", name="token").attributes["value"]
    again = visitor.post("/q", {**shorter, "token": token})
    assert again.headers["Location"] == "/s/10"
    assert visitor.open("/q").typed == {
        "story": [words[:8000]],
        "kinds": ["threat"],
        "c_store": ["yes"],
    }


def test_a_text_over_the_limit_leaves_a_living_draft_and_its_cookie_alone(
    visitor: Visitor,
) -> None:
    visitor.fill("/q", {"story": "what I wrote before"})
    answer = visitor.post("/q", {"story": "x" * 210_000, "do": "next"})
    assert "Set-Cookie" not in answer.headers
    assert visitor.open("/q").typed["story"] == ["what I wrote before"]


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/q", b"story=" + b"x" * 210_000, {"Sec-Fetch-Site": "cross-site"}),
        ("/q", b"story=" + b"x" * 210_000, {"Content-Type": "text/plain"}),
        ("/q", b"story=x&" * 30_000, {}),
        ("/q", b"story=" + b"x" * 2_100_000, {}),
        ("/nowhere", b"story=" + b"x" * 210_000, {}),
    ],
)
def test_what_is_no_form_of_ours_gets_no_echo_and_no_cookie(
    visitor: Visitor, path: str, body: bytes, headers: dict[str, str]
) -> None:
    named = {"Content-Type": FORM, **ENGLISH, **headers}
    answer = visitor.client.post(path, data=body, headers=named)
    assert answer.status_code == 413
    assert not Page(answer).all("form")
    assert "Set-Cookie" not in answer.headers


def test_a_body_without_a_length_is_read_as_far_as_the_limit(visitor: Visitor) -> None:
    for body, status in ((b"story=x", 400), (b"x" * 300_000, 413), (b"x" * 3_000_000, 413)):
        with BytesIO(body) as stream:
            answer = visitor.client.post(
                "/q",
                content_type=FORM,
                environ_overrides={
                    "wsgi.input": stream,
                    "wsgi.input_terminated": True,
                    "CONTENT_LENGTH": "",
                },
            )
        assert answer.status_code == status


def test_a_body_that_comes_at_once_is_taken(
    hasty: Flask, connection: tuple[socket.socket, socket.socket]
) -> None:
    theirs, ours = connection
    theirs.sendall(b"story=my+words")
    answer = send(hasty, ours, 14)
    assert "my words" in answer.text
    assert "Connection" not in answer.headers


def test_a_body_that_trickles_is_given_up_when_its_time_is_over(
    hasty: Flask, connection: tuple[socket.socket, socket.socket]
) -> None:
    theirs, ours = connection

    def trickle() -> None:
        with suppress(OSError):  # we hang up on it
            while True:
                theirs.send(b"x")
                time.sleep(0.01)

    thread = threading.Thread(target=trickle)
    thread.start()
    began = time.monotonic()
    answer = send(hasty, ours, 100_000)
    thread.join()
    assert time.monotonic() - began < 5
    assert answer.status_code == 400
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize("terminated", [{}, {"wsgi.input_terminated": True}])
def test_a_body_that_breaks_off_is_refused(
    hasty: Flask, connection: tuple[socket.socket, socket.socket], terminated: dict[str, bool]
) -> None:
    theirs, ours = connection
    theirs.sendall(b"story=half")
    theirs.close()
    answer = send(hasty, ours, 100, **terminated)
    assert (answer.status_code, answer.headers["Connection"]) == (400, "close")


class Slow(BytesIO):
    """A body that takes longer than the clock allows."""

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        time.sleep(0.5)
        return super().readinto(buffer)


def test_the_clock_does_not_mind_a_connection_that_is_gone(
    hasty: Flask, connection: tuple[socket.socket, socket.socket]
) -> None:
    _theirs, ours = connection
    ours.close()
    answer = hasty.test_client().post(
        "/q",
        content_type=FORM,
        environ_overrides={
            "gunicorn.socket": ours,
            "wsgi.input": Slow(b"story=x"),
            "CONTENT_LENGTH": "7",
        },
    )
    assert Page(answer).typed["story"] == ["x"]
