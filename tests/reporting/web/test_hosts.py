"""A process answers under its own kind of address, and says nothing under another."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporting.settings import Transport
from reporting.web.context import EXTENSION, runtime_of

HOST = "abc.onion"
PATHS = ("/", "/q", "/kept", "/leave", "/l/ja", "/figures", "/staff/sign-in", "/nowhere")


def serve_as(app: Flask, transport: Transport) -> None:
    running = runtime_of(app)
    changed = replace(running.settings, transport=transport, onion_address=HOST)
    app.extensions[EXTENSION] = replace(running, settings=changed)


@pytest.mark.parametrize(
    "host", ["localhost", "tomoshibi.example", "192.0.2.1", "x.abc.onion", "other.onion", ""]
)
def test_the_onion_process_says_nothing_under_another_address(
    app: Flask, client: FlaskClient, host: str
) -> None:
    serve_as(app, Transport.ONION)
    for path in PATHS:
        for method in ("GET", "POST", "PUT"):
            answer = client.open(path, method=method, headers={"Host": host}, data={"story": "x"})
            assert (answer.status_code, answer.data) == (421, b""), (path, method)
            assert not answer.headers.getlist("Set-Cookie")
            assert HOST not in str(answer.headers)


@pytest.mark.parametrize("host", [HOST, "ABC.onion", "abc.onion:80", "abc.onion."])
def test_the_onion_process_answers_under_its_own_address_however_it_is_written(
    app: Flask, client: FlaskClient, host: str
) -> None:
    serve_as(app, Transport.ONION)
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("transport", [Transport.HTTPS, Transport.LOOPBACK])
@pytest.mark.parametrize("host", [HOST, "other.onion:443", "Other.ONION."])
def test_the_open_site_says_nothing_under_an_onion_address(
    app: Flask, client: FlaskClient, transport: Transport, host: str
) -> None:
    serve_as(app, transport)
    for path in PATHS:
        answer = client.get(path, headers={"Host": host})
        assert (answer.status_code, answer.data) == (421, b""), path
        assert not answer.headers.getlist("Set-Cookie")
        assert HOST not in str(answer.headers)
    assert client.get("/", headers={"Host": "tomoshibi.example"}).status_code == 200
