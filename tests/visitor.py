"""A visitor: a browser without script that opens pages, fills forms and presses buttons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from typing_extensions import override
from werkzeug.test import TestResponse

from tests import multipart
from tests.multipart import Evidence

Typed = Mapping[str, str | Sequence[str]]
ENGLISH = {"Accept-Language": "en"}
VOID = {"meta", "link", "input", "br", "img"}


@dataclass
class Element:
    """An element of a page: its attributes, and all text inside it."""

    tag: str
    attributes: dict[str, str]
    around: tuple["Element", ...]
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


class Page(HTMLParser):
    """An answer as a person or a screen reader meets it."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.response = response
        self.elements: list[Element] = []
        self.pieces: list[tuple[str, tuple[Element, ...]]] = []
        self._open: list[Element] = []
        self.feed(response.text)
        assert not self._open, f"never closed: {self._open[-1].tag}"

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert len(attributes) == len(attrs), f"an attribute stands twice in {tag}"
        element = Element(tag, attributes, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"{tag} closes {self._open[-1].tag}"
        self._open.pop()

    @override
    def handle_data(self, data: str) -> None:
        self.pieces.append((data, tuple(self._open)))
        for element in self._open:
            element.texts.append(data)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            element
            for element in self.elements
            if element.tag == tag and attributes.items() <= element.attributes.items()
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        (element,) = self.all(tag, **attributes)
        return element

    def within(self, outer: str) -> Iterator[Element]:
        """Yield the elements inside any element of that tag."""
        for element in self.elements:
            if any(parent.tag == outer for parent in element.around):
                yield element

    @property
    def title(self) -> str:
        # A picture has a title of its own.
        (title,) = (one for one in self.all("title") if one.around[-1].tag == "head")
        return title.text

    @property
    def heading(self) -> str:
        return self.one("h1").text

    @property
    def problems(self) -> list[str]:
        """The errors beside the fields; the summary must say the same in the same order."""
        beside = [element.text for element in self.all("p", **{"class": "error"})]
        summary = [
            element.text
            for element in self.within("section")
            if element.tag == "a" and element.around[-3].attributes.get("id") == "check"
        ]
        assert beside == summary
        return beside

    @property
    def typed(self) -> dict[str, list[str]]:
        """What the form would send if nothing was changed, without token and buttons."""
        found: dict[str, list[str]] = {}
        for element in self.elements:
            name = element.attributes.get("name", "")
            kind = element.attributes.get("type")
            if kind == "file":
                continue  # nobody can choose one beforehand
            chosen = kind not in {"checkbox", "radio"}
            if element.tag == "textarea":
                # A browser drops the first line end of a textarea's source.
                found.setdefault(name, []).append("".join(element.texts).removeprefix("\n"))
            elif element.tag == "input" and (chosen or "checked" in element.attributes):
                found.setdefault(name, []).append(element.attributes["value"])
        found.pop("token", None)
        return found


@dataclass
class Visitor:
    """A person with a browser, whose language is English unless a test says otherwise."""

    client: FlaskClient
    headers: Mapping[str, str] = field(default_factory=lambda: ENGLISH)

    def get(self, path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers={**self.headers, **named})

    def open(self, path: str) -> Page:
        """Open a page."""
        return Page(self.get(path))

    def token(self, path: str) -> str:
        """Return what every form of a page proves itself with."""
        found = {field.attributes["value"] for field in self.open(path).all("input", name="token")}
        (token,) = found
        return token

    def post(self, path: str, fields: Typed, **headers: str) -> TestResponse:
        """Send fields as they are, with no token of its own."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, data=fields, headers={**self.headers, **named})

    def press(self, path: str, do: str, fields: Typed | None = None) -> TestResponse:
        """Open a page, fill its form and press a button."""
        return self.post(path, {"token": self.token(path), "do": do, **(fields or {})})

    def fill(self, path: str, fields: Typed, do: str = "next") -> Page:
        """Fill a form, press a button and look at the page that comes."""
        response = self.press(path, do, fields)
        assert response.status_code == 303
        return self.open(response.headers["Location"].partition("#")[0])

    def attach(self, path: str, *files: Evidence) -> TestResponse:
        """Open a page, choose files on it, none or several, and send them."""
        form = multipart.body({"token": self.token(path)}, *files)
        return self.client.post(path, data=form, content_type=multipart.TYPE, headers=self.headers)

    def send_report(
        self, story: str = "They came to my mother's house.", files: Sequence[Evidence] = ()
    ) -> str:
        """Send a short report; return its code and stay on the receipt page."""
        self.fill("/q", {"story": story, "c_store": "yes"})
        if files:
            self.attach("/s/8/files", *files)
        page = self.fill("/s/10", {}, "send")
        groups = [element.text for element in page.within("ol") if element.tag == "li"]
        return "".join(sign for sign in "".join(groups) if sign.isdecimal())

    def open_mailbox(self, files: Sequence[Evidence] = ()) -> str:
        """Send a report, note its code down and open its mailbox with it."""
        code = self.send_report(files=files)
        self.fill("/s/code", {}, "written")
        self.fill("/s/code/try", {"first": code, "second": code})
        self.fill("/m", {"code": code, "keep": "hour"})
        return code
