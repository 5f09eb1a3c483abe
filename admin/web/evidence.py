"""Evidence: the page of what a reporter sent, its clean copies, and the page of one picture."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, cases, evidence, working_copies
from admin.cleaning.frames import Made
from admin.cleaning.kinds import Kind
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web.case_wording import CUSTODY
from admin.web.context import case_desk, staff
from admin.web.rendering import pictured
from forms.evidence import OnceForm, ShowForm, TakeForm
from reporting import attachments
from reporting.ids import CaseId, FileId
from reporting.web import downloads, headers, labels
from reporting.web.rendering import to

PAGE: Final = "/staff/case/{}/evidence"
ENDINGS: Final = {Kind.JPEG: "jpg", Kind.PNG: "png", Kind.PDF: "pdf"}


@guard.requires(Action.VIEW_EVIDENCE)
def show_evidence(ring: Ring, case: CaseId) -> Response:
    """Show every file that was sent, what it hashes to, and what was done with it."""
    with case_desk(ring) as at:
        manifest = evidence.look(at, case)
    return pictured(
        "evidence.html",
        case_id=case,
        at=manifest,
        relation=tuple(labels.answered({"relation": manifest.relation})),
        once=once.number(),
        deeds=CUSTODY,
        made=Made,
    )


@guard.requires(Action.VERIFY_FILE)
def check_file(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Read an original once more and compare it with what was noted when it came."""
    form = OnceForm.of(browser.posted(OnceForm))
    mark = once.mark(form.once.data, "check", case.hex(), file.hex())
    with case_desk(ring) as at:
        if not browsers.take_in(at.session, browser.keys(), mark, at.now):
            return _back(case, file)
        found = evidence.begin_check(at, case, file)
    # Read while nothing is held: a large file takes its time.
    is_same = evidence.is_unchanged(staff().service.database, found)
    with case_desk(ring) as at:
        evidence.end_check(at, case, file, is_same=is_same)
    evidence.require_unchanged(is_same=is_same)
    return _back(case, file)


@guard.requires(Action.CLEAN_FILE)
def clean_file(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Have a clean copy of a file made, once however often the button is pressed."""
    browser.posted(TakeForm)
    working_copies.make(staff().service, ring, case, file)
    return _back(case, file)


@guard.requires(Action.CLEAN_FILE)
def allow_clean(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Let a clean copy be tried once more, as somebody who did not try it."""
    browser.posted(TakeForm)
    with case_desk(ring) as at:
        working_copies.allow(at, case, file)
    return _back(case, file)


@guard.requires(Action.OPEN_FILE)
def hand_out_copy(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Hand out a clean copy, as something to keep."""
    browser.posted(TakeForm)
    with case_desk(ring) as at:
        found = evidence.take_copy(at, case, file)
    ending = ENDINGS[Kind(found.facts.media_type)]
    with cases.sounding_alarm():
        return downloads.answer(staff().service.database, found, ending)


@guard.requires(Action.SHOW_FILE)
def ask_picture(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Note that somebody looks at a picture, and lead them to it."""
    form = ShowForm.of(browser.posted(ShowForm))
    mark = once.mark(form.once.data, "show", case.hex(), file.hex(), form.colour.data)
    with case_desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            evidence.show(at, case, file, in_colour=form.colour.data == "yes")
    return to(f"{PAGE.format(case.hex())}/{file.hex()}/shown")


@guard.requires(Action.SHOW_FILE)
def show_picture(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Show the page of a picture that somebody asked for."""
    with case_desk(ring) as at:
        showing = evidence.showing(at, case, file)
    return pictured("shown.html", case_id=case, file_id=file, at=showing, once=once.number())


@guard.requires(Action.SHOW_FILE)
def blurred_picture(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Send a small picture in which nobody can be made out."""
    return _picture(ring, case, file, Made.PREVIEW)


@guard.requires(Action.SHOW_FILE)
def grey_picture(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Send a picture in grey."""
    return _picture(ring, case, file, Made.GREY)


@guard.requires(Action.SHOW_FILE)
def colour_picture(ring: Ring, case: CaseId, file: FileId) -> Response:
    """Send a clean copy of a picture as it is."""
    return _picture(ring, case, file, Made.COPY)


def _picture(ring: Ring, case: CaseId, file: FileId, made: Made) -> Response:
    """Return a picture that we made, as that kind of picture and nothing else."""
    with case_desk(ring) as at:
        found = evidence.picture(at, case, file, made)
    service = staff().service
    with cases.sounding_alarm():
        data = b"".join(attachments.source(service.database, found))
    kind = Kind(found.facts.media_type)
    response = Response(data, HTTPStatus.OK, mimetype=kind.value)
    return headers.apply(response, headers.PICTURE_POLICY, service.settings.transport)


def _back(case: CaseId, file: FileId) -> Response:
    return to(f"{PAGE.format(case.hex())}#file-{file.hex()[:8]}")
