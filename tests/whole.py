"""A report as a whole in tests: what is entered in it, and the ways to its pages."""

from datetime import timedelta

from flask import Flask
from werkzeug.test import TestResponse

from reporting import mailbox
from tests.builders_contact import a_reachable_report
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.deciders import CALM, Decider, Team, Typed, at_work
from tests.visitor import Page

VICTIM: dict[str, str] = {
    "line": "canary-aunt Rahile",
    "part": "victim",
    "relation": "reporter:relative",
}
HIM: dict[str, str] = {
    "line": "canary-him Li Wei",
    "part": "perpetrator",
    "relation": "perpetrator:police",
}
ACT: dict[str, str] = {
    "tactic": "threat.message",
    "year": "2026",
    "month": "3",
    "day": "14",
    "place": "online",
    "done_by": "1",
    "done_to": "",
    "sentence": "canary-sentence he called from 090-1234-5678",
}
QUESTION: dict[str, str] = {"question": "canary-question whose number is it?"}


def at(case: str, what: str = "") -> str:
    return f"/staff/case/{case}/whole{what}"


def owned(app: Flask, team: Team, clock: Clock, **said: object) -> tuple[str, str]:
    case, code = a_reachable_report(app, clock, **said)  # type: ignore[arg-type]
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "accept", CALM).status_code == 303
    assert team.mika.decide(case, "assign").status_code == 303
    return case, code


def back(app: Flask, who: Decider, clock: Clock, **by: float) -> Decider:
    """Let somebody come back later, when their sign-in has ended."""
    clock.advance(timedelta(**by))
    return at_work(app, who.member, clock)


def put(who: Decider, case: str, what: str, typed: Typed) -> TestResponse:
    """Open the page of an entry and send its form."""
    return who.send(who.open(at(case, what)), at(case, what), typed)


def take_off(who: Decider, case: str, what: str) -> TestResponse:
    return who.send(who.open(at(case, what)), at(case, f"{what}/off"))


def ask(who: Decider, case: str, typed: Typed = QUESTION) -> TestResponse:
    return who.send(who.open(at(case)), at(case, "/question"), typed)


def filled(app: Flask, team: Team, clock: Clock) -> tuple[str, str]:
    """Return a report with everything in it, and its code."""
    case, code = owned(app, team, clock)
    for what, typed in (("/person", HIM), ("/person", VICTIM), ("/act", ACT)):
        assert put(team.mika, case, what, typed).status_code == 303
    assert ask(team.mika, case).status_code == 303
    return case, code


def text_of(page: Page, part: str = "") -> str:
    if not part:
        return page.one("main").text
    return page.one("section", id=part).text


def write(app: Flask, clock: Clock, code: str) -> None:
    """Write to the team, as the reporter with their code."""
    service = the_staff(app).service
    with service.begin() as session:
        until = clock() + timedelta(hours=1)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        mailbox.write(session, opened, "canary-written", "en", clock())
