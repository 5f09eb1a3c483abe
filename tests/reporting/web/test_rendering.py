import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError

from reporting.web import rendering
from tests.visitor import Visitor


def test_a_template_that_asks_for_what_is_not_there_fails_aloud(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(UndefinedError):
        render_template_string("{{ nothing }}")


def test_what_is_put_into_a_message_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        app.preprocess_request()
        text = render_template_string("{{ _('Type %(word)s', word='<b>') }}")
    assert text == "Type &lt;b&gt;"


def test_a_padded_page_is_a_whole_number_of_steps_and_never_cut(app: Flask) -> None:
    for length in (0, 1, 3999, 4000, 4001):
        padded = rendering.padded(app.response_class(b"x" * length)).get_data()
        assert len(padded) % 4000 == 0
        assert padded.rstrip(b" ") == b"x" * length
        assert len(padded) - length < 4000


def test_pointing_elsewhere_says_nothing_in_any_language(visitor: Visitor) -> None:
    answer = visitor.get("/s/10")
    assert (answer.status_code, answer.headers["Location"], answer.data) == (303, "/", b"")
