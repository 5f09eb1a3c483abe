"""Cookies: the few we set, by name and flags."""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from flask import Response, after_this_request, request

from crypto.envelope import Secret
from reporting.settings import Transport
from reporting.web.context import runtime

TOKEN_BYTES: Final = 32


class NoCookieError(Exception):
    """The browser sent no cookie of ours to a page that needs one."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """One of our cookies; without a `life` it goes when the browser closes."""

    base: str
    same_site: Literal["Strict", "Lax"]
    life: timedelta | None = None

    def name(self, transport: Transport) -> str:
        """Return the name the browser knows it by."""
        # Browsers refuse the prefix, and often Secure, on the plain http of an onion or loopback.
        return f"__Host-{self.base}" if transport is Transport.HTTPS else self.base

    def put(self, response: Response, value: str, transport: Transport) -> None:
        """Hand the cookie to the browser."""
        response.set_cookie(
            self.name(transport),
            value,
            max_age=self.life,
            secure=transport is Transport.HTTPS,
            httponly=True,
            samesite=self.same_site,
        )

    def expire(self, response: Response, transport: Transport) -> None:
        """Make the browser forget the cookie."""
        response.delete_cookie(
            self.name(transport),
            secure=transport is Transport.HTTPS,
            httponly=True,
            samesite=self.same_site,
        )


VISIT: Final = Cookie("v", "Strict")
# Made anew whenever a code opens a mailbox: who knew a cookie of this browser before has not this.
MAILBOX: Final = Cookie("m", "Strict")
# Lax, so that a shared /l/… link still works when it is opened from another site.
LANGUAGE: Final = Cookie("l", "Lax")


def read(cookie: Cookie) -> Secret:
    """Return the token that this browser's cookie carries, or raise NoCookieError."""
    text = request.cookies.get(cookie.name(runtime().settings.transport), "")
    try:
        token = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except binascii.Error:
        raise NoCookieError from None
    if len(token) != TOKEN_BYTES:
        raise NoCookieError
    return Secret(token)


def give(cookie: Cookie) -> Secret:
    """Give this browser a new cookie with the answer, and return its token."""
    token = secrets.token_bytes(TOKEN_BYTES)
    text = base64.urlsafe_b64encode(token).decode()

    @after_this_request
    def hand_over(response: Response) -> Response:
        cookie.put(response, text, runtime().settings.transport)
        return response

    return Secret(token)
