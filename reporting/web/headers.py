"""Headers: what every answer carries besides its page."""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, request

from reporting.settings import Transport
from reporting.web import rendering
from reporting.web.context import runtime

# Features that a browser knows; one it does not know would fill its console with warnings.
FEATURES: Final = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
EVERYWHERE: Final = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS: Final = "max-age=63072000"
FOUND_BY_SEARCH: Final = frozenset({"/", "/help", "/privacy", "/kept", "/languages", "/figures"})
POLICY: Final = "Content-Security-Policy"


# For a picture that stands on a page of ours; opened by itself it is nothing but a picture.
PICTURE_POLICY: Final = (
    "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"
)


def public_policy(style_hash: str) -> str:
    """Return the public pages' policy: no script-src, so no script can ever run."""
    return (
        f"default-src 'none'; style-src '{style_hash}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


def apply(response: Response, content_security_policy: str, transport: Transport) -> Response:
    """Set every header; an answer that already has its policy is left as it is."""
    if POLICY in response.headers:
        return response
    response.headers[POLICY] = content_security_policy
    # No view sets any of these, so they are added without a search for older ones.
    response.headers.extend(EVERYWHERE)
    # Only files of the staff site choose another way to be kept than pages.
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Robots-Tag", "noindex")
    if transport is Transport.HTTPS:
        response.headers["Strict-Transport-Security"] = TWO_YEARS
    return response


def apply_public(response: Response) -> Response:
    """Set every header as public pages have them."""
    if POLICY in response.headers:
        return response
    settings = runtime().settings
    apply(response, public_policy(rendering.style_of_page().sha256), settings.transport)
    if settings.onion_address and settings.transport is Transport.HTTPS:
        # Written as in an address: what was decoded may hold what no header can.
        there = f"http://{settings.onion_address}{quote(request.path)}"
        response.headers["Onion-Location"] = there
    if request.path in FOUND_BY_SEARCH and response.status_code == HTTPStatus.OK:
        del response.headers["X-Robots-Tag"]
    return response


def install(app: Flask) -> None:
    """Give every answer its headers; a site that set its own policy before keeps it."""
    app.after_request(apply_public)
