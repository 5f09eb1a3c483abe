import pytest
from flask import Flask, g

from reporting.languages import OFFERED
from reporting.web import labels, language


@pytest.mark.parametrize(
    ("months", "shown"),
    [
        (("2026-03~", "2026-05"), ("First time: about March 2026", "Last time: May 2026")),
        (("2025", ""), ("First time: 2025",)),
        (("", "2025-12"), ("Last time: December 2025",)),
    ],
)
def test_months_read_as_people_write_them(
    app: Flask, months: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    with app.test_request_context():
        g.languages = language.load(OFFERED)
        g.language = g.languages.named("en")
        (answered,) = labels.answered({"months": months})
    assert tuple(label.text for label in answered.labels) == shown
