"""People are called by e-mail when something urgent waits, and the mail says nothing about it."""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle

import pytest
from flask import Flask

from admin import cli_call, doctor, mail_server
from admin.models import Lapse, StandingRow
from admin.on_call import Called
from crypto.acts import Removal
from reporting.settings import MailServer, MailTls, Settings
from tests.arrivals import signed_by_managers
from tests.builders import FOUNDED, Seeds
from tests.builders_cases import CALM, URGENT, Office, an_office_at_work
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.postbox import Postbox, a_postbox
from tests.typist import run
from wsgi import Installation

WORDS = "Please sign in when you can.\n"
NEVER = timedelta(days=400)
CRANE = ("call", "add", "Crane", "crane@example.org", "--language", "en")
HERON = ("call", "add", "Heron", "heron@example.org", "--hours", "mon-sun 20:00-08:00")


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server on this machine."""
    with a_postbox() as made:
        yield made


@pytest.fixture
def no_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance that lets every call go out at once, and puts practice off for long."""
    monkeypatch.setattr(cli_call, "_CHANCE", lambda: 0.0)
    monkeypatch.setattr("admin.calling._until_practice", lambda _chance: NEVER)


@pytest.fixture
def installation(app: Flask, clock: Clock, postbox: Postbox) -> Installation:
    """An office with a mail server; its time zone is Japan's, where it is half past six."""
    settings: Settings = app.extensions["tomoshibi"].settings
    return Installation(replace(settings, mail=server(postbox)), clock)


@pytest.fixture
def desk(app: Flask, clock: Clock) -> Office:
    """Where reports come in."""
    return Office(app, clock, {})


def server(postbox: Postbox) -> MailServer:
    return MailServer("127.0.0.1", postbox.port, MailTls.NONE, "office@example.org")


def said(installation: Installation, *words: str) -> str:
    done = run(installation, *words)
    assert done.exit_code == 0, done.output
    return done.output


def refused(installation: Installation, *words: str) -> str:
    done = run(installation, *words)
    assert done.exit_code != 0, done.output
    return done.output


@pytest.mark.usefixtures("no_practice")
def test_an_urgent_report_calls_whoever_is_on_call_again_and_again(
    installation: Installation, desk: Office, postbox: Postbox
) -> None:
    said(installation, *CRANE)
    said(installation, *HERON)
    desk.report(CALM)
    said(installation, "call", "run")
    assert postbox.recipients == []
    desk.report(URGENT, "Canary-Story: they wait before the house of my sister.")
    said(installation, "call", "run")
    assert postbox.recipients == ["crane@example.org"]  # in the evening Heron is not on call yet
    desk.later(minutes=29)
    said(installation, "call", "run")
    assert len(postbox.recipients) == 1
    desk.later(minutes=1)
    said(installation, "call", "run")
    assert len(postbox.recipients) == 2
    desk.later(hours=1)  # eight o'clock in Japan
    said(installation, "call", "run")
    assert postbox.recipients[2:] == ["crane@example.org", "heron@example.org"]


@pytest.mark.usefixtures("no_practice")
def test_a_call_says_nothing_about_reports(
    installation: Installation, desk: Office, postbox: Postbox
) -> None:
    said(installation, *CRANE)
    cases = [desk.report(URGENT, f"Canary-Story {n}") for n in range(3)]
    said(installation, "call", "run")
    (letter,) = postbox.letters
    assert postbox.texts == [WORDS]
    whole = letter.as_string()
    assert not any(case.hex()[:8] in whole for case in cases)
    assert "Canary" not in whole
    assert "urgent" not in whole.lower()
    assert "3" not in letter["Subject"]


def test_practice_calls_are_like_all_others(
    installation: Installation, desk: Office, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = cycle([0.5])
    monkeypatch.setattr(cli_call, "_CHANCE", lambda: next(numbers))
    said(installation, *CRANE)
    said(installation, "call", "run")
    assert postbox.letters == []
    desk.later(hours=34)
    said(installation, "call", "run")
    assert postbox.texts == [WORDS]
    desk.report(URGENT)
    desk.later(minutes=30)
    said(installation, "call", "run")
    desk.later(minutes=6)
    said(installation, "call", "run")
    assert postbox.texts == [WORDS, WORDS]
    first, second = postbox.letters
    assert first.keys() == second.keys()
    assert first["Subject"] == second["Subject"]


@pytest.mark.usefixtures("no_practice")
def test_where_nobody_stands_in_the_rota_everybody_is_called(
    installation: Installation, desk: Office, postbox: Postbox
) -> None:
    said(installation, *HERON)
    desk.report(URGENT)
    said(installation, "call", "run")
    assert postbox.recipients == ["heron@example.org"]


@pytest.mark.usefixtures("no_practice")
def test_a_call_that_did_not_go_out_is_tried_again_and_its_log_names_nobody(
    installation: Installation, desk: Office, postbox: Postbox
) -> None:
    said(installation, *CRANE)
    desk.report(URGENT)
    postbox.refuses.add("crane@example.org")
    told = refused(installation, "call", "run")
    assert "The mail server refused an address." in told
    assert "crane" not in told.lower()
    assert "did not go out to: Crane" in advice(installation, "calls")
    postbox.refuses.clear()
    said(installation, "call", "run")
    assert postbox.recipients == ["crane@example.org"]
    assert advice(installation, "calls") == ""


@pytest.mark.usefixtures("no_practice")
def test_a_crash_after_a_call_does_not_forget_it(
    installation: Installation, desk: Office, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(installation, *CRANE)
    said(installation, "call", "add", "Stork", "stork@example.org")
    desk.report(URGENT)
    send = mail_server.send

    def stopped(there: MailServer, person: Called, now: datetime) -> None:
        if person.name == "Stork":
            raise KeyboardInterrupt
        send(there, person, now)

    monkeypatch.setattr(mail_server, "send", stopped)
    refused(installation, "call", "run")
    monkeypatch.setattr(mail_server, "send", send)
    said(installation, "call", "run")
    assert postbox.recipients == ["crane@example.org", "stork@example.org"]


def test_a_call_can_be_tried_out_once_in_half_an_hour(
    installation: Installation, desk: Office, postbox: Postbox
) -> None:
    said(installation, *CRANE)
    assert "took the call to Crane" in said(installation, "call", "test", "Crane")
    assert postbox.texts == [WORDS]
    assert "less than half an hour ago" in refused(installation, "call", "test", "Crane")
    desk.later(minutes=30)
    said(installation, "call", "test", "Crane")
    assert "Nobody is called by the name Swan" in refused(installation, "call", "test", "Swan")


@pytest.mark.usefixtures("no_practice")
def test_an_address_that_fails_or_is_wrong_keeps_nobody_else_from_being_called(
    installation: Installation, desk: Office, postbox: Postbox
) -> None:
    said(installation, *CRANE)
    said(installation, "call", "add", "Stork", "stork@example.org")
    said(installation, "call", "add", "Swan", "swan@example.org")
    path = installation.settings.instance / "oncall.toml"
    wrong = path.read_text(encoding="utf-8").replace("swan@example.org", "swan\\r\\nBcc: all@x")
    path.write_text(wrong, encoding="utf-8")
    desk.report(URGENT)
    postbox.refuses.add("crane@example.org")
    told = refused(installation, "call", "run")
    assert "entry 3: `name` or what stands with it is wrong." in told
    assert "swan" not in told
    assert postbox.recipients == ["stork@example.org"]
    assert "Bcc" not in postbox.letters[0].as_string()


@pytest.mark.usefixtures("no_practice")
def test_whoever_is_on_the_team_no_more_is_called_no_more(
    app: Flask, seeds: Seeds, clock: Clock, installation: Installation, postbox: Postbox
) -> None:
    team = an_office_at_work(app, seeds, clock)
    people = {"Crane": "rei", "Stork": "robin", "Swan": "mei"}
    for bird, name in people.items():
        said(installation, "call", "add", bird, f"{bird.lower()}@example.org")
        said(installation, "call", "bind", bird, team.id(name).hex()[:8])
    assert "Crane: always (all languages, while on the team)" in said(installation, "call", "list")
    team.report(URGENT)
    signed_by_managers(app, seeds, Removal(FOUNDED, team.id("rei")), 1)
    with the_staff(app).service.begin() as session:
        session.add(Lapse(member_id=team.id("robin")))
    said(installation, "call", "run")
    assert postbox.recipients == ["swan@example.org"]
    said(installation, "call", "remove", "Swan")
    team.later(minutes=30)
    assert "Nobody who is on call is on the team" in refused(installation, "call", "run")
    assert len(postbox.letters) == 1


@pytest.mark.usefixtures("no_practice")
def test_where_the_standing_of_people_was_altered_everybody_is_called(
    app: Flask, seeds: Seeds, clock: Clock, installation: Installation, postbox: Postbox
) -> None:
    team = an_office_at_work(app, seeds, clock)
    said(installation, *CRANE)
    said(installation, "call", "bind", "Crane", team.id("rei").hex())
    team.report(URGENT)
    with the_staff(app).service.begin() as session:
        session.add(StandingRow(member_id=team.id("rei"), n=99, signed=b"altered"))
    assert "everybody is called" in refused(installation, "call", "run")
    assert postbox.recipients == ["crane@example.org"]


def test_two_runs_never_call_at_the_same_time(installation: Installation) -> None:
    said(installation, *CRANE)
    handle = os.open(installation.settings.instance, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert "being sent already" in refused(installation, "call", "run")
    os.close(handle)
    said(installation, "call", "run")


def advice(installation: Installation, name: str) -> str:
    return {finding.name: finding.advice for finding in doctor.examine(installation)}[name]
