"""A report with files, and its page of the evidence: what stands on it, and its buttons."""

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reporting.case_rows import CustodyRow
from reporting.file_rows import FileRow, Piece
from reporting.models import Case
from tests import hidden_documents, hidden_words
from tests.builders_staff import the_staff
from tests.hidden_words import Canaries
from tests.multipart import Evidence
from tests.visitor import Page, Visitor

SAID = Canaries()
PHOTO = Evidence("at the door.jpg", hidden_words.a_jpeg(SAID), "image/jpeg")
LETTER = Evidence("letter.pdf", hidden_documents.a_pdf(SAID), "application/pdf")
OFFICE = Evidence("list.docx", b"PK\x03\x04" + bytes(60), "application/msword")
HEIC = Evidence("IMG_0001.HEIC", b"\0\0\0\x18ftypheic" + bytes(60), "image/heic")
WORDS = Evidence("note.txt", b"He stood there for an hour.", "text/plain")
BROKEN = Evidence("broken.png", hidden_words.a_png(Canaries())[:200], "image/png")
PREVIEW = "blurred"


@dataclass(frozen=True)
class Sent:
    """A report that somebody sent: its number, and the browser with its open mailbox."""

    case: str
    reporter: Visitor


def a_report_with(app: Flask, *files: Evidence) -> Sent:
    reporter = Visitor(app.test_client())
    before = numbers(app)
    reporter.open_mailbox(files)
    (case,) = numbers(app) - before
    return Sent(case, reporter)


def numbers(app: Flask) -> set[str]:
    with the_staff(app).service.read() as session:
        return {case.hex() for case in session.scalars(select(Case.id))}


def where(sent: Sent) -> str:
    return f"/staff/case/{sent.case}/evidence"


def page_of(client: FlaskClient, sent: Sent) -> Page:
    answer = client.get(where(sent))
    assert answer.status_code == 200, answer.text
    return Page(answer)


def numbers_on(page: Page) -> list[str]:
    """Return the numbers of the files on the page of the evidence, in their order."""
    checks = [form.attributes["action"] for form in page.all("form")]
    return [re.findall("[0-9a-f]{32}", at)[-1] for at in checks if at.endswith("/check")]


def press(client: FlaskClient, sent: Sent, what: str, number: int = 0) -> TestResponse:
    """Press a button of a file on the page of the evidence."""
    page = page_of(client, sent)
    address = f"{where(sent)}/{numbers_on(page)[number]}/{what}"
    return sent_from(page, client, address)


def sent_from(page: Page, client: FlaskClient, address: str) -> TestResponse:
    """Send the form of a page that goes to an address."""
    forms = page.all("form", action=address)
    assert forms, f"there is no such button: {address}"
    inside = [one for one in page.all("input") if forms[0] in one.around]
    fields = {one.attributes["name"]: one.attributes["value"] for one in inside}
    return client.post(address, data=fields, buffered=True)


def steps(page: Page) -> list[str]:
    return [one.text for one in page.within("ol") if one.tag == "li"]


def rows(app: Flask, *models: type[FileRow | Piece | CustodyRow]) -> list[int]:
    with the_staff(app).service.read() as session:
        return [session.scalars(select(func.count()).select_from(one)).one() for one in models]
