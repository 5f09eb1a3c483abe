"""A form with files is received from a request that is not too long and does not break off."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from reporting.settings import FileLimits
from reporting.web.bodies import LateBodyError
from reporting.web.multipart import (
    receive,
)
from tests import multipart
from tests.multipart import Evidence
from tests.reporting.web.test_multipart import PHOTO, as_kept, kept

LIMITS = FileLimits(count=3, each_bytes=1_000, together_bytes=1_000)


@contextmanager
def requested(app: Flask, body: bytes, **environ: object) -> Iterator[None]:
    """Be in the middle of a request with this body."""
    with (
        BytesIO(body) as stream,
        app.test_request_context(
            "/s/8/files",
            method="POST",
            environ_overrides={
                "wsgi.input": stream,
                "CONTENT_TYPE": multipart.TYPE,
                "CONTENT_LENGTH": str(len(body)),
                **environ,
            },
        ),
    ):
        yield


CHUNKED = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}


@pytest.mark.parametrize("environ", [{}, CHUNKED])
def test_a_form_is_received_whether_its_length_is_known_or_not(
    app: Flask, environ: dict[str, object]
) -> None:
    with requested(app, multipart.body({"token": "abc"}, PHOTO), **environ):
        form = receive(LIMITS)
        assert form.fields == {"token": ("abc",)}
        assert kept(form) == as_kept(PHOTO)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_that_does_not_say_what_stands_between_its_parts_is_refused(
    app: Flask, kind: str
) -> None:
    with requested(app, multipart.body({}), CONTENT_TYPE=kind), pytest.raises(BadRequest):
        receive(LIMITS)


def test_a_body_far_beyond_all_limits_is_not_even_begun(app: Flask) -> None:
    with requested(app, b"", CONTENT_LENGTH="2001"), pytest.raises(RequestEntityTooLarge):
        receive(LIMITS)


def test_a_body_that_does_not_say_its_length_is_read_no_further_than_that(app: Flask) -> None:
    long = multipart.body({"token": "abc"}, Evidence("long", bytes(1_900)))
    assert len(long) > 2_000
    with requested(app, long, **CHUNKED):
        form = receive(LIMITS)
        with pytest.raises(RequestEntityTooLarge):
            kept(form)


def test_a_body_between_the_limit_and_twice_as_much_is_read_to_its_end(app: Flask) -> None:
    large = Evidence("large", bytes(1_500))
    with requested(app, multipart.body({"token": "abc"}, large, PHOTO)):
        assert kept(receive(LIMITS)) == as_kept(large, PHOTO)


def test_a_body_that_breaks_off_is_late(app: Flask) -> None:
    data = multipart.body({"token": "abc"}, PHOTO)
    with requested(app, data[:-9], CONTENT_LENGTH=str(len(data))):
        form = receive(LIMITS)
        with pytest.raises(LateBodyError):
            kept(form)


def test_without_a_length_or_an_end_there_is_no_form(app: Flask) -> None:
    with requested(app, multipart.body({}), CONTENT_LENGTH=""), pytest.raises(BadRequest):
        receive(LIMITS)
