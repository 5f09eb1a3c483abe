"""Browser: the cookie of a staff browser, and the forms it may send."""

import hmac
from typing import Final

from flask import Response, after_this_request, g, request

from admin import browsers, known
from admin.browsers import BrowserKeys
from crypto.envelope import Pepper, Secret
from forms.base import Fields, Form
from reporting.clock import day_of
from reporting.web import bodies
from reporting.web.context import now, runtime
from reporting.web.cookies import Cookie

COOKIE: Final = Cookie("s", "Strict")
# It outlives the browser's closing, and says only that somebody signed in here lately.
KNOWN: Final = Cookie("k", "Strict", known.LIFE)
TOKEN_BYTES: Final = 32
TOKEN_FIELD: Final = "token"  # noqa: S105 - the name of a field
FROM_ELSEWHERE: Final = frozenset({"cross-site", "same-site"})


class NoTokenError(Exception):
    """The browser sent no staff cookie."""


class ForeignFormError(Exception):
    """The form is not from a page of ours that this browser was given."""


def token() -> Secret:
    """Return what this browser's cookie carries; raise NoTokenError without one."""
    text = request.cookies.get(COOKIE.name(runtime().settings.transport), "")
    try:
        carried = bytes.fromhex(text)
    except ValueError:
        raise NoTokenError from None
    if len(carried) != TOKEN_BYTES:
        raise NoTokenError
    return Secret(carried)


def token_or_new() -> Secret:
    """Return what this browser's cookie carries, of a new cookie if there is none."""
    try:
        return token()
    except NoTokenError:
        made = browsers.new_token()
        give(made)
        return made


def give(made: Secret) -> None:
    """Hand a cookie over with the answer to this request."""

    @after_this_request
    def hand_over(response: Response) -> Response:
        COOKIE.put(response, made.reveal().hex(), runtime().settings.transport)
        return response


def take_back() -> None:
    """Let the browser forget its cookie with the answer to this request."""

    @after_this_request
    def expire(response: Response) -> Response:
        COOKIE.expire(response, runtime().settings.transport)
        return response


def remember(pepper: Pepper) -> None:
    """Let this browser stand from now on in the line of those in which somebody signed in."""
    mark = known.new_mark(pepper, day_of(now()))

    @after_this_request
    def hand_over(response: Response) -> Response:
        KNOWN.put(response, mark, runtime().settings.transport)
        return response


def known_as(pepper: Pepper) -> bytes:
    """Return by what this browser is told from others; raise NotKnownError for a stranger's."""
    mark = request.cookies.get(KNOWN.name(runtime().settings.transport), "")
    return known.browser_of(pepper, mark, day_of(now()))


def form_token() -> str:
    """Return what every form on this browser's pages must carry."""
    return browsers.keys_from(token_or_new()).form_token


def keys() -> BrowserKeys:
    """Return what this browser's cookie opens; raise NoTokenError without one."""
    return browsers.keys_from(token())


def would_orphan() -> bool:
    """Say whether a new cookie might end a living sign-in.

    The strict cookie is not sent along when a page of another site led here.
    """
    known = COOKIE.name(runtime().settings.transport) in request.cookies
    return not known and request.headers.get("Sec-Fetch-Site") in FROM_ELSEWHERE


def posted(form: type[Form]) -> Fields:
    """Return the fields that were sent, if by a form of ours and from this browser.

    Raises ForeignFormError, and UnknownAnswerError for fields that we never offered.
    """
    fields = dict(sent_fields())
    prove(fields)
    form.refuse_unknown(fields)
    return fields


def take_out(form: type[Form]) -> Fields:
    """Return the fields of one form that came along with another, which will not see them.

    Raises ForeignFormError, and UnknownAnswerError for what we never offered.
    """
    fields = dict(sent_fields())
    prove(fields)
    g.taken_out = frozenset(field.name for field in form())
    found = {name: values for name, values in fields.items() if name in g.taken_out}
    form.refuse_unknown(found)
    return found


def prove(fields: dict[str, tuple[str, ...]]) -> None:
    """Take the token of this browser's forms out of the fields; raise ForeignFormError without."""
    refuse_foreign()
    (sent,) = fields.pop(TOKEN_FIELD, ("",))[:1]
    try:
        expected = keys().form_token
    except NoTokenError:
        raise ForeignFormError from None
    if not hmac.compare_digest(sent.encode(), expected.encode()):
        raise ForeignFormError


def sent_fields() -> Fields:
    """Return the fields that were sent; raise ForeignFormError for another site's."""
    refuse_foreign()
    taken_out: frozenset[str] = g.get("taken_out", frozenset())
    fields = bodies.fields()
    return {name: values for name, values in fields.items() if name not in taken_out}


def refuse_foreign() -> None:
    """Raise ForeignFormError for a form of another site."""
    # Browsers too old for this header are held back by SameSite and the token.
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise ForeignFormError
