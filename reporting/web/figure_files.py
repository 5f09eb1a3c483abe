"""Figure files: exact bytes for programs and for those who keep them, named by their hash."""

import base64
import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from flask import Response, request

from reporting.web import headers, visit
from reporting.web.context import runtime

JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
CSVW: Final = "csvw-metadata.json"
CSVW_TYPE: Final = "application/csvm+json"
TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "csv": "text/csv; charset=utf-8; header=present",
        "html": "text/html; charset=utf-8",
        "json": JSON,
        "md": "text/markdown; charset=utf-8",
        "svg": "image/svg+xml",
        "ed25519": BYTES,
        "mldsa65": BYTES,
    }
)
_STYLE: Final = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
_ALONE: Final = (
    "default-src 'none'; style-src {style}; form-action 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; sandbox"
)


def kind(path: str) -> str:
    """Return the type of a file of a release."""
    if path.rpartition("/")[2] == CSVW:
        return CSVW_TYPE
    return TYPES.get(path.rpartition(".")[2], TEXT)


def answer(data: bytes, content_type: str, described_by: str = "") -> Response:
    """Return exact bytes, or that the browser has them already."""
    digest = hashlib.sha256(data).hexdigest()
    is_known = request.if_none_match.contains_weak(digest)
    status = HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK
    response = Response(b"" if is_known else data, status, content_type=content_type)
    response.set_etag(digest)
    # Whoever is writing a report keeps nothing in their browser, not even this.
    response.headers["Cache-Control"] = "no-store" if visit.has_cookie() else "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    if described_by:
        link = f'<{described_by}>; rel="describedby"; type="{CSVW_TYPE}"'
        response.headers["Link"] = link
    return headers.apply(response, _policy(data, content_type), runtime().settings.transport)


def _policy(data: bytes, content_type: str) -> str:
    """Let a page or picture look as it was signed, and do nothing else."""
    looks = "'none'"
    if content_type in {TYPES["html"], TYPES["svg"]}:
        found = (hashlib.sha256(style).digest() for style in _STYLE.findall(data))
        hashes = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in found]
        looks = " ".join(hashes) or looks
    return _ALONE.format(style=looks)
