"""Interpreters in tests: a team in which some read a rare language, and the ways to their pages."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from admin import cards, names
from admin.recusal import Card
from crypto.roles import Role
from crypto.standing import Stage
from forms.answers import Answers, GivenConsent, Report
from reporting import intake, mailbox
from reporting.lent_rows import LentRow
from tests.builders import Seeds
from tests.builders_cases import a_card
from tests.builders_staff import a_member, the_staff
from tests.conftest import Clock
from tests.deciders import Decider, a_team
from tests.visitor import Page

NUMBER = "090-1234-5678"
EMAIL = "gulnar@example.org"
STORY = f"Ular meni {NUMBER} din chaqirdi, {EMAIL}. Ren Okada tonuydu."
ANSWER = "They called me from [a number], and someone knew me."
SAYS: Answers = {"kinds": ("threat",), "state": ("IR",), "danger": ("soon",)}
YES: Answers = {"interpreter": ("yes",), "language": ("ug",)}
SILENT: Answers = {"language": ("ug",)}
NOTED = frozenset({"IR"})
READS_IT = frozenset({"ug"})
ASKED = "You are asked to translate a text"
HELPED = "helped to translate one of your texts"
TWO_DAYS = timedelta(hours=48)


def cards_of(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> dict[str, Card]:
    """Return the cards of people by their names, for tests to fill in; nobody else has a tie."""
    reads = replace(a_card(clock), languages=frozenset({"ug"}))
    found = {"Tara Noor": reads, "Stella Abe": reads}
    monkeypatch.setattr(
        cards, "own", lambda _session, ring, *_about: found.get(ring.person.name, a_card(clock))
    )
    return found


def a_staff(
    app: Flask, seeds: Seeds, clock: Clock, said: dict[str, Card], monkeypatch: pytest.MonkeyPatch
) -> dict[str, Decider]:
    """Return a team with a trainee, a steward, an auditor and an administrator beside it."""
    app.config["PREFERRED_URL_SCHEME"] = "https"
    beside = [
        a_member(app, seeds, "Tara Noor", stage=Stage.TRAINEE),
        a_member(app, seeds, "Stella Abe", Role.STEWARD),
        a_member(app, seeds, "Ada Admin", Role.ADMINISTRATOR),
        a_member(app, seeds, "Vera Vetted", stage=Stage.VETTED),
    ]
    team = a_team(app, seeds, clock)
    found = {one.name.split()[0].lower(): Decider(app, one, clock) for one in beside}
    found |= {name: getattr(team, name) for name in ("aiko", "ren", "mika", "sora", "yui", "kenji")}
    called = {one.member.id: one.member.name for one in found.values()}
    monkeypatch.setattr(names, "known", lambda _desk: called)
    monkeypatch.setattr(
        cards,
        "of_everybody",
        lambda _session, ring, *_about: {
            one.member.id: said.get(one.member.name, a_card(clock))
            for one in found.values()
            if Role.SUPERVISOR in ring.person.roles
        },
    )
    return found


def filed(app: Flask, clock: Clock, keep_to: Answers = YES, story: str = STORY) -> tuple[str, str]:
    """Store a report about a state; return its number in hex and its code."""
    consents = {"c_store": GivenConsent("yes", hashlib.sha256(b"Keep it").hexdigest(), "en")}
    report = Report("short", SAYS, story, keep_to, "en", consents)
    service = the_staff(app).service
    sealed = intake.prepare(report, service.desk, clock())
    with service.begin() as session:
        intake.store(session, sealed)
    return bytes(sealed.case["id"]).hex(), sealed.receipt.digits  # type: ignore[arg-type]


def at(case: str, what: str = "") -> str:
    return f"/staff/case/{case}/interpreter{what}"


def ask(who: Decider, case: str, to: Decider, **typed: str) -> tuple[int, str]:
    given = {"to": to.member.id.hex(), "text": "story", "reason": "unread", **typed}
    sent = who.send(who.open(at(case)), at(case), given)
    return sent.status_code, sent.text


def offered(who: Decider, case: str) -> set[str]:
    page = who.open(at(case))
    inside = [
        one for one in page.all("option") if any(a.attributes.get("id") == "to" for a in one.around)
    ]
    assert inside[:1] == [] or inside[0].attributes["value"] == ""
    return {one.attributes["value"] for one in inside[1:]}


def ids(*people: Decider) -> set[str]:
    return {one.member.id.hex() for one in people}


def asked_of(who: Decider) -> list[str]:
    """Return the addresses of what somebody is asked to translate, from their first page."""
    page = who.client.get("/staff/", follow_redirects=True)
    assert page.status_code == 200
    return [
        one.attributes["href"]
        for one in Page(page).all("a")
        if one.attributes["href"].startswith("/staff/translate/")
    ]


def came_back(who: Decider, case: str) -> bool:
    """Say whether a report is in the list of what interpreters answered, or nobody did."""
    (count,) = [one.text for one in who.open("/staff/").all("a", href="/staff/list/lent")] or [""]
    is_in = case[:8] in who.open("/staff/list/lent").response.text
    assert is_in == ("1" in count)
    return is_in


def rows(app: Flask) -> list[LentRow]:
    with the_staff(app).service.read() as session:
        found = list(session.scalars(select(LentRow)))
        session.expunge_all()
    return found


def anew(*people: Decider) -> None:
    """Let people sign in anew: whoever does nothing for long is signed out."""
    for one in people:
        vars(one).pop("client", None)


def write(app: Flask, code: str, clock: Clock, text: str) -> None:
    service = the_staff(app).service
    with service.begin() as session:
        opened = mailbox.enter(session, code, service.desk.pepper, clock() + timedelta(hours=1))
        mailbox.write(session, opened, text, "en", clock())


def token(page: Page) -> str:
    return page.all("input", name="token")[0].attributes["value"]


def fields_of(page: Page) -> dict[str, str]:
    return {"once": page.all("input", name="once")[0].attributes["value"]}
