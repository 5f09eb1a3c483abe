"""Deciders: people of the team who take reports and decide, in browsers without script."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin import cards
from crypto.roles import Role
from tests import snapshots
from tests.builders import FOUNDED, Seeds
from tests.builders_staff import SIGNED_IN, StaffMember, a_member, cookie_of, sign_in
from tests.conftest import Clock
from tests.visitor import Element, Page

Typed = Mapping[str, str | list[str]]
# What a report says yes to needs an answer of its own; of all others this one is no, too.
NOT_NOW: Typed = {"harm_soon": "no", "rest_no": "yes"}
CALM: Typed = {"level": "1", "level_reason": "it is long ago", **NOT_NOW}
URGENT: Typed = {"level": "3", "level_reason": "it goes on", **NOT_NOW}

# A grade as somebody types it.
PLAUSIBLE: Mapping[str, str] = {
    "verification": "plausible",
    "verification_basis": "Their account fits what is known.",
    "state_link": "unclear",
    "state_link_basis": "Nobody said who sent them.",
    "reliable": "2",
    "credible": "3",
    "sources": "1",
}


@dataclass(frozen=True)
class Decider:
    """Somebody of the team at their browser, signed in when they first need it."""

    app: Flask
    member: StaffMember
    clock: Clock

    @classmethod
    def at(cls, client: FlaskClient, app: Flask, member: StaffMember, clock: Clock) -> "Decider":
        """Return somebody who is signed in already, in this browser."""
        somebody = cls(app, member, clock)
        vars(somebody)["client"] = client
        return somebody

    @cached_property
    def client(self) -> FlaskClient:
        """Their browser."""
        client = self.app.test_client()
        client.set_cookie("__Host-l", "en")
        sign_in(client, self.member, self.clock, waits=False)
        if self.clock().date() > FOUNDED:
            client.get("/staff/")  # on a later day, who comes in first does what is due
        return client

    def open(self, path: str) -> Page:
        """Open a page that is there."""
        response = self.client.get(path)
        assert response.status_code == 200, (response.status_code, response.text)
        return Page(response)

    def case(self, case: str) -> Page:
        """Open a report."""
        return self.open(f"/staff/case/{case}")

    def send(self, page: Page, action: str, typed: Typed | None = None) -> TestResponse:
        """Send the form of a page that goes there, with something typed or chosen in it."""
        fields = {**dict(_filled(page, action)), **(typed or {})}
        return self.client.post(action, data=fields)

    def pull(self) -> TestResponse:
        """Press the button for the next report."""
        return self.send(self.open("/staff/"), "/staff/next")

    def pulled(self) -> str:
        """Return the report that the button hands out."""
        return self.pull().headers["Location"].rpartition("/")[2]

    def triage(self, case: str, do: str, typed: Typed = CALM) -> TestResponse:
        """Answer what the first look asks, and press one of its buttons."""
        return self.send(self.case(case), f"/staff/case/{case}/code", {**typed, "do": do})

    def decide(self, case: str, move: str, typed: Typed | None = None) -> TestResponse:
        """Open the page of a move, fill it in and send it."""
        address = f"/staff/case/{case}/decide/{move}"
        return self.send(self.open(address), address, typed)

    def press(self, case: str, what: str, typed: Typed | None = None) -> TestResponse:
        """Press a button on the page of a report."""
        return self.send(self.case(case), f"/staff/case/{case}/{what}", typed)


@dataclass(frozen=True)
class Team:
    """Two reviewers, two caseworkers and two supervisors."""

    aiko: Decider
    ren: Decider
    mika: Decider
    sora: Decider
    yui: Decider
    kenji: Decider


def a_team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    """Let a team join; everybody belongs before the first of them makes the next keys."""
    app.config["PREFERRED_URL_SCHEME"] = "https"
    roles = {
        "Aiko Mori": Role.REVIEWER,
        "Ren Okada": Role.REVIEWER,
        "Mika Sato": Role.CASEWORKER,
        "Sora Ito": Role.CASEWORKER,
        "Yui Kato": Role.SUPERVISOR,
        "Kenji Abe": Role.SUPERVISOR,
    }

    def come() -> tuple[list[StaffMember], str]:
        members = [a_member(app, seeds, name, role) for name, role in roles.items()]
        # Who reads for both groups comes first, and makes the keys for all.
        return members, cookie_of(Decider(app, members[4], clock).client)

    is_as_written = cards.own.__module__ == cards.__name__
    members, cookie = snapshots.once(app, clock, "a team", come) if is_as_written else come()
    team = Team(*(Decider(app, member, clock) for member in members))
    client = app.test_client()
    client.set_cookie("__Host-l", "en")
    client.set_cookie(SIGNED_IN, cookie)
    return replace(team, yui=Decider.at(client, app, team.yui.member, clock))


def at_work(app: Flask, member: StaffMember, clock: Clock) -> Decider:
    """Sign somebody in."""
    somebody = Decider(app, member, clock)
    _signed_in = somebody.client
    return somebody


def _filled(page: Page, action: str) -> Iterator[tuple[str, str | list[str]]]:
    """Yield the fields that a form of the page would send if nothing was changed."""
    forms = page.all("form", action=action)
    assert forms, f"no form goes to {action}: {page.response.text}"
    inside = [element for element in page.elements if forms[0] in element.around]
    states = [element.attributes["value"] for element in inside if _is_chosen_state(element)]
    for element in inside:
        with suppress(KeyError):
            if element.attributes["name"] != "states":
                yield from _value(element, inside)
    if states:
        yield "states", states


def _value(element: Element, inside: list[Element]) -> Iterator[tuple[str, str]]:
    name, kind = element.attributes["name"], element.attributes.get("type", "")
    if element.tag == "textarea":
        yield name, "".join(element.texts).removeprefix("\n")
    elif element.tag == "select":
        options = [one for one in inside if one.tag == "option" and element in one.around]
        chosen = [one for one in options if "selected" in one.attributes] or options
        yield name, chosen[0].attributes["value"]
    elif element.tag == "input" and (kind not in {"radio", "checkbox"} or _is_checked(element)):
        yield name, element.attributes["value"]


def _is_checked(element: Element) -> bool:
    return "checked" in element.attributes


def _is_chosen_state(element: Element) -> bool:
    return element.attributes.get("name") == "states" and _is_checked(element)
