"""Report: from the short form over the check page to the receipt."""

import hashlib
from typing import Final

from flask import Blueprint, Response

from forms.answers import GivenConsent
from forms.base import CHECKED, Fields
from forms.codebook import CONSENT_STORE
from forms.report import NoFields, ShortForm, TryForm
from reporting import drafts, intake
from reporting.web import language, visit
from reporting.web.context import now, runtime
from reporting.web.rendering import page, to
from reporting.web.visit import SHORT, TRY, Opened

blueprint = Blueprint("report", __name__)

SHOWN_IN: Final = "shown_in"


@blueprint.get("/q")
def short() -> Response:
    """Show the short form as it was last typed."""
    opened = visit.enter()
    form = ShortForm.shown(opened.draft(SHORT))
    return page("short.html", form=form, token=opened.keys.form_token, consent=CONSENT_STORE)


@blueprint.post("/q")
def keep_short() -> Response:
    """Save what was typed, right or wrong, and go on when it is right."""
    posted = visit.posted(ShortForm, "next")
    form = ShortForm.of(posted.fields)
    saved = {**form.typed(checked=posted.goes_on), SHOWN_IN: (language.current().code,)}
    with runtime().database.begin() as session:
        drafts.keep_page(session, posted.keys, SHORT, saved, now())
    return visit.onward(posted, "/q", "/s/10" if form.validate() else "/q#check")


@blueprint.get("/s/10")
def check() -> Response:
    """Show every answer before it is sent."""
    opened = visit.opened()
    form = ShortForm.of(opened.draft(SHORT))
    if not form.validate():
        return to("/q")
    return page("check.html", form=form, token=opened.keys.form_token)


@blueprint.post("/s/10")
def send() -> Response:
    """Send the report, or erase the draft."""
    posted = visit.posted(NoFields, "send", "erase")
    match posted.do:
        case "send":
            return _send(visit.opened())
        case "erase":
            return _erase(posted)
        case _:
            return visit.onward(posted, "/s/10", "/s/10")


@blueprint.get("/s/code")
def code() -> Response:
    """Show the receipt code, on every visit until it is written down."""
    opened = visit.opened()
    return page("code.html", groups=opened.groups, token=opened.keys.form_token)


@blueprint.post("/s/code")
def leave_code() -> Response:
    """Go on to try the written code, or give it up."""
    posted = visit.posted(NoFields, "written", "forget")
    if posted.do == "forget":
        return _forget(posted)
    return visit.onward(posted, "/s/code", "/s/code/try")


@blueprint.get("/s/code/try")
def try_code() -> Response:
    """Ask for two groups of the code, without showing any."""
    opened = visit.opened()
    form = _try_form(opened, opened.visit.fields.get(TRY, {}))
    return page("try.html", form=form, token=opened.keys.form_token)


@blueprint.post("/s/code/try")
def compare_code() -> Response:
    """Erase the visit when both groups are right; otherwise keep what was typed and ask again."""
    posted = visit.posted(TryForm, "next")
    form = _try_form(visit.opened(), posted.fields)
    if posted.goes_on and form.validate():
        return _forget(posted)
    visit.keep_beside(posted.keys, TRY, form.typed(checked=posted.goes_on))
    return visit.onward(posted, "/s/code/try", "/s/code/try#check")


def _send(opened: Opened) -> Response:
    if opened.visit.receipt:
        return to("/s/code")
    fields = opened.draft(SHORT)
    form = ShortForm.of(fields)
    if not form.validate():
        return _point_out(opened)
    answers = form.answers(language.current().code, _consent(fields))
    sealed = intake.prepare(answers, runtime().desk, now(), opened.visit.rev)
    with runtime().database.begin() as session:
        intake.submit(session, opened.keys, sealed, now())
    return to("/s/code")


def _point_out(opened: Opened) -> Response:
    """Let the form show what is missing in it."""
    with runtime().database.begin() as session:
        # Read again: somebody may have typed on, in another window, since it was read.
        kept = Opened(opened.keys, drafts.find_for_change(session, opened.keys, now()))
        checked = {**kept.draft(SHORT), CHECKED: ("yes",)}
        drafts.save(session, opened.keys, visit.with_page(kept.visit, SHORT, checked))
    return to("/q#check")


def _erase(posted: visit.Posted) -> Response:
    with runtime().database.begin() as session:
        kept = Opened(posted.keys, drafts.find_for_change(session, posted.keys, now()))
        # Raises once it was sent, in another window: this button knows nothing of a code.
        kept.draft(SHORT)
        rest = visit.without_report(kept.visit, now())
        is_left = drafts.keep_rest(session, posted.keys, rest)
    return visit.ended("/", is_left=is_left)


def _consent(fields: Fields) -> GivenConsent:
    """Return the permission with the wording of the language in which it was last shown."""
    (shown_in,) = fields[SHOWN_IN]
    wording = language.wording(CONSENT_STORE.text, shown_in)
    return GivenConsent("yes", hashlib.sha256(wording.encode()).hexdigest(), shown_in)


def _try_form(opened: Opened, fields: Fields) -> TryForm:
    groups = opened.groups
    # Which two is no secret; the same two every time, or a wrong try would ask for others.
    pick = int(opened.keys.form_token, 16) % (len(groups) * (len(groups) - 1) // 2)
    pairs = [(one, two) for two in range(len(groups)) for one in range(two)]
    return TryForm.about(groups, pairs[pick], fields)


def _forget(posted: visit.Posted) -> Response:
    with runtime().database.begin() as session:
        kept = drafts.find_for_change(session, posted.keys, now())
        is_left = drafts.keep_rest(session, posted.keys, visit.without_report(kept, now()))
    return visit.ended("/s/done", is_left=is_left)
