"""Uploads: the pages on which files are added to a report or to a conversation."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, Response
from typing_extensions import override
from werkzeug.routing import BaseConverter

from forms import questionnaire
from forms.base import Fields
from forms.draft import gap, is_guided
from forms.evidence import AddedForm, ArrivedForm, RemoveForm
from forms.guided import given
from forms.report import NoFields
from reporting import attachments, drafts, mailbox, uploads
from reporting.attachments import File
from reporting.ids import FileId
from reporting.uploads import Desk, OwnerOf
from reporting.visit_keys import VisitKeys
from reporting.web import bodies, downloads, language, multipart, visit
from reporting.web.context import now, runtime
from reporting.web.rendering import padded, page, to
from reporting.web.visit import FILES, MAIL_FILES, SHORT, Opened

blueprint = Blueprint("uploads", __name__)

FOR_REPORT: Final = f"/s/{questionnaire.FILES}"
FOR_MAILBOX: Final = "/m/files"


class FileConverter(BaseConverter):
    """A file's random number, in hex."""

    regex = "[0-9a-f]{32}"

    @override
    def to_python(self, value: str) -> FileId:
        return FileId(bytes.fromhex(value))


@dataclass(frozen=True, slots=True)
class Counter:
    """Where files are handed in: the page, and what it remembers of the last ones."""

    path: str
    memory: str

    def take(self, desk: Desk, form: multipart.Form, owner_of: OwnerOf) -> Response:
        """Take in the files of a form, and let the page say why some were not kept."""
        refusals = uploads.take_in(desk, form.files(), owner_of)
        arrived = ArrivedForm.of({"files": tuple(refusals)})
        visit.keep_beside(desk.visit, self.memory, arrived.typed(checked=True))
        return to(f"{self.path}#check" if refusals else self.path)


REPORT: Final = Counter(FOR_REPORT, FILES)
MAILBOX: Final = Counter(FOR_MAILBOX, MAIL_FILES)


def install(app: Flask) -> None:
    """Teach an application the addresses of files."""
    app.url_map.converters["file"] = FileConverter


def kept(opened: Opened) -> tuple[File, ...]:
    """Return the files of a draft."""
    if not opened.visit.has_files:
        return ()
    with runtime().database.read() as session:
        return attachments.read(session, attachments.of_visit(opened.keys))


@blueprint.get(FOR_REPORT)
def show_for_report() -> Response:
    """Show the files of the draft, and how to add and remove some."""
    opened = visit.opened()
    guided = is_guided(opened.draft(SHORT))
    return page(
        "files.html",
        form=ArrivedForm.shown(opened.visit.fields.get(FILES, {})),
        files=kept(opened),
        limits=runtime().settings.files,
        token=opened.keys.form_token,
        page_number=questionnaire.FILES_PAGE if guided else 0,
    )


@blueprint.post(FOR_REPORT)
def take_for_report() -> Response:
    """Take files in, take one away, or go on."""
    if bodies.has_files():
        return _into_draft()
    posted = visit.posted(RemoveForm, "next", "back")
    gone = RemoveForm.of(posted.fields).gone.data
    if gone:
        with runtime().database.begin() as session:
            owner = attachments.of_visit(posted.keys)
            attachments.remove(session, owner, FileId(bytes.fromhex(gone)))
    saved = visit.saved_draft()
    with runtime().database.begin() as session:
        drafts.keep_page(session, posted.keys, FILES, {}, now())
    there = FOR_REPORT if gone else _onward(posted.do, saved)
    return visit.onward(posted, FOR_REPORT, there)


@blueprint.get(FOR_MAILBOX)
def show_for_mailbox() -> Response:
    """Show the files of the conversation, and how to add some."""
    opened = visit.opened()
    with runtime().database.read() as session:
        owner = mailbox.owner_of_files(session, opened.mailbox, now())
        files = attachments.read(session, owner)
    form = AddedForm.shown(opened.visit.fields.get(MAIL_FILES, {}))
    values = {"files": files, "limits": runtime().settings.files, "token": opened.keys.form_token}
    return padded(page("mail_files.html", form=form, **values))


@blueprint.post(FOR_MAILBOX)
def take_for_mailbox() -> Response:
    """Take files into the conversation, or go back to it."""
    if bodies.has_files():
        return _into_conversation()
    posted = visit.posted(NoFields, "next")
    visit.keep_beside(posted.keys, MAIL_FILES, {})
    return visit.onward(posted, FOR_MAILBOX, "/m/read")


@blueprint.get(f"{FOR_MAILBOX}/<file:file>")
def hand_out(file: FileId) -> Response:
    """Hand out a file of the conversation."""
    opened = visit.opened()
    with runtime().database.read() as session:
        owner = mailbox.owner_of_files(session, opened.mailbox, now())
        found = attachments.find(session, owner, file)
    return downloads.answer(runtime().database, found)


def _into_draft() -> Response:
    form = multipart.receive(runtime().settings.files)
    desk = _desk(visit.prove(form.fields))
    uploads.open_draft(desk)
    return REPORT.take(desk, form, uploads.to_draft(desk))


def _into_conversation() -> Response:
    form = multipart.receive(runtime().settings.files)
    desk = _desk(visit.prove(form.fields))
    opened = visit.opened().mailbox
    return MAILBOX.take(desk, form, mailbox.to_conversation(desk.visit, opened))


def _desk(keys: VisitKeys) -> Desk:
    running = runtime()
    return Desk(running.begin, keys, running.settings.files, running.has_room, running.clock)


def _onward(do: str, saved: Fields) -> str:
    """Return the address that a button leads to; the short form is one page before this one."""
    if is_guided(saved):
        step = questionnaire.before if do == "back" else questionnaire.after
        return f"/s/{step(questionnaire.FILES, given(saved))}"
    return "/q" if do == "back" or gap(saved, language.today()) else f"/s/{questionnaire.CHECK}"
