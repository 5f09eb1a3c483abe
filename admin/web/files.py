"""Files: hand out what a reporter sent, and take in what goes to them."""

from http import HTTPStatus

from flask import Response

from admin import cases, files
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard
from admin.web.context import staff
from admin.web.rendering import page
from admin.web.wording import NOT_SENT
from reporting.ids import CaseId, FileId
from reporting.web import bodies, downloads, multipart
from reporting.web.context import now
from reporting.web.rendering import to


@guard.requires(Action.OPEN_FILE)
def hand_out_file(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Hand out a file as it was sent, as something to keep and never to show."""
    service = staff().service
    found = files.take_out(service, ring, case, file, now())
    with cases.sounding_alarm():
        return downloads.answer(service.database, found)


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
