"""Clerk: somebody at a browser who finds links, fields and buttons by the words that they read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.visitor import ENGLISH, Element, Page

CONTROLS = {"input", "textarea", "select"}
HEADINGS = {"h2", "h3", "legend"}
Sent = dict[str, list[str]]


@dataclass
class Clerk:
    """A browser, the page that it shows, and what was changed on it and not sent yet.

    Fields are known by their place on the page.
    """

    client: FlaskClient
    address: str = ""
    page: Page | None = None
    typed: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def shown(self) -> Page:
        """The page in front of them."""
        assert self.page is not None, "no page is open"
        return self.page

    @property
    def text(self) -> str:
        """All words of the page."""
        return self.shown.one("body").text

    def go(self, address: str) -> None:
        """Open an address, and follow where it leads."""
        self._see(self.client.get(address, headers=ENGLISH), address)

    def open(self, words: str, under: str = "") -> None:
        """Follow the link that says this, or that begins with it and a random number."""
        links = [one for one in self._at(under) if one.tag == "a" and _says(one, words)]
        addresses = {one.attributes["href"] for one in links}
        assert len(addresses) == 1, f"{len(addresses)} links say {words!r} on: {self.text}"
        self.go(addresses.pop())

    def open_own(self) -> None:
        """Follow the link at the top that bears one's own name."""
        (link,) = (
            one
            for one in self.shown.elements
            if one.tag == "a"
            and any(outer.tag == "header" for outer in one.around)
            and any(outer.tag == "form" for outer in one.around)
        )
        self.go(link.attributes["href"])

    def fill(self, label: str, value: str, under: str = "") -> None:
        """Type something into the field with this label."""
        self.typed[self._labelled(label, under)] = (value,)

    def tick(self, label: str, under: str = "") -> None:
        """Tick a box, choose one of several, or take one out of a list."""
        options = [one for one in self._at(under) if one.tag == "option" and one.text == label]
        if options:
            (option,) = options
            self.typed[self._place(option.around[-1])] = (option.attributes["value"],)
            return
        place = self._labelled(label, under)
        chosen = self.shown.elements[place].attributes
        assert chosen["type"] in {"radio", "checkbox"}, f"{label!r} is nothing to tick"
        self.typed[place] = (chosen["value"],)

    def untick(self, label: str, under: str = "") -> None:
        """Take a tick away that stands there."""
        place = self._labelled(label, under)
        assert "checked" in self.shown.elements[place].attributes, f"{label!r} is not ticked"
        self.typed[place] = ()

    def press(self, words: str, under: str = "") -> None:
        """Press the button that says this; its form is sent as it stands."""
        buttons = [one for one in self._at(under) if one.tag == "button" and one.text == words]
        assert len(buttons) == 1, f"{len(buttons)} buttons say {words!r} on: {self.text}"
        (form,) = (one for one in buttons[0].around if one.tag == "form")
        sent = self._sent(form)
        name = buttons[0].attributes.get("name")
        if name:
            sent.setdefault(name, []).append(buttons[0].attributes["value"])
        address = form.attributes.get("action", self.address)
        answer = self.client.post(address, data=sent, headers=ENGLISH)
        self._see(answer, address)

    def read(self, words: str) -> None:
        """Find these words on the page."""
        assert words in self.text, f"{words!r} does not stand on: {self.text}"

    def _see(self, answer: TestResponse, address: str) -> None:
        while answer.status_code in {302, 303}:
            address = answer.headers["Location"].partition("#")[0]
            answer = self.client.get(address, headers=ENGLISH)
        self.address, self.page, self.typed = address, Page(answer), {}
        assert answer.status_code == 200, f"{address} says: {self.text}"

    def _at(self, under: str) -> Iterator[Element]:
        """Yield the elements of the page, or of the section or question that begins like this."""
        if not under:
            yield from self.shown.elements
            return
        heads = [one for one in self.shown.elements if one.tag in HEADINGS]
        (head,) = (one for one in heads if one.text.startswith(under))
        yield from (one for one in self.shown.elements if _is_in(one, head.around[-1]))

    def _labelled(self, label: str, under: str) -> int:
        """Return the place of the field that has this label."""
        labels = [one for one in self._at(under) if one.tag == "label"]
        # One with a hint in it begins with these words; another one that is them comes first.
        labels = [one for one in labels if one.text == label] or [
            one for one in labels if one.text.startswith(label)
        ]
        assert len(labels) == 1, f"{len(labels)} fields are called {label!r} on: {self.text}"
        field_id = labels[0].attributes["for"]
        (control,) = (one for one in self.shown.elements if one.attributes.get("id") == field_id)
        return self._place(control)

    def _place(self, element: Element) -> int:
        return next(n for n, one in enumerate(self.shown.elements) if one is element)

    def _sent(self, form: Element) -> Sent:
        """Return what a form sends; whatever was typed elsewhere would be lost unseen."""
        inside = {
            n: one
            for n, one in enumerate(self.shown.elements)
            if one.tag in CONTROLS and _is_in(one, form)
        }
        assert self.typed.keys() <= inside.keys(), "something was typed into another form"
        sent: Sent = {}
        for n, control in inside.items():
            for value in self._value(n, control.attributes, control):
                sent.setdefault(control.attributes["name"], []).append(value)
        return sent

    def _value(self, n: int, attributes: Mapping[str, str], control: Element) -> Sequence[str]:
        if n in self.typed:
            return self.typed[n]
        if control.tag == "textarea":
            return ["".join(control.texts).removeprefix("\n")]
        if control.tag == "select":
            return [self._selected(control)]
        if attributes["type"] in {"radio", "checkbox"}:
            return self._ticked(attributes)
        return [attributes["value"]]

    def _ticked(self, attributes: Mapping[str, str]) -> list[str]:
        """Return what a box sends that was left alone: nothing where another one was chosen."""
        names = {self.shown.elements[n].attributes.get("name") for n in self.typed}
        is_replaced = attributes["type"] == "radio" and attributes["name"] in names
        return [attributes["value"]] if "checked" in attributes and not is_replaced else []

    def _selected(self, menu: Element) -> str:
        options = [one for one in self.shown.elements if one.tag == "option" and _is_in(one, menu)]
        chosen = [one for one in options if "selected" in one.attributes] or options
        return chosen[0].attributes["value"]


def _is_in(element: Element, outer: Element) -> bool:
    """Say whether an element lies in another one; two may be equal and not the same."""
    return any(one is outer for one in element.around)


def _says(link: Element, words: str) -> bool:
    return link.text == words or link.text.startswith(f"{words} ")
