"""Appeals: the page on which a reporter asks for another look."""

from flask import Blueprint, Response

from forms.mailbox import AppealForm
from reporting import appeals, drafts
from reporting.web import language, visit
from reporting.web.context import now, runtime
from reporting.web.rendering import padded, page, to
from reporting.web.visit import APPEAL, Opened

blueprint = Blueprint("appeals", __name__)


@blueprint.get("/m/appeal")
def show() -> Response:
    """Say what happens then, and until when it can be asked for."""
    opened = visit.opened()
    with runtime().database.read() as session:
        until = appeals.look(session, opened.mailbox, now())
    form = AppealForm.shown(opened.visit.fields.get(APPEAL, {}))
    return padded(page("appeal.html", form=form, token=opened.keys.form_token, until=until))


@blueprint.post("/m/appeal")
def ask() -> Response:
    """Ask for another look."""
    posted = visit.posted(AppealForm, "next")
    form = AppealForm.of(posted.fields)
    visit.keep_beside(posted.keys, APPEAL, form.typed(checked=posted.goes_on))
    if not posted.goes_on or not form.validate():
        return visit.onward(posted, "/m/appeal", "/m/appeal#check")
    words = appeals.Words(form.text.data, language.current().code)
    runtime().keep_up()
    with runtime().database.begin() as session:
        # The visit's row before the case's, as everywhere (reporting.mailbox).
        opened = Opened(posted.keys, drafts.find_for_change(session, posted.keys, now()))
        appeals.ask(session, opened.mailbox, runtime().journal, words, now())
        drafts.save(session, posted.keys, visit.with_page(opened.visit, APPEAL, {}))
    return to("/m/read")
