"""What whoever answers a reporter sees before they write: what was allowed, refused and changed."""

import pytest
from flask import Flask

from forms.answers import GivenConsent, Report
from forms.choices import CHOICES, KEEP, LINK, STORE
from reporting import intake
from reporting.models import Mail
from tests.builders import Seeds
from tests.builders_mailbox import choose, decline, enter
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.deciders import Decider, Team, a_team

CONTACT = "c_contact"


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def filed(app: Flask, clock: Clock, way: str = "", allowed: str = "") -> tuple[str, str]:
    """Return a report that somebody sent, with the way of contact they chose, and its code."""
    service = the_staff(app).service
    given = {STORE: "yes", CONTACT: allowed}
    consents = {name: GivenConsent(code, "0" * 64, "en") for name, code in given.items() if code}
    contact = {"contact": (way,)} if way else {}
    report = Report("guided", {"kinds": ("threat",)}, "They came.", contact, "en", consents)
    sealed = intake.prepare(report, service.desk, clock())
    with service.begin() as session:
        intake.store(session, sealed)
    case = sealed.case["id"]
    assert isinstance(case, bytes)
    return case.hex(), sealed.receipt.digits


def conversation(who: Decider, case: str) -> str:
    return who.case(case).one("section", id="messages").text


def replies(who: Decider) -> str:
    return who.open("/staff/list/replies").response.text


@pytest.mark.parametrize(
    ("allowed", "said"),
    [
        ("no", "They said that we may not answer or ask."),
        ("yes", "They said that we may answer and ask"),
        ("", "They did not say whether we may answer."),
    ],
)
def test_whether_the_team_may_answer_stands_beside_the_answer(
    app: Flask, clock: Clock, team: Team, allowed: str, said: str
) -> None:
    case, _code = filed(app, clock, allowed=allowed)
    assert said in conversation(team.aiko, case)


def test_that_no_answer_is_wanted_stands_there_and_no_other_way_of_contact(
    app: Flask, clock: Clock, team: Team
) -> None:
    case, _code = filed(app, clock, "none")
    other, _code = filed(app, clock, "signal")
    assert "Please do not answer" in conversation(team.aiko, case)
    assert "Signal" not in team.aiko.case(other).response.text


def test_a_choice_that_changed_waits_among_the_replies_until_somebody_reads_it(
    app: Flask, clock: Clock, team: Team
) -> None:
    case, code = filed(app, clock)
    service = the_staff(app).service
    mailbox = enter(service, code)
    assert case not in replies(team.aiko)
    choose(service, mailbox, KEEP, "3")
    assert case not in replies(team.aiko)
    choose(service, mailbox, LINK, "yes")
    assert case in replies(team.aiko)
    shown = team.aiko.case(case).one("section", **{"aria-labelledby": "choices-title"}).text
    assert f"{CHOICES[LINK].text} No, never → Yes" in shown
    assert case not in replies(team.aiko)
    choose(service, mailbox, LINK, "yes")
    assert case not in replies(team.aiko)


def test_a_choice_about_a_report_that_has_ended_is_new_to_nobody(
    app: Flask, clock: Clock, seeds: Seeds
) -> None:
    _team = a_team(app, seeds, clock)
    case, code = filed(app, clock)
    service = the_staff(app).service
    decline(service, code, "We cannot help with this.")
    choose(service, enter(service, code), LINK, "yes")
    with service.read() as session:
        assert session.get(Mail, bytes.fromhex(case)) is None


def test_what_was_refused_is_folded_and_what_was_allowed_is_not(
    app: Flask, clock: Clock, team: Team
) -> None:
    case, code = filed(app, clock)
    choose(the_staff(app).service, enter(the_staff(app).service, code), "c_share.un", "ask")
    page = team.aiko.case(case)
    folded = next(one for one in page.all("details") if "Never, or not answered" in one.text)
    assert CHOICES["c_share.media"].about in folded.text
    assert CHOICES["c_share.un"].about not in folded.text
    shown = page.one("section", **{"aria-labelledby": "choices-title"}).text
    assert f"{CHOICES['c_share.un'].about}Ask me first, each time" in shown
