"""Over HTTP, what a card or a reporter hides from somebody is on none of their pages."""

import re
import secrets
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from admin import cards
from admin.list_rules import LISTS
from admin.recusal import Card
from crypto.roles import Role
from reporting.case_rows import LeaseRow
from reporting.ids import CaseId
from tests.builders import Seeds
from tests.builders_cases import CALM, URGENT, Office, a_card
from tests.builders_recusal import Told, file, without
from tests.builders_staff import a_member, an_auditor, first_page, noted, the_staff, token_of
from tests.conftest import Clock

ONCE = re.compile(rb'name="once" value="[0-9a-f]+"')
NEVER_WAS = "0" * 32
KINDS: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = (
    ("CN", {}),
    ("IR", {}),
    ("", {}),
    ("IR", {"contact_rule": ("not_community",)}),
    ("RU", {"contact_rule": ("woman_only",)}),
    ("RU", {"contact_rule": ("not_japanese_gov",)}),
    ("RU", {}),
)
CARDS: dict[str, dict[str, object]] = {
    "recused": {"states": frozenset({"CN"})},
    "noted": {"noted": frozenset({"IR"}), "in_government": True},
    "neither": {"is_woman": False},
}


def filed(office: Office) -> list[Told]:
    """File a report of each kind, one half of them urgent."""
    found = []
    for n, (state, keep_to) in enumerate(KINDS):
        answers = {**(URGENT if n % 2 else CALM), **({"state": (state,)} if state else {})}
        case = file(office, answers, keep_to)
        found.append(Told(case, frozenset({state} - {""}), frozenset(), keep_to))
    return found


def pages(client: FlaskClient, cases: list[CaseId]) -> dict[str, bytes]:
    """Return every page about reports, without the numbers that are new each time."""
    addresses = ["/staff/", "/staff/campaigns", *(f"/staff/list/{name}" for name in LISTS)]
    of_each = ("", "/links", "/identifiers")
    addresses += [f"/staff/case/{case.hex()}{what}" for case in cases for what in of_each]
    return {address: ONCE.sub(b"", client.get(address).data) for address in addresses}


def handed_out(app: Flask, client: FlaskClient) -> str:
    """Press the button for the next report, and let nobody have it in hand."""
    token = token_of(client.get("/staff/"))
    answer = client.post("/staff/next", data={"token": token, "once": secrets.token_hex(8)})
    with the_staff(app).service.begin() as session:
        session.execute(delete(LeaseRow))
    return answer.headers.get("Location", answer.text)


@pytest.mark.parametrize("kind", sorted(CARDS))
def test_every_page_is_that_of_a_database_without_what_is_hidden(
    app: Flask, seeds: Seeds, clock: Clock, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    card: Card = replace(a_card(clock), **CARDS[kind])  # type: ignore[arg-type]
    monkeypatch.setattr(cards, "own", lambda *_about: card)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    client = app.test_client()
    client.set_cookie("__Host-l", "en")
    first_page(client, a_member(app, seeds, "Susan Mori", Role.SUPERVISOR), clock)
    reports = filed(Office(app, clock, {}))
    hidden = [one.case for one in reports if one.is_hidden(card)]
    visible = [one.case for one in reports if not one.is_hidden(card)]
    assert hidden
    assert visible
    missing = client.get(f"/staff/case/{NEVER_WAS}")
    for case in hidden:
        answer = client.get(f"/staff/case/{case.hex()}")
        assert (answer.status_code, answer.data) == (missing.status_code, missing.data)
        assert noted(app, seeds, case.hex()) == ["recusal.hit"]
    pages(client, visible)  # so that each was opened before
    told = {**pages(client, visible), "next": handed_out(app, client).encode()}
    for body in told.values():
        assert not [case for case in hidden if case.hex() in body.decode()]
    with the_staff(app).service.begin() as session:
        without(session, hidden)
    assert {**pages(client, visible), "next": handed_out(app, client).encode()} == told


def test_that_a_hidden_report_was_asked_for_is_for_auditors_alone(
    app: Flask, seeds: Seeds, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    recused = replace(a_card(clock), states=frozenset({"CN"}))
    monkeypatch.setattr(cards, "own", lambda *_about: recused)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    case = file(Office(app, clock, {}), {**CALM, "state": ("CN",)}, {})
    client, auditor = app.test_client(), app.test_client()
    for browser in (client, auditor):
        browser.set_cookie("__Host-l", "en")
    first_page(client, a_member(app, seeds, "Rei Mori", Role.REVIEWER), clock)
    assert client.get(f"/staff/case/{case.hex()}").status_code == 404
    assert client.get("/staff/audit").status_code == 404
    log = first_page(auditor, an_auditor(app, seeds), clock).text
    assert "asked for a report that is hidden from them" in log
