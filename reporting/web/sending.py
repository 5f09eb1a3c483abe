"""Sending: every answer once more, and then the report leaves the draft."""

from typing import Final

from flask import Blueprint, Response

from forms import draft
from forms.base import Fields
from forms.choices import CHOICES
from forms.guided import checked
from forms.questionnaire import CHOICES as LAST
from forms.report import NoFields
from reporting import drafts, intake
from reporting.web import language, summary, uploads, visit
from reporting.web.context import now, runtime
from reporting.web.rendering import page, to
from reporting.web.visit import SHORT, Opened

blueprint = Blueprint("sending", __name__)


MASK: Final = "mask"
WORDS: Final = "3"  # the screen for own words


@blueprint.get("/s/10")
def check() -> Response:
    """Show every answer before it is sent."""
    opened = visit.opened()
    saved = opened.draft(SHORT)
    gap = draft.gap(saved, language.today())
    if gap:
        return to(_form(gap))
    return page(
        "check.html",
        story=draft.story(saved),
        rows=tuple(summary.rows(saved, language.today())),
        back=_form(LAST if draft.is_guided(saved) else draft.SHORT_FORM),
        words_there=f"{_form(WORDS if draft.is_guided(saved) else draft.SHORT_FORM)}#story",
        files=uploads.kept(opened),
        can_mask=draft.has_personal_number(saved),
        token=opened.keys.form_token,
    )


@blueprint.post("/s/10")
def send() -> Response:
    """Send the report, mask what points to a person, or erase the draft."""
    posted = visit.posted(NoFields, "send", MASK, "erase")
    match posted.do:
        case "send":
            return _send(visit.opened())
        case "erase":
            return _erase(posted)
        case "mask":
            masked = draft.masked(visit.opened().draft(SHORT))
            with runtime().database.begin_bare() as connection:
                drafts.keep_answers(connection, posted.keys, masked, now())
    return visit.onward(posted, "/s/10", "/s/10")


def _send(opened: Opened) -> Response:
    if opened.visit.receipt:
        return to("/s/code")
    saved, today = opened.draft(SHORT), language.today()
    gap = draft.gap(saved, today)
    if gap:
        return _point_out(opened, gap)
    report = draft.report(saved, today, language.current().code, _consents(saved))
    files = uploads.kept(opened)
    sealed = intake.prepare(report, runtime().desk, now(), opened.visit.rev, files)
    with runtime().database.begin_bare() as connection:
        intake.submit(connection, opened.keys, sealed, now())
    return to("/s/code")


def _point_out(opened: Opened, gap: str) -> Response:
    """Let the form show what is missing in it."""
    with runtime().database.begin() as session:
        # Read again: somebody may have typed on, in another window, since it was read.
        kept = Opened(opened.keys, drafts.find_for_change(session, opened.keys, now()))
        drafts.keep_answers(session, opened.keys, checked(gap, kept.draft(SHORT)), now())
    return to(f"{_form(gap)}#check")


def _form(key: str) -> str:
    return "/q" if key == draft.SHORT_FORM else f"/s/{key}"


def _erase(posted: visit.Posted) -> Response:
    with runtime().database.begin() as session:
        kept = Opened(posted.keys, drafts.find_for_change(session, posted.keys, now()))
        # Raises once it was sent, in another window: this button knows nothing of a code.
        kept.draft(SHORT)
        rest = visit.without_report(kept.visit)
        is_left = drafts.keep_rest(session, posted.keys, rest)
    return visit.ended("/", is_left=is_left)


def _consents(saved: Fields) -> draft.Consents:
    """Return each choice with the wording of the language in which it was last shown."""
    (shown_in,) = saved[draft.SHOWN_IN]
    return {
        name: choice.given(answer, shown_in, lambda text: language.wording(text, shown_in))
        for name, choice in CHOICES.items()
        for answer in saved.get(name, ())
        if answer
    }
