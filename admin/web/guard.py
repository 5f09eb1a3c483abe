"""Guard: who may reach which page. A page that says nothing is reached by nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from flask import Blueprint, Flask, Response, g, request

from admin import sessions
from admin.authority import authorize
from admin.errors import NotInForceError, NotSignedInError
from admin.keyring import Ring
from admin.permissions import ALLOWED, Action
from admin.web import browser, confirming
from admin.web.context import staff
from reporting.clock import day_of
from reporting.web.context import now

P = ParamSpec("P")
Page = Callable[P, Response]
PageOfSomebody = Callable[Concatenate[Ring, P], Response]

ANYBODY: Final = "anybody"
SIGNED_IN: Final = "signed in"
GUARDS: Final[dict[str, str]] = {}  # what each view asks for, by its name
SUBJECTS: Final = ("case", "member", "proposal")  # what an address can be about


class UnguardedError(Exception):
    """A staff page does not say who may reach it, or asks for what nobody may do."""


def anybody(view: Page[P]) -> Page[P]:
    """Open a page to people who are not signed in."""
    GUARDS[view.__name__] = ANYBODY
    return view


def signed_in(view: PageOfSomebody[P]) -> Page[P]:
    """Open a page to everybody on the staff who may work; the view gets their ring."""
    GUARDS[view.__name__] = SIGNED_IN

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        ring = _ring()
        _require_standing(ring)
        return view(ring, *args, **kwargs)

    return guarded


def leaving(view: PageOfSomebody[P]) -> Page[P]:
    """Open the way out to everybody on the staff, also to those who have to declare first."""
    GUARDS[view.__name__] = SIGNED_IN

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        return view(_ring(), *args, **kwargs)

    return guarded


def requires(action: Action) -> Callable[[PageOfSomebody[P]], Page[P]]:
    """Open a page to those who may do this; for others it does not exist.

    Where the action asks for it, a form passes only once a second factor was shown again.
    """

    def guard(view: PageOfSomebody[P]) -> Page[P]:
        GUARDS[view.__name__] = action

        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            ring = _ring()
            if action is not Action.DECLARE:
                _require_standing(ring)
            authorize(ring.person, action, subject())
            g.ring = confirming.require(ring, action)
            return view(g.ring, *args, **kwargs)

        return guarded

    return guard


def subject() -> bytes:
    """Return the number of what the address names, for the log; of nothing where it names none."""
    named = request.view_args or {}
    return next((named[kind] for kind in SUBJECTS if kind in named), b"")


def check(app: Flask, site: Blueprint) -> None:
    """Refuse to start with a page that says nothing or asks for an action without a rule."""
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith(f"{site.name}."):
            continue
        asked = GUARDS.get(app.view_functions[rule.endpoint].__name__, "")
        if asked not in {ANYBODY, SIGNED_IN, *ALLOWED}:
            raise UnguardedError(f"{rule.rule} does not say who may reach it")


def _require_standing(ring: Ring) -> None:
    """Raise NotInForceError for somebody for whom only the form that is overdue opens."""
    if not ring.person.standing.may_work(day_of(now())):
        raise NotInForceError


def _ring() -> Ring:
    try:
        ring = sessions.present(staff(), browser.token(), now())
    except browser.NoTokenError:
        raise NotSignedInError from None
    g.person = ring.person  # for the head of the page, and for a refusal's row in the log
    g.ring = ring  # for the name of whoever was quicker, on the page that says so
    return ring
