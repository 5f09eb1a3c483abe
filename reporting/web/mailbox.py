"""Mailbox: the pages behind a receipt code."""

import secrets
from typing import Final

from flask import Blueprint, Response

from forms.mailbox import CodeForm, WithdrawForm, WriteForm
from forms.wording import msgid
from reporting import drafts, mailbox, threads, withdrawal
from reporting.status import Status
from reporting.traces import TOLD, Deed
from reporting.web import language, visit
from reporting.web.context import now, runtime
from reporting.web.rendering import padded, page, to
from reporting.web.visit import CODE, END, WRITE, WRITTEN, Opened, Posted
from reporting.withdrawal import Registry

blueprint = Blueprint("mailbox", __name__)

ONCE_BYTES: Final = 8

STATUS_WORDS: Final = {
    Status.RECEIVED: msgid("We have your report. Nobody has decided anything yet."),
    Status.LOOKED_AT: msgid("A checked person has read your report. Somebody will take it on."),
    Status.ASKED: msgid("We asked you something. Please read our question below."),
    Status.WORKING: msgid("We are working on it."),
    Status.CLOSED: msgid(
        "Closed. The reason is in the last message. You can still write; we will read it."
    ),
    Status.WITHDRAWN: msgid("You took your report back. The team can no longer open it."),
}
DEED_WORDS: Final = {
    Deed.REPORT_READ: msgid("A reviewer read your report."),
    Deed.MESSAGE_READ: msgid("What you sent us was read."),
    Deed.CONTACT_DANGER: msgid(
        "The way to reach you was opened, because somebody may be in danger."
    ),
    Deed.CONTACT_REQUESTED: msgid(
        "The way to reach you was opened, because you asked us to contact you."
    ),
    Deed.CONTACT_ARRANGE: msgid(
        "The way to reach you was opened, because we had to arrange help with you."
    ),
    Deed.CONTACT_NO_ANSWER: msgid(
        "The way to reach you was opened, because we had to reach you and saw no answer here."
    ),
    Deed.TOLD_EMERGENCY_SERVICE: msgid(
        "Two people of the team decided to tell an emergency service, because a life was in danger."
        " You had allowed this."
    ),
    Deed.TOLD_HELPER: msgid(
        "Two people of the team decided to tell a support organisation, because a life was in"
        " danger. You had allowed this."
    ),
    Deed.TOLD_RELATIVE: msgid(
        "Two people of the team decided to tell the person close to you whom you named, because a"
        " life was in danger. You had allowed this."
    ),
    Deed.TOLD_POLICE: msgid(
        "Two people of the team decided to tell the police, because a life was in danger. You had"
        " allowed this."
    ),
    Deed.HANDED_LANGUAGE: msgid(
        "One person from the community that you wanted to leave out may read your report now,"
        " because nobody else here reads your language. Two people from outside decided this, and"
        " one of them reads along."
    ),
    Deed.HANDED_NOBODY_FREE: msgid(
        "One person from the community that you wanted to leave out may read your report now,"
        " because it had waited too long and nobody else was free. Two people from outside decided"
        " this, and one of them reads along."
    ),
    Deed.INTERPRETED: msgid(
        "Somebody from outside the case helped to translate one of your texts. They saw that one"
        " text, with numbers and addresses covered, and nothing else of your report."
    ),
}
ERASE_WORD: Final = msgid("erase")


@blueprint.get("/m")
def door() -> Response:
    """Ask for the code."""
    opened = visit.enter()
    form = CodeForm.shown(opened.visit.fields.get(CODE, {}))
    token, has_words = opened.keys.form_token, visit.has_words_to_send(opened.visit)
    return padded(page("door.html", form=form, token=token, has_words=has_words))


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
        kept = drafts.find_for_change(session, posted.keys, now())
        drafts.let_go(session, posted.keys, visit.with_page(kept, CODE, {}))
        drafts.keep_mailbox(session, visit.fresh_mailbox_keys(), entered, now())
    return to("/m/read")


@blueprint.get("/m/read")
def read() -> Response:
    """Show how things stand and the newest of what both sides wrote."""
    return _read(threads.NEWEST)


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
    """Ask for the word that takes the report back; afterwards offer the way back."""
    opened = visit.opened()
    with runtime().database.read() as session:
        standing = withdrawal.look(session, opened.mailbox, now())
    word = language.gettext(ERASE_WORD)
    form = WithdrawForm.asking(word, opened.visit.fields.get(END, {}))
    template = "taken.html" if standing.is_taken_back else "end.html"
    token, has_words = opened.keys.form_token, visit.has_words_to_send(opened.visit)
    values = {"form": form, "token": token, "word": word, "has_words": has_words}
    return padded(page(template, standing=standing, **values))


@blueprint.post("/m/end")
def withdraw() -> Response:
    """Take the report back, or bring it back."""
    posted = visit.posted(WithdrawForm, "next", "undo")
    if posted.do == "undo":
        return _undo(posted)
    form = WithdrawForm.asking(language.gettext(ERASE_WORD), posted.fields)
    if not posted.goes_on or not form.validate():
        visit.keep_beside(posted.keys, END, form.typed(checked=posted.goes_on))
        return visit.onward(posted, "/m/end", "/m/end#check")
    registry = _registry()
    with runtime().database.begin() as session:
        # The visit's row before the case's, as everywhere (reporting.mailbox).
        opened = Opened(posted.keys, drafts.find_for_change(session, posted.keys, now()))
        withdrawal.take_back(session, opened.mailbox, registry, now())
        drafts.save(session, posted.keys, visit.with_page(opened.visit, END, {}))
    return to("/m/end")


def _undo(posted: Posted) -> Response:
    registry = _registry()
    with runtime().database.begin() as session:
        opened = Opened(posted.keys, drafts.find_for_change(session, posted.keys, now()))
        withdrawal.undo(session, opened.mailbox, registry, now())
    return to("/m/read")


def _registry() -> Registry:
    runtime().keep_up()
    return Registry(runtime().office, runtime().journal)


def _read(before: int) -> Response:
    opened = visit.opened()
    with runtime().database.read() as session:
        thread = mailbox.read_thread(session, opened.mailbox, now())
        standing = withdrawal.look(session, opened.mailbox, now())
    return padded(
        page(
            "read.html",
            place="read",
            shown=threads.excerpt(thread.messages, before),
            status=STATUS_WORDS[thread.status],
            standing=standing,
            files=len(thread.files),
            lines=[(DEED_WORDS[line.deed], line.at) for line in thread.lines],
            was_given=any(line.deed in TOLD for line in thread.lines),
            kept_until=thread.kept_until,
            term=thread.term,
            appeal_until=thread.appeal_until,
        )
    )
