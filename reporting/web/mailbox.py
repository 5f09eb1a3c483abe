"""Mailbox: the pages behind a receipt code."""

import secrets
from typing import Final

from flask import Blueprint, Response

from forms.mailbox import CodeForm, WithdrawForm, WriteForm
from forms.wording import msgid
from reporting import drafts, mailbox, threads
from reporting.drafts import Visit
from reporting.mailbox import Status
from reporting.web import language, visit
from reporting.web.context import now, runtime
from reporting.web.rendering import padded, page, to
from reporting.web.visit import CODE, END, WRITE, WRITTEN, Opened

blueprint = Blueprint("mailbox", __name__)

ONCE_BYTES: Final = 8

STATUS_WORDS: Final = {
    Status.RECEIVED: msgid("Your report has arrived and lies in the team's queue."),
    Status.ANSWERED: msgid("The team has written to you."),
}
ERASE_WORD: Final = msgid("erase")


@blueprint.get("/m")
def door() -> Response:
    """Ask for the code."""
    opened = visit.enter()
    form = CodeForm.shown(opened.visit.fields.get(CODE, {}))
    return padded(page("door.html", form=form, token=opened.keys.form_token))


@blueprint.post("/m")
def enter() -> Response:
    """Open the mailbox of a code."""
    posted = visit.posted(CodeForm, "next")
    form = CodeForm.of(posted.fields)
    # Saved first, so that a code that is not found is shown again with its digits.
    visit.keep_beside(posted.keys, CODE, form.typed(checked=posted.goes_on))
    if not posted.goes_on or not form.validate():
        return visit.onward(posted, "/m", "/m#check")
    with runtime().database.begin() as session:
        until = now() + form.open_for
        entered = mailbox.enter(session, form.code.data, runtime().desk.pepper, until)
        drafts.keep_mailbox(session, posted.keys, entered, now())
        kept = drafts.find_for_change(session, posted.keys, now())
        drafts.save(session, posted.keys, visit.with_page(kept, CODE, {}))
    return to("/m/read")


@blueprint.get("/m/read")
def read() -> Response:
    """Show how things stand and the newest of what both sides wrote."""
    return _read(threads.MOST_MESSAGES)


@blueprint.get("/m/read/<int(min=1):before>")
def read_older(before: int) -> Response:
    """Show older messages, up to one by its number."""
    return _read(before)


@blueprint.get("/m/write")
def compose() -> Response:
    """Show the half-written message."""
    opened = visit.opened()
    form = WriteForm.shown(opened.visit.fields.get(WRITE, {}))
    return padded(
        page(
            "write.html",
            form=form,
            token=opened.keys.form_token,
            once=secrets.token_hex(ONCE_BYTES),
            until=opened.mailbox.until,
        )
    )


@blueprint.post("/m/write")
def write() -> Response:
    """Send words to the team, once however often the button is pressed."""
    posted = visit.posted(WriteForm, "next")
    form = WriteForm.of(posted.fields)
    visit.keep_beside(posted.keys, WRITE, form.typed(checked=posted.goes_on))
    if not posted.goes_on or not form.validate():
        return visit.onward(posted, "/m/write", "/m/write#check")
    # The page's own number, not its words: the same words may well be meant twice.
    said = {"once": (form.once.data,)}
    with runtime().database.begin() as session:
        opened = Opened(posted.keys, drafts.find_for_change(session, posted.keys, now()))
        if not form.once.data or opened.visit.fields.get(WRITTEN) != said:
            spoken = language.current().code
            mailbox.write(session, opened.mailbox, form.text.data, spoken, now())
        cleared = visit.with_page(visit.with_page(opened.visit, WRITE, {}), WRITTEN, said)
        drafts.save(session, posted.keys, cleared)
    return to("/m/read")


@blueprint.get("/m/end")
def end() -> Response:
    """Ask for the word that takes the report back."""
    opened = visit.opened()
    word = language.gettext(ERASE_WORD)
    form = WithdrawForm.asking(word, opened.visit.fields.get(END, {}))
    return padded(
        page(
            "end.html",
            form=form,
            token=opened.keys.form_token,
            word=word,
            until=opened.mailbox.until,
        )
    )


@blueprint.post("/m/end")
def withdraw() -> Response:
    """Take the report back: everything is destroyed at once."""
    posted = visit.posted(WithdrawForm, "next")
    form = WithdrawForm.asking(language.gettext(ERASE_WORD), posted.fields)
    if not posted.goes_on or not form.validate():
        visit.keep_beside(posted.keys, END, form.typed(checked=posted.goes_on))
        return visit.onward(posted, "/m/end", "/m/end#check")
    with runtime().database.begin() as session:
        # The visit's row before the case's, as everywhere (reporting.mailbox).
        opened = Opened(posted.keys, drafts.find_for_change(session, posted.keys, now()))
        mailbox.withdraw(session, opened.mailbox, runtime().journal, now())
        is_left = drafts.keep_rest(session, posted.keys, _rest(opened))
    return visit.ended("/m/done", is_left=is_left)


def _read(before: int) -> Response:
    opened = visit.opened()
    with runtime().database.read() as session:
        thread = mailbox.read_thread(session, opened.mailbox, now())
    shown = threads.excerpt(thread.messages, before)
    status = STATUS_WORDS[thread.status]
    return padded(page("read.html", place="read", shown=shown, status=status))


def _rest(opened: Opened) -> Visit:
    """Return the visit without its mailbox, and without the code of the report in it."""
    rest = visit.without_mailbox(opened.visit)
    code = rest.receipt
    if code and mailbox.is_code_of(opened.mailbox, code, runtime().desk.pepper):
        return visit.without_report(rest, now())
    return rest
