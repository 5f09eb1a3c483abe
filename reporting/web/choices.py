"""Choices: the page on which one answer at a time is changed, and what was changed before."""

from typing import Final

from flask import Blueprint, Response

from forms.base import Fields
from forms.choices import CHANGEABLE, CHOICES
from forms.mailbox import ChoiceForm
from reporting import drafts, mailbox
from reporting.mailbox import Chosen
from reporting.web import language, visit
from reporting.web.context import now, runtime
from reporting.web.rendering import padded, page, to
from reporting.web.visit import CHOICE, Opened, Posted

blueprint = Blueprint("choices", __name__)

CHANGE: Final = "change-"
DOINGS: Final = ("next", "back", *(CHANGE + choice.name for choice in CHANGEABLE))


@blueprint.get("/m/choices")
def show() -> Response:
    """Show what is allowed now, what was allowed before, and the question being answered anew."""
    opened = visit.opened()
    with runtime().database.read() as session:
        choices = mailbox.read_choices(session, opened.mailbox, now())
    form = ChoiceForm.shown(opened.visit.fields.get(CHOICE, {}))
    values = {"form": form, "token": opened.keys.form_token, "choices": choices}
    if form.asked.data and choices.is_genuine:
        return padded(page("change.html", choice=CHOICES[form.asked.data], **values))
    return padded(page("allowed.html", place="choices", asked=CHOICES, **values))


@blueprint.post("/m/choices")
def change() -> Response:
    """Take up a question, answer it anew, or leave it as it is."""
    posted = visit.posted(ChoiceForm, *DOINGS)
    form = ChoiceForm.of(posted.fields)
    if posted.do == "next" and form.validate():
        return _keep(posted, form)
    visit.keep_beside(posted.keys, CHOICE, _open_question(posted, form))
    return visit.onward(posted, "/m/choices", "/m/choices#check")


def _open_question(posted: Posted, form: ChoiceForm) -> Fields:
    if posted.do.startswith(CHANGE):
        return {"asked": (posted.do.removeprefix(CHANGE),)}
    return {} if posted.do == "back" else form.typed(checked=posted.goes_on)


def _keep(posted: Posted, form: ChoiceForm) -> Response:
    name = form.asked.data
    given = CHOICES[name].given(form.answer.data, language.current().code, language.gettext)
    with runtime().database.begin() as session:
        # The visit's row before the case's, as everywhere (reporting.mailbox).
        opened = Opened(posted.keys, drafts.find_for_change(session, posted.keys, now()))
        chosen = Chosen(name, given)
        mailbox.choose(session, opened.mailbox, runtime().journal, chosen, now())
        drafts.save(session, posted.keys, visit.with_page(opened.visit, CHOICE, {}))
    return to("/m/choices")
