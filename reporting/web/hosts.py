"""Hosts: a process answers under the address that it is there for, and says nothing under another.

What the onion service answers under a name of the open net, or the open site under an onion's,
would tell whoever asks that both stand on one machine, and let them be mixed up in one browser.
"""

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request

from reporting.settings import Settings, Transport
from reporting.web import headers
from reporting.web.context import runtime

NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
ONION: Final = ".onion"


def install(app: Flask) -> None:
    """Answer requests for another host with nothing, before anything of them is read."""

    @app.before_request
    def refuse_elsewhere() -> Response | None:
        settings = runtime().settings
        if _is_ours(request.environ.get("HTTP_HOST", ""), settings):
            return None
        empty = Response(status=HTTPStatus.MISDIRECTED_REQUEST, mimetype="text/plain")
        return headers.apply(empty, NOTHING, settings.transport)


def _is_ours(host: str, settings: Settings) -> bool:
    name = host.partition(":")[0].lower().removesuffix(".")
    if settings.transport is Transport.ONION:
        return name == settings.onion_address.lower()
    return not name.endswith(ONION)
