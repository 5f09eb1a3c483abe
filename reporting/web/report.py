"""Report: the short form, on one page."""

from typing import Final

from flask import Blueprint, Response

from forms.base import CHECKED, Fields
from forms.codebook import CONSENT_STORE
from forms.draft import SHORT_FORM, SHOWN_IN
from forms.guided import checked
from forms.questionnaire import FILES as FILES_STEP
from forms.questionnaire import FIRST
from forms.report import ShortForm
from reporting import drafts
from reporting.web import language, visit
from reporting.web.context import now, runtime
from reporting.web.rendering import page
from reporting.web.visit import SHORT

blueprint = Blueprint("report", __name__)

MORE: Final = "more"
FILES: Final = "files"
ELSEWHERE: Final = {MORE: f"/s/{FIRST}", FILES: f"/s/{FILES_STEP}"}


@blueprint.get("/q")
def short() -> Response:
    """Show the short form as it was last typed."""
    opened = visit.enter()
    saved = opened.draft(SHORT)
    form = ShortForm.of(saved)
    if SHORT_FORM in saved.get(CHECKED, ()):
        form.validate()
    return page("short.html", form=form, token=opened.keys.form_token, consent=CONSENT_STORE)


@blueprint.post("/q")
def keep_short() -> Response:
    """Save what was typed, right or wrong, and go on when it is right."""
    posted = visit.posted(ShortForm, "next", *ELSEWHERE)
    form = ShortForm.of(posted.fields)
    fields = {**form.typed(checked=False), SHOWN_IN: (language.current().code,)}

    def answer(saved: Fields) -> Fields:
        return {**fields, **checked(SHORT_FORM, saved)} if posted.do == "next" else fields

    with runtime().database.begin_bare() as connection:
        drafts.change_answers(connection, posted.keys, answer, now())
    if posted.do in ELSEWHERE:
        return visit.onward(posted, "/q", ELSEWHERE[posted.do])
    return visit.onward(posted, "/q", "/s/10" if form.validate() else "/q#check")
