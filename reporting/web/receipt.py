"""Receipt: the code, shown until it is written down or given up."""

from flask import Blueprint, Response

from forms.base import Fields
from forms.report import NoFields, TryForm
from reporting import drafts
from reporting.web import visit
from reporting.web.context import now, runtime
from reporting.web.rendering import page
from reporting.web.visit import TRY, Opened

blueprint = Blueprint("receipt", __name__)


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


def _try_form(opened: Opened, fields: Fields) -> TryForm:
    groups = opened.groups
    # Which two is no secret; the same two every time, or a wrong try would ask for others.
    pick = int(opened.keys.form_token, 16) % (len(groups) * (len(groups) - 1) // 2)
    pairs = [(one, two) for two in range(len(groups)) for one in range(two)]
    return TryForm.about(groups, pairs[pick], fields)


def _forget(posted: visit.Posted) -> Response:
    with runtime().database.begin() as session:
        kept = drafts.find_for_change(session, posted.keys, now())
        is_left = drafts.keep_rest(session, posted.keys, visit.without_report(kept))
    return visit.ended("/s/done", is_left=is_left)
