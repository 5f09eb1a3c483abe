"""Files: hand out what a reporter sent, and take in what goes to them."""

from http import HTTPStatus

from flask import Response

from admin import cases, files
from admin.authority import authorize
from admin.cleaning import kinds
from admin.cleaning.kinds import Kind
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, confirming, guard
from admin.web.case_wording import FILE_KINDS
from admin.web.context import case_desk, staff
from admin.web.rendering import page
from admin.web.wording import NOT_SENT
from forms.evidence import TakeForm
from reporting.attachments import File
from reporting.ids import CaseId, FileId
from reporting.web import bodies, downloads, multipart
from reporting.web.rendering import to


@guard.requires(Action.OPEN_FILE)
def show_file(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Say what a file is and what it could do, before anybody takes it out."""
    with case_desk(ring) as at:
        found, tried = files.look_at(at, case, file), files.tried(at, case, file)
    kind = _kind(found)
    return page(
        "taking.html",
        case_id=case,
        tried=tried,
        file=found,
        kind=FILE_KINDS[kind],
        is_calm=kind in kinds.CALM,
        is_cleaned=kind in kinds.CLEANED and found.facts.from_reporter,
    )


@guard.requires(Action.OPEN_FILE)
def hand_out_file(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Hand out a file as it was sent, as something to keep and never to show.

    What may start something on the machine it is opened on asks for a second factor again.
    """
    with case_desk(ring) as at:
        looked_at = files.look_at(at, case, file)
    if _kind(looked_at) not in kinds.CALM:
        authorize(ring.person, Action.OPEN_RISKY_FILE, case)
        confirming.require(ring, Action.OPEN_RISKY_FILE)
    browser.posted(TakeForm)
    with case_desk(ring) as at:
        found = files.take_out(at, case, file)
    with cases.sounding_alarm():
        return downloads.answer(staff().service.database, found)


def _kind(found: File) -> Kind:
    with cases.sounding_alarm():
        return files.kind_of(staff().service.database, found)


@guard.requires(Action.SEND_FILE)
def send_files(ring: Ring, case: CaseId) -> Response:
    """Send files to the reporter, or say why some were not."""
    if not bodies.has_files():
        raise browser.ForeignFormError
    service = staff().service
    form = multipart.receive(service.settings.files)
    browser.prove(form.fields)
    refusals = files.send(service, ring, case, form.files())
    if refusals:
        words = [NOT_SENT[refusal] for refusal in sorted(refusals)]
        return page("files.html", HTTPStatus.UNPROCESSABLE_ENTITY, case_id=case, problems=words)
    return to(f"/staff/case/{case.hex()}#shared")
