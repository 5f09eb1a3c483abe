"""Filing: somebody who adds files on the page for them, looks at them and takes some away."""

from werkzeug.test import TestResponse

from tests import multipart
from tests.multipart import Evidence
from tests.visitor import Page, Visitor

FILES = "/s/8/files"
STORY = {"story": "They know my sister's name.", "c_store": "yes"}
PHOTO = Evidence("car.jpg", b"\xff\xd8 a car")
LETTER = Evidence("letter.pdf", b"x" * 600, "application/pdf")


def names(page: Page) -> list[str]:
    """Return what the files on a page are called."""
    return [element.text for element in page.all("span", **{"class": "words"})]


def add(visitor: Visitor, *files: Evidence) -> Page:
    """Send files and look at the page that comes, which says whether all is well."""
    answer = visitor.attach(FILES, *files)
    shown = visitor.open(answer.headers["Location"].partition("#")[0])
    there = f"{FILES}#check" if shown.problems else FILES
    assert (answer.status_code, answer.headers["Location"]) == (303, there)
    return shown


def number_of(page: Page, name: str) -> str:
    """Return what the button beside a file sends."""
    (button,) = [one for one in page.all("button", name="gone") if one.text.endswith(name)]
    return button.attributes["value"]


def remove(visitor: Visitor, name: str) -> TestResponse:
    """Press the button beside a file; it alone is sent, with no other button."""
    gone = number_of(visitor.open(FILES), name)
    return visitor.post(FILES, {"token": visitor.token(FILES), "gone": gone})


def post(visitor: Visitor, path: str, body: bytes, **headers: str) -> TestResponse:
    """Send a form with files as it is."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return visitor.client.post(
        path, data=body, content_type=multipart.TYPE, headers={**visitor.headers, **named}
    )
