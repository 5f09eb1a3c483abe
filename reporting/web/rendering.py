"""Rendering: turn a template into an answer, or point to another page of ours."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Flask, Response, g
from jinja2 import StrictUndefined

from reporting.settings import Site
from reporting.web import language, speaking, style
from reporting.web.context import runtime
from reporting.web.style import Style

STEP_BYTES: Final = 4_000


def install(app: Flask) -> None:
    """Make templates strict and small, and bring the public ones in.

    A process without the public site needs them too: for its error pages.
    """
    app.register_blueprint(Blueprint("public", __name__, template_folder="../templates"))
    app.jinja_environment = speaking.SpeakingEnvironment
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def dress_for_figures() -> None:
    """Give the page of this request the style of figures besides that of every page."""
    g.sheets = style.FIGURES


def style_of_page() -> Style:
    """Return the style of this request's page."""
    return style.of(language.current(), g.get("sheets", style.SITE))


def page(template: str, status: int = HTTPStatus.OK, /, **values: object) -> Response:
    """Render a public page in the language of this request."""
    shown = language.current()
    text = speaking.render(
        f"public/{template}",
        language=shown,
        languages=language.offered(),
        style=style_of_page().text,
        public=Site.PUBLIC in runtime().settings.sites,
        **values,
    )
    return Response(text, status, mimetype="text/html")


def padded(response: Response) -> Response:
    """Round a page's length up, so that it tells an eavesdropper little of what it says."""
    body = response.get_data()
    response.set_data(body + b" " * (-len(body) % STEP_BYTES))
    return response


def to(path: str) -> Response:
    """Answer 303: look at this page of ours instead."""
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": path}, mimetype="text/html")
