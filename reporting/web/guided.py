"""Guided: one theme a page, from whom it happened to up to the choices."""

from typing import Final

from flask import Blueprint, Flask, Response
from werkzeug.routing import BaseConverter

from forms import guided, questionnaire
from forms.base import Fields
from forms.choices import CHOICES, OFFERED, STORE
from forms.draft import SHOWN_IN
from forms.questions import MOST_STATES
from reporting import drafts, help_lines
from reporting.web import labels, language, visit
from reporting.web.context import now, runtime
from reporting.web.rendering import page, to
from reporting.web.visit import SHORT, Posted

blueprint = Blueprint("guided", __name__)

NEXT: Final = "next"
BACK: Final = "back"
END: Final = "end"
ADD: Final = "add"
REMOVALS: Final = tuple(f"remove-{place}" for place in range(1, MOST_STATES + 1))
SHORTER: Final = "shorter"
MAY_END_FROM: Final = 3  # a tired person can send what is there
CARE_AFTER: Final = frozenset({"7", "7/more"})  # the pages after the one that asks about harm


class StepConverter(BaseConverter):
    """The key of a screen; follow-up screens have a slash in theirs."""

    part_isolating = False
    regex = "|".join(sorted(questionnaire.ORDER, key=len, reverse=True))


def install(app: Flask) -> None:
    """Teach an application the addresses of the screens."""
    app.url_map.converters["step"] = StepConverter


@blueprint.get("/s/<step:key>")
def show(key: str) -> Response:
    """Show a screen as it was last answered; one on which nothing is open leads on."""
    opened = visit.enter() if key == questionnaire.FIRST else visit.opened()
    saved = opened.draft(SHORT)
    answers = guided.given(saved)
    screen = questionnaire.screen(key, answers)
    if screen not in questionnaire.path(answers):
        return to(f"/s/{questionnaire.after(key, answers)}")
    form = guided.form_of(key, screen.questions).about(screen, saved, language.today())
    return page(
        "choices.html" if key == questionnaire.CHOICES else "screen.html",
        form=form,
        token=opened.keys.form_token,
        options={one.name: labels.options(one) for one in form.questions},
        store=CHOICES[STORE],
        changeable=OFFERED,
        care=key in CARE_AFTER and help_lines.calls_for_care(answers),
        may_end=screen.number >= MAY_END_FROM,
    )


@blueprint.post("/s/<step:key>")
def keep(key: str) -> Response:
    """Save a screen's answers, right or wrong, and go where the button leads."""
    posted = visit.posted(guided.everything_of(key), NEXT, BACK, END, SHORTER, ADD, *REMOVALS)
    saved = visit.saved_draft()
    fields = _kept(key, saved, posted)
    with runtime().database.begin_bare() as connection:
        drafts.keep_answers(connection, posted.keys, fields, now())
    return visit.onward(posted, f"/s/{key}", _onward(key, posted.do, {**saved, **fields}))


def _kept(key: str, saved: Fields, posted: Posted) -> Fields:
    fields = guided.kept(key, saved, posted.fields)
    if posted.do in REMOVALS:
        place = REMOVALS.index(posted.do)
        states = fields.get("state", ())
        return {**fields, "state": (*states[:place], *states[place + 1 :])}
    if posted.do in {NEXT, END, ADD}:
        fields = {**fields, **guided.checked(key, saved)}
    if key == questionnaire.CHOICES:
        fields = {**fields, SHOWN_IN: (language.current().code,)}
    return fields


def _onward(key: str, do: str, saved: Fields) -> str:
    """Return the address that a button of a screen leads to."""
    answers = guided.given(saved)
    if do == BACK:
        return f"/s/{questionnaire.before(key, answers)}"
    if do == SHORTER:
        return "/q"
    if do in {ADD, *REMOVALS}:
        return f"/s/{key}#state"
    screen = questionnaire.screen(key, answers)
    form = guided.form_of(key, screen.questions).about(screen, saved, language.today())
    if form.problems:
        return f"/s/{key}#check"
    return f"/s/{questionnaire.CHECK if do == END else questionnaire.after(key, answers)}"
