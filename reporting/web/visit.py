"""Visit: the way from a browser's cookie to its draft, and from a form to what it may change."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from flask import Response, request

from forms.base import Fields, Form, UnknownAnswerError
from reporting import drafts
from reporting.errors import AlreadySentError, MailboxClosedError, VisitGoneError
from reporting.visit_keys import MailboxKeys, VisitKeys, keys_from, mailbox_keys_from
from reporting.visits import OpenMailbox, Visit
from reporting.web import bodies, cookies, language
from reporting.web.context import now, runtime
from reporting.web.cookies import NoCookieError
from reporting.web.rendering import to

PROOF_FIELD: Final = "token"
DO_FIELD: Final = "do"
# The pages that a visit holds fields of: of a report, and of a mailbox.
SHORT: Final = drafts.REPORT
TRY: Final = "try"
CODE: Final = "m"
WRITE: Final = "write"
WRITTEN: Final = "written"
END: Final = "end"
APPEAL: Final = "appeal"
CHOICE: Final = "choice"
FILES: Final = "files"
MAIL_FILES: Final = "mail files"
SWITCH: Final = "lang-"
FROM_ELSEWHERE: Final = frozenset({"cross-site", "same-site"})


class ForeignEntryError(Exception):
    """Somebody comes from another site: our cookie may exist, but was not sent along."""


class ForeignFormError(Exception):
    """The form was sent from a page that is not ours."""


class FormTokenError(Exception):
    """The form carries no token, or not the one of this browser's visit."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit that a page shows."""

    keys: VisitKeys
    visit: Visit = field(repr=False)

    def draft(self, page: str) -> Fields:
        """Return what was typed on a page; raise AlreadySentError once there is a receipt."""
        if self.visit.receipt:
            raise AlreadySentError
        return self.visit.fields.get(page, {})

    @property
    def groups(self) -> tuple[str, ...]:
        """The receipt's eight groups; raises VisitGoneError when nothing was sent."""
        digits = self.visit.receipt
        if not digits:
            raise VisitGoneError
        return tuple(digits[start : start + 4] for start in range(0, len(digits), 4))

    @property
    def mailbox(self) -> OpenMailbox:
        """The open mailbox; raises MailboxClosedError when there is none."""
        if self.visit.open_mailbox is None:
            raise MailboxClosedError
        return self.visit.open_mailbox


@dataclass(frozen=True, slots=True)
class Posted:
    """A form of ours that may change this browser's visit; `do` is the button pressed."""

    keys: VisitKeys
    do: str
    fields: Fields = field(repr=False)

    @property
    def goes_on(self) -> bool:
        """Whether a button other than a language was pressed."""
        return not self.do.startswith(SWITCH)


def enter() -> Opened:
    """Open the visit of an entry page; a browser without a cookie gets one, but no row yet.

    Raises ForeignEntryError where a new cookie would orphan a living draft that was not sent along.
    Not guaranteed in browsers that do not say where somebody comes from (before 2023, or with
    text only): there a link on another site makes the draft behind it unreachable, but reads and
    changes nothing of it, and refusing them all would shut out who has no other browser.
    """
    try:
        keys = known_keys()
    except NoCookieError:
        if request.headers.get("Sec-Fetch-Site") in FROM_ELSEWHERE:
            raise ForeignEntryError from None
        return Opened(fresh_keys(), Visit(expires=now()))
    try:
        return _find(keys)
    except VisitGoneError:
        return Opened(keys, Visit(expires=now()))


def opened() -> Opened:
    """Open the visit of an inner page; raise NoCookieError or VisitGoneError."""
    return _find(known_keys())


def saved_draft() -> Fields:
    """Return what this browser's draft holds of a report: nothing when its time is over.

    Raises NoCookieError, and AlreadySentError once there is a receipt.
    """
    try:
        return opened().draft(SHORT)
    except VisitGoneError:
        return {}


def posted(form: type[Form], *doings: str) -> Posted:
    """Return the form that was sent, if it is ours and for this browser.

    `doings` are the page's buttons, the one that Enter presses first. Raises ForeignFormError,
    NoCookieError, FormTokenError, for fields or codes that we never offered UnknownAnswerError,
    and TooLongError.
    """
    fields = sent_fields()
    keys = prove(fields)
    (do,) = fields.pop(DO_FIELD, doings)[:1]
    if do not in {*doings, *(SWITCH + offer.code for offer in language.offered())}:
        raise UnknownAnswerError
    form.refuse_unknown(fields)
    form.refuse_too_long(fields)
    return Posted(keys, do, fields)


def prove(fields: dict[str, tuple[str, ...]]) -> VisitKeys:
    """Return the keys of this browser, whose token must be among the fields; it is taken out.

    Raises ForeignFormError, NoCookieError and FormTokenError.
    """
    refuse_foreign()
    keys = known_keys()
    (token,) = fields.pop(PROOF_FIELD, ("",))[:1]
    if not hmac.compare_digest(token.encode(), keys.form_token.encode()):
        raise FormTokenError
    return keys


def sent_fields() -> dict[str, tuple[str, ...]]:
    """Return the fields sent by a page of ours; raise ForeignFormError for another site's."""
    refuse_foreign()
    return dict(bodies.fields())


def refuse_foreign() -> None:
    """Raise ForeignFormError for a form of another site."""
    # From a browser too old for this header another site's form still comes without our cookie
    # (SameSite) and our token, so it changes nothing. It is answered like a form of ours without
    # a cookie, with a new one, and that orphans a living visit. Origin would not tell the two
    # apart: our own forms send "null" there, because our pages ask for no referrer.
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise ForeignFormError


def known_keys() -> VisitKeys:
    """Return the keys of this browser's cookies, or raise NoCookieError without a visit's."""
    keys = keys_from(cookies.read(cookies.VISIT))
    try:
        return replace(keys, mailbox=mailbox_keys_from(cookies.read(cookies.MAILBOX)))
    except NoCookieError:
        return keys


def keys_for_again() -> VisitKeys:
    """Return the keys of this browser's cookie, of a new one if there is none."""
    return known_keys() if has_cookie() else fresh_keys()


def fresh_keys() -> VisitKeys:
    """Give this browser a new cookie with the answer, and return its keys."""
    return keys_from(cookies.give(cookies.VISIT))


def fresh_mailbox_keys() -> MailboxKeys:
    """Give this browser a new cookie for an open mailbox with the answer, and return its keys."""
    return mailbox_keys_from(cookies.give(cookies.MAILBOX))


def keep_beside(keys: VisitKeys, page: str, fields: Fields) -> None:
    """Save a page that is no part of the report: a receipt in the visit does not stop it."""
    with runtime().database.begin() as session:
        try:
            visit = drafts.find_for_change(session, keys, now())
        except VisitGoneError:
            drafts.keep_page(session, keys, page, fields, now())
        else:
            drafts.save(session, keys, with_page(visit, page, fields))


def with_page(visit: Visit, page: str, fields: Fields) -> Visit:
    """Return the visit with one page's fields replaced."""
    return replace(visit, fields={**visit.fields, page: fields})


def without_report(visit: Visit) -> Visit:
    """Return what is left when a report is over: words half written to an open mailbox."""
    is_written_to = has_words_to_send(visit) or visit.open_mailbox is not None
    fields = _only(visit, WRITE, WRITTEN) if is_written_to else {}
    return replace(visit, receipt="", fields=fields)


def has_words_to_send(visit: Visit) -> bool:
    """Say whether somebody has begun to write to the team and not sent it."""
    return any(visit.fields.get(WRITE, {}).get("text", ()))


def _only(visit: Visit, *pages: str) -> Mapping[str, Fields]:
    return {page: fields for page, fields in visit.fields.items() if page in pages}


def onward(form: Posted, here: str, there: str) -> Response:
    """Answer a form that was saved: on, or back to the same page in another language."""
    if form.goes_on:
        return to(there)
    return switched(here, form.do.removeprefix(SWITCH))


def switched(path: str, code: str) -> Response:
    """Point to a page and let the browser remember a language."""
    response = to(path)
    cookies.LANGUAGE.put(response, code, runtime().settings.transport)
    return response


def ended(path: str, *, is_left: bool) -> Response:
    """Point to a page; the browser forgets its visit unless something is left of it."""
    return to(path) if is_left else over(path)


def over(path: str) -> Response:
    """Point to a page and let the browser forget its visit, and a mailbox that was open."""
    response = to(path)
    for cookie in (cookies.VISIT, cookies.MAILBOX):
        cookie.expire(response, runtime().settings.transport)
    return response


def away() -> Response:
    """Go to the neutral page and make the browser forget whatever it knows of us."""
    settings = runtime().settings
    response = over(settings.leave_url)
    cookies.LANGUAGE.expire(response, settings.transport)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def has_cookie() -> bool:
    """Say whether the browser sent a cookie that can be ours."""
    try:
        known_keys()
    except NoCookieError:
        return False
    return True


def is_living() -> bool:
    """Say whether this browser is in the middle of something."""
    try:
        opened()
    except (NoCookieError, VisitGoneError):
        return False
    return True


def _find(keys: VisitKeys) -> Opened:
    with runtime().database.read_bare() as connection:
        return Opened(keys, drafts.find(connection, keys, now()))
