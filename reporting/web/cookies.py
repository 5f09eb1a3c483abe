"""Cookies: the few we set, by name and flags."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from flask import Response

from reporting.settings import Transport


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
# Lax, so that a shared /l/… link still works when it is opened from another site.
LANGUAGE: Final = Cookie("l", "Lax")
