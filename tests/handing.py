"""Handing a report to one person its reporter did not want, step by step, as a team does it."""

import hashlib
from datetime import timedelta

from flask import Flask

from forms.answers import Answers, GivenConsent, Report
from reporting import intake
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.deciders import Decider, Team, Typed
from tests.stepping_up import confirm

NOW_URGENT: Answers = {"kinds": ("threat",), "danger": ("now",), "state": ("IR",)}
WISH: Answers = {"contact_rule": ("not_community",)}
LANGUAGE: Typed = {"reason": "language"}


def filed(app: Flask, clock: Clock, keep_to: Answers = WISH) -> tuple[str, str]:
    """Store an urgent report about a state; return its number in hex and its code."""
    consents = {"c_store": GivenConsent("yes", hashlib.sha256(b"Keep it").hexdigest(), "en")}
    report = Report("short", NOW_URGENT, "They came.", keep_to, "en", consents)
    service = the_staff(app).service
    sealed = intake.prepare(report, service.desk, clock())
    with service.begin() as session:
        intake.store(session, sealed)
    return bytes(sealed.case["id"]).hex(), sealed.receipt.digits  # type: ignore[arg-type]


def waited(app: Flask, clock: Clock, *who: Decider, minutes: int = 31) -> None:
    clock.advance(timedelta(minutes=minutes))
    for one in who:
        # Whoever does nothing for so long is signed out.
        vars(one).pop("client", None)
        confirm(app, one.client, clock)


def at(case: str, what: str = "") -> str:
    return f"/staff/case/{case}/hand{what}"


def offered(who: Decider, case: str) -> list[str]:
    return [one.attributes["value"] for one in who.open(at(case)).all("option")]


def propose(who: Decider, case: str, to: Decider) -> tuple[int, str]:
    typed = {**LANGUAGE, "to": to.member.id.hex()}
    sent = who.send(who.open(at(case)), at(case), typed)
    return sent.status_code, sent.text


def agree(who: Decider, case: str) -> int:
    return who.send(who.open(at(case)), at(case, "/agree")).status_code


def sees(who: Decider, case: str) -> bool:
    mine = who.open("/staff/list/mine").response.text
    status = who.client.get(f"/staff/case/{case}").status_code
    assert (case[:8] in mine) <= (status == 200)
    return status == 200


def handed(app: Flask, team: Team, clock: Clock) -> str:
    """Return a report that Yui and Kenji handed to Aiko."""
    case, _code = filed(app, clock)
    waited(app, clock, team.yui, team.kenji)
    assert propose(team.yui, case, team.aiko)[0] == 303
    assert agree(team.kenji, case) == 303
    return case
