"""The served process keeps quiet about visitors, and refuses to start unsafely."""

import http.client
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from gunicorn.config import Config

from reporting.errors import SettingsError
from reporting.settings import Settings, Site, Transport
from reporting.web.serving import Silent
from tests.builders import Seeds, an_office
from tests.served import COMMAND, HOST, Served, Visitor, free_port, served, wait_for
from wsgi import check_address, main

GARBAGE = [
    b"canary\r\n\r\n",
    b"GET /canary HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: canary\r\nContent-Length: canary\r\n\r\n",
    b"\x16\x03\x01\x02\x00canary",
]


@pytest.fixture
def founded(settings: Settings, seeds: Seeds) -> Settings:
    an_office(settings, seeds)
    return settings


def say(port: int, words: bytes) -> bytes:
    with closing(socket.create_connection((HOST, port), timeout=10)) as connection:
        connection.sendall(words)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while more := connection.recv(65536):
            answer += more
        return answer


def test_whatever_visitors_send_the_log_holds_neither_their_address_nor_their_words(
    founded: Settings, tmp_path: Path
) -> None:
    with served(founded, "--site", "public", "--workers", "1", folder=tmp_path) as running:
        for words in GARBAGE:
            assert b"HTTP/1.1 4" in say(running.port, words) or not say(running.port, words)
        visitor = Visitor(running.port)
        assert visitor.get("/canary").status == 404
        assert visitor.get("/").status == 200
    log = running.log.read_text()
    assert "canary" not in log
    assert log.count("127.0.0.1") == log.count("Serving on") == 1


def test_no_answer_names_the_server(founded: Settings, tmp_path: Path) -> None:
    with (
        served(founded, "--site", "public", "--workers", "1", folder=tmp_path) as running,
        closing(http.client.HTTPConnection(HOST, running.port, timeout=10)) as connection,
    ):
        connection.request("GET", "/", headers={"Accept-Encoding": "gzip"})
        with connection.getresponse() as answer:
            answer.read()
            assert answer.headers.get("Server") is None
            assert answer.headers.get("Content-Encoding") is None


@pytest.mark.parametrize(
    ("site", "there", "missing"),
    [
        ("public", "/q", "/staff/sign-in"),
        ("staff", "/staff/sign-in", "/q"),
    ],
)
def test_a_process_serves_the_site_it_was_asked_for_and_not_the_other(
    founded: Settings, tmp_path: Path, site: str, there: str, missing: str
) -> None:
    with served(founded, "--site", site, "--workers", "1", folder=tmp_path) as running:
        assert Visitor(running.port).get(there).status == 200
        assert Visitor(running.port).get(missing).status == 404


def test_plain_http_is_refused_on_any_address_but_this_machine(settings: Settings) -> None:
    loopback = replace(settings, transport=Transport.LOOPBACK)
    check_address(loopback, frozenset(Site), "127.0.0.1")
    with pytest.raises(SettingsError, match="on this machine only"):
        check_address(loopback, frozenset(Site), "192.0.2.1")


def test_the_staff_site_is_refused_over_a_plain_onion_address(settings: Settings) -> None:
    nameless = replace(settings, transport=Transport.ONION)
    with pytest.raises(SettingsError, match="Name it in TOMOSHIBI_ONION"):
        check_address(nameless, frozenset({Site.PUBLIC}), "127.0.0.1")
    onion = replace(nameless, onion_address="abc.onion")
    check_address(onion, frozenset({Site.PUBLIC}), "127.0.0.1")
    with pytest.raises(SettingsError, match="only the public site"):
        check_address(onion, frozenset(Site), "127.0.0.1")


def test_serving_before_the_ceremony_says_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMOSHIBI_INSTANCE", str(settings.instance))
    monkeypatch.setenv("TOMOSHIBI_DATABASE", settings.database_url)
    shown = CliRunner().invoke(main, ["serve"])
    assert shown.exit_code == 1
    assert "tomoshibi genesis" in shown.output


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("FLASK_DEBUG", "1", "debugging shows what people typed"),
        ("TOMOSHIBI_TRANSPORT", "http", "must be https, onion or loopback"),
        ("TOMOSHIBI_COLOUR", "red", "is not a setting"),
    ],
)
def test_a_wrong_environment_is_named(
    settings: Settings, name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMOSHIBI_INSTANCE", str(settings.instance))
    monkeypatch.setenv(name, value)
    shown = CliRunner().invoke(main, ["serve"])
    assert shown.exit_code == 1
    assert name in shown.output
    assert words in shown.output


def test_init_makes_a_folder_that_is_ready_for_the_ceremony(tmp_path: Path) -> None:
    environment = {**os.environ, "TOMOSHIBI_INSTANCE": str(tmp_path / "new")}
    for _ in range(2):
        shown = subprocess.run(
            [*COMMAND, "init"], env=environment, capture_output=True, text=True, check=True
        )
        assert "Next: tomoshibi genesis --founder" in shown.stdout
    made = {path.name for path in (tmp_path / "new").iterdir()}
    assert {"receipt.pepper", "staff.pepper", "tomoshibi.db"} <= made
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "new").iterdir())


def test_an_error_inside_the_server_is_told_without_its_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = Silent(Config())
    log.error_log.propagate = True
    log.exception("Error handling request %s", "/canary")  # noqa: LOG004 - the server calls it so
    log.warning("Invalid request from ip=%s", "canary")
    assert "Error handling request" in caplog.text
    assert "canary" not in caplog.text


def test_the_command_lists_everything_it_can_do() -> None:
    shown = CliRunner().invoke(main, ["--help"])
    for command in ("audit", "demo", "doctor", "genesis", "init", "maintain", "serve"):
        assert f"\n  {command} " in shown.output


# The same site as `serve` makes, in a worker that waits a second or two for a request, and for few.
HASTY = """
import os, sys
from reporting.settings import Settings
from reporting.web.serving import PatientWorker, Serving, run_gunicorn
from wsgi import create_app

class Hasty(PatientWorker):
    header_seconds = 1.0
    body_seconds = 2.0
    most_arriving = 50

site = Serving("127.0.0.1", int(sys.argv[1]), 1)
run_gunicorn(create_app(Settings.from_environment(os.environ)), site, {"worker_class": Hasty})
"""


@pytest.fixture
def hasty(founded: Settings, tmp_path: Path) -> Iterator[int]:
    """The port of a served instance that has little patience."""
    port = free_port()
    environment = {
        **os.environ,
        "TOMOSHIBI_INSTANCE": str(founded.instance),
        "TOMOSHIBI_DATABASE": founded.database_url,
        "TOMOSHIBI_TRANSPORT": "loopback",
    }
    command = [sys.executable, "-c", HASTY, str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(Served(port, process, tmp_path / "none.log"))
            yield port
        finally:
            process.terminate()


HALF = b"POST /q HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nstory="


@pytest.mark.parametrize("words", [b"", b"G", HALF])
def test_however_many_requests_are_half_begun_a_worker_goes_on(hasty: int, words: bytes) -> None:
    with ExitStack() as held:
        for _ in range(300):
            slow = held.enter_context(socket.create_connection((HOST, hasty), timeout=10))
            slow.sendall(words)
        began = time.monotonic()
        assert Visitor(hasty).get("/").status == 200
        assert time.monotonic() - began < 10


def all_of(connection: socket.socket) -> bytes:
    answer = b""
    while more := connection.recv(65536):
        answer += more
    return answer


def test_who_is_silent_longest_makes_room_for_who_comes(hasty: int) -> None:
    with ExitStack() as held:
        connections = [
            held.enter_context(socket.create_connection((HOST, hasty), timeout=10))
            for _ in range(51)
        ]
        assert connections[0].recv(1) == b""
        connections[-1].sendall(b"GET / HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n")
        assert all_of(connections[-1]).startswith(b"HTTP/1.1 200")


def test_a_form_that_stops_halfway_is_told_so(hasty: int) -> None:
    with closing(socket.create_connection((HOST, hasty), timeout=20)) as connection:
        connection.sendall(HALF)
        assert all_of(connection).startswith(b"HTTP/1.1 400")


def test_a_request_that_comes_in_pieces_is_one_request(hasty: int) -> None:
    body = b"story=hello"
    head = b"POST /q HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n"
    form = b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    with closing(socket.create_connection((HOST, hasty), timeout=20)) as connection:
        for piece in (head[:20], head[20:] % len(body), form, body[:4], body[4:]):
            connection.sendall(piece)
            time.sleep(0.05)
        answer = all_of(connection)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"hello</textarea>" in answer


def test_who_breaks_off_in_the_middle_leaves_nothing_behind(hasty: int) -> None:
    for _ in range(60):
        with closing(socket.create_connection((HOST, hasty), timeout=20)) as connection:
            # Closed so, it is reset and not ended.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(HALF)
            time.sleep(0.01)
    assert Visitor(hasty).get("/").status == 200


def test_a_stopping_server_does_not_wait_for_who_never_spoke(
    founded: Settings, tmp_path: Path
) -> None:
    with (
        served(founded, "--site", "public", "--workers", "1", folder=tmp_path) as running,
        closing(socket.create_connection((HOST, running.port), timeout=10)),
    ):
        assert Visitor(running.port).get("/").status == 200
        running.process.terminate()
        assert running.process.wait(timeout=12) == 0


def test_who_does_not_hang_up_after_the_last_answer_holds_nobody_up(hasty: int) -> None:
    request = b"GET /s/0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with ExitStack() as held:
        for _ in range(8):
            still = held.enter_context(socket.create_connection((HOST, hasty), timeout=10))
            still.sendall(request)
        began = time.monotonic()
        assert Visitor(hasty).get("/").status == 200
        assert time.monotonic() - began < 2
