"""Rendering: turn a template of the staff site into an answer; its style sheet, its two scripts."""

import hashlib
from collections.abc import Iterator
from http import HTTPStatus
from importlib.resources import files
from typing import Final

from flask import Response, g, url_for

from admin.authority import Person
from admin.permissions import Action, is_allowed
from admin.web import browser, guard
from admin.web.list_words import LIST_KEYS, LISTS_OF_CASES
from admin.web.wording import GROUPS, KINDS, LEVELS, ROLES, VERBS
from reporting.clock import day_of
from reporting.languages import OFFERED
from reporting.web import headers, language, speaking
from reporting.web.context import now, runtime

POLICY: Final = (
    "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# For the two pages on which clean copies of pictures are shown.
PICTURED_POLICY: Final = POLICY.replace("style-src", "img-src 'self'; style-src", 1)
# For the few pages that ask the browser for a passkey, and those on which single keys press what
# is shown.
SCRIPTED_POLICY: Final = POLICY.replace("style-src", "script-src 'self'; style-src", 1)
FEATURES: Final = ", ".join(
    f"{feature}=({'self' if feature == 'publickey-credentials-get' else ''})"
    for feature in headers.FEATURES
)
A_YEAR: Final = "public, max-age=31536000, immutable"
STYLE: Final = files("admin").joinpath("static/admin.css").read_bytes()
STYLE_NAME: Final = f"admin-{hashlib.sha256(STYLE).hexdigest()[:16]}.css"
SCRIPT: Final = files("admin").joinpath("static/passkey.js").read_bytes()
SCRIPT_NAME: Final = f"passkey-{hashlib.sha256(SCRIPT).hexdigest()[:16]}.js"
KEYS: Final = files("admin").joinpath("static/keys.js").read_bytes()
KEYS_NAME: Final = f"keys-{hashlib.sha256(KEYS).hexdigest()[:16]}.js"


def page(template: str, status: int = HTTPStatus.OK, **values: object) -> Response:
    """Render a page with the head of whoever is signed in."""
    person = g.get("person")
    may = _allowed(person)
    text = speaking.render(
        f"staff/{template}",
        person=person,
        may_view_lists=Action.VIEW_LISTS in may,
        may_view_audit=Action.VIEW_AUDIT in may,
        may_view_people=Action.VIEW_PEOPLE in may,
        may_vet=Action.VET in may,
        may_view_coverage=Action.VIEW_COVERAGE in may,
        may_view_publication=Action.VIEW_PUBLICATION in may,
        may_practise=Action.PRACTISE in may,
        token=browser.form_token(),
        groups=GROUPS,
        kinds=KINDS,
        levels=LEVELS,
        roles=ROLES,
        verbs=VERBS,
        **_frame(),
        **values,
    )
    return Response(text, status, mimetype="text/html")


def keyed(template: str, status: int = HTTPStatus.OK, **values: object) -> Response:
    """Render a page whose buttons have keys as well."""
    g.is_keyed = True
    return page(template, status, **{"other_lists": _lists(), "list_keys": LIST_KEYS, **values})


def pictured(template: str, **values: object) -> Response:
    """Render a page on which pictures of this site are shown."""
    g.is_pictured = True
    return page(template, HTTPStatus.OK, **values)


def scripted(template: str, status: int = HTTPStatus.OK, **values: object) -> Response:
    """Render a page that may ask the browser for a passkey."""
    g.is_scripted = True
    return page(template, status, **values)


def _lists() -> dict[str, str]:
    """Return the lists that somebody can go to; new reports are for those who read them."""
    closed = set() if Action.VIEW_QUEUE in _allowed(g.get("person")) else {"received"}
    return {name: label for name, label in LISTS_OF_CASES.items() if name not in closed}


def _allowed(person: Person | None) -> frozenset[Action]:
    """Return what somebody may do now; to whom nothing but a form opens nothing else is shown."""
    if person is None or not person.standing.may_work(day_of(now())):
        return frozenset()
    return frozenset(action for action in Action if is_allowed(action, person.marks))


def bare(template: str, status: int, **values: object) -> Response:
    """Render a page that is the same for everybody: no name, no token, no new cookie."""
    text = speaking.render(f"staff/{template}", person=None, **_frame(), **values)
    return Response(text, status, mimetype="text/html")


@guard.anybody
def style() -> Response:
    """Return the style sheet; its name changes with it, so it may be kept."""
    return Response(STYLE, mimetype="text/css", headers={"Cache-Control": A_YEAR})


@guard.anybody
def keys_script() -> Response:
    """Return the script of the keys; its name changes with it, so it may be kept."""
    return Response(KEYS, mimetype="text/javascript", headers={"Cache-Control": A_YEAR})


@guard.anybody
def script() -> Response:
    """Return the script; its name changes with it, so it may be kept."""
    return Response(SCRIPT, mimetype="text/javascript", headers={"Cache-Control": A_YEAR})


def protect(response: Response) -> Response:
    """Give every answer of the staff site its headers."""
    transport = runtime().settings.transport
    is_scripted = "is_scripted" in g
    headers.apply(response, _policy(), transport)
    if is_scripted:
        response.headers["Permissions-Policy"] = FEATURES
    return response


def _policy() -> str:
    if "is_pictured" in g:
        return PICTURED_POLICY
    return SCRIPTED_POLICY if "is_scripted" in g or "is_keyed" in g else POLICY


def _frame() -> dict[str, object]:
    return {
        "language": language.current(),
        "languages": language.offered(),
        "tongues": {offer.code: offer.name for offer in OFFERED},
        "style": url_for("staff.style"),
        "scripts": [url_for(f"staff.{name}") for name in _scripts()],
    }


def _scripts() -> Iterator[str]:
    if "is_keyed" in g:
        yield keys_script.__name__
    if "is_scripted" in g:
        yield script.__name__
