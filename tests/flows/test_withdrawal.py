"""Taking a report back, from the page of its reporter to the queue of the team and the log."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from crypto.roles import Group, Role
from reporting.models import Case, CasePart, ConsentRow, Drop, Mailbox, Parked, State
from reporting.office_rows import Epoch
from tests.builders import Seeds
from tests.builders_staff import (
    a_member,
    an_auditor,
    first_page,
    flipped,
    the_staff,
    token_of,
)
from tests.conftest import Clock
from tests.visitor import Visitor

TAKEN = "You have taken your report back"
DAYS = timedelta(days=1)
NEVER_WAS = "0" * 32


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return Visitor(app.test_client())


def only_case(app: Flask) -> str:
    with the_staff(app).service.read() as session:
        return session.scalars(select(Case.id)).one().hex()


def count(app: Flask, model: type[Case | Drop | Parked]) -> int:
    """Count rows; what an erased report leaves counts as none."""
    counting = select(func.count()).select_from(model)
    if model is Case:
        counting = counting.where(Case.state != State.ERASED)
    with the_staff(app).service.read() as session:
        return session.scalar(counting) or 0


def signed_in(app: Flask, seeds: Seeds, clock: Clock, *roles: Role) -> FlaskClient:
    """Return the browser of somebody new with these roles."""
    client = app.test_client()
    client.set_cookie("__Host-l", "en")
    first_page(client, a_member(app, seeds, f"Somebody {clock.now}", *roles), clock)
    return client


def verbs(app: Flask, seeds: Seeds, clock: Clock) -> str:
    client = app.test_client()
    client.set_cookie("__Host-l", "en")
    return first_page(client, an_auditor(app, seeds), clock).text


def take_back(visitor: Visitor) -> str:
    """Send a report, take it back and return its code."""
    code = visitor.open_mailbox()
    page = visitor.fill("/m/end", {"word": "erase"})
    assert page.heading == TAKEN
    return code


def test_taking_back_needs_the_word(app: Flask, visitor: Visitor) -> None:
    visitor.open_mailbox()
    page = visitor.fill("/m/end", {"word": "yes"})
    assert page.problems == ["Please type the word exactly as it stands here, or go back."]
    assert page.typed["word"] == ["yes"]
    assert count(app, Parked) == 0
    assert visitor.fill("/m/end", {"word": "Erase"}).heading == TAKEN
    assert count(app, Parked) == 2


def test_the_word_to_type_is_in_the_language_of_the_page(visitor: Visitor) -> None:
    visitor.open_mailbox()
    page = visitor.fill("/m/end", {"word": "erase"}, do="lang-ja")
    assert page.one("label", **{"for": "word"}).text.endswith("消す")
    assert visitor.fill("/m/end", {"word": "erase"}).problems
    assert not visitor.fill("/m/end", {"word": "消す"}).problems


def test_from_that_moment_the_report_does_not_exist_for_the_team(
    app: Flask, reviewer: FlaskClient, visitor: Visitor, seeds: Seeds, clock: Clock
) -> None:
    visitor.open_mailbox()
    visitor.fill("/m/write", {"text": "more"})
    case = only_case(app)
    assert reviewer.get(f"/staff/case/{case}").status_code == 200
    token = token_of(reviewer.get("/staff/"))
    visitor.fill("/m/end", {"word": "erase"})
    assert case not in reviewer.get("/staff/list/received").text
    gone, never = (reviewer.get(f"/staff/case/{number}") for number in (case, NEVER_WAS))
    assert (gone.status_code, gone.data) == (never.status_code, never.data)
    assert gone.status_code == 404
    for kind in ("note", "reply"):
        sent = reviewer.post(f"/staff/case/{case}/{kind}", data={"token": token, "text": "x"})
        assert sent.status_code == 404
    assert "withdrawn" in verbs(app, seeds, clock)


def test_the_mailbox_tells_how_things_stand_and_takes_nothing_more(visitor: Visitor) -> None:
    code = visitor.open_mailbox()
    visitor.fill("/m/write", {"text": "my last words"})
    token = visitor.token("/m/write")
    visitor.fill("/m/end", {"word": "erase"})
    page = visitor.fill("/m", {"code": code, "keep": "hour"})
    assert page.one("p", **{"class": "note"}).text == (
        "You took your report back. The team can no longer open it. Until December 1, 2026 only"
        " your code brings it back. After that day it is erased."
    )
    assert page.one("a", **{"class": "door first"}).text == "I changed my mind: bring it back"
    assert page.one("article").text.endswith("my last words")
    hrefs = [link.attributes["href"] for link in page.within("main") if link.tag == "a"]
    assert hrefs == ["/m/end", "/leave"]
    sent = visitor.post("/m/write", {"token": token, "do": "next", "text": "one more"})
    assert sent.headers["Location"] == "/m/end"
    assert "What you wrote last was not sent." in visitor.open("/m/end").one("main").text
    assert visitor.get("/m/choices").headers["Location"] == "/m/end"
    chosen = {"token": token, "do": "next", "asked": "c_life", "answer": "police"}
    assert visitor.post("/m/choices", chosen).headers["Location"] == "/m/end"
    assert len(visitor.open("/m/read").all("article")) == 1


def test_nobody_reads_that_taking_back_itself_ends_on_a_day(visitor: Visitor) -> None:
    take_back(visitor)
    told = visitor.open("/m/end").one("main").text
    assert "Until December 1, 2026 only your code brings it back." in told
    assert "Taken back until" not in told + visitor.open("/m/read").one("main").text


def test_after_seven_days_the_mailbox_offers_no_way_back(visitor: Visitor, clock: Clock) -> None:
    code = take_back(visitor)
    clock.advance(7 * DAYS)
    page = visitor.fill("/m", {"code": code, "keep": "hour"})
    assert page.one("p", **{"class": "note"}).text.endswith(
        "The report cannot be brought back. It is erased as soon as somebody on the team signs in."
    )
    hrefs = [link.attributes["href"] for link in page.within("main") if link.tag == "a"]
    assert hrefs == ["/leave"]


def test_within_seven_days_the_code_brings_it_back_to_the_team(
    app: Flask, visitor: Visitor, seeds: Seeds, clock: Clock
) -> None:
    code = take_back(visitor)
    case = only_case(app)
    clock.advance(7 * DAYS - timedelta(hours=1))
    signed_in(app, seeds, clock, Role.REVIEWER, Role.CASEWORKER)
    visitor.fill("/m", {"code": code, "keep": "hour"})
    assert visitor.fill("/m/end", {}, do="undo").heading == "How things stand"
    clock.advance(2 * DAYS)
    reviewer = signed_in(app, seeds, clock, Role.REVIEWER)
    assert case in reviewer.get("/staff/list/received").text
    assert reviewer.get(f"/staff/case/{case}").status_code == 200
    assert "withdraw.undone" in verbs(app, seeds, clock)
    # The note of what was undone is gone, as far as somebody could read it.
    assert count(app, Drop) == 1


def test_after_seven_days_the_first_look_at_the_queue_erases_it(
    app: Flask, visitor: Visitor, seeds: Seeds, clock: Clock
) -> None:
    code = take_back(visitor)
    clock.advance(7 * DAYS - timedelta(minutes=1))
    signed_in(app, seeds, clock, Role.REVIEWER)
    assert count(app, Case) == 1
    clock.advance(timedelta(minutes=1))
    visitor.fill("/m", {"code": code, "keep": "hour"})
    page = visitor.open("/m/end")
    assert "cannot be brought back" in page.one("main").text
    assert not [button for button in page.all("button") if "undo" in button.attributes["value"]]
    assert visitor.press("/m/end", "undo").headers["Location"] == "/m/end"
    assert count(app, Case) == 1
    signed_in(app, seeds, clock, Role.REVIEWER, Role.CASEWORKER)
    assert [count(app, model) for model in (Case, Parked, Drop)] == [0, 0, 0]
    assert visitor.get("/m/read").headers["Location"] == "/m#check"
    assert visitor.fill("/m", {"code": code, "keep": "hour"}).problems
    log = verbs(app, seeds, clock)
    assert log.count(">erased<") == 1


def test_on_the_disk_nothing_is_left_of_it(
    app: Flask, visitor: Visitor, seeds: Seeds, clock: Clock
) -> None:
    take_back(visitor)
    service = the_staff(app).service
    with service.read() as session:
        boxes = list(session.scalars(select(CasePart.content_sealed)))
        boxes += session.scalars(select(Parked.key_sealed))
        boxes += session.scalars(select(Mailbox.receipt_lock_sealed))
        boxes += session.scalars(select(ConsentRow.content_sealed))
    clock.advance(7 * DAYS)
    signed_in(app, seeds, clock, Role.REVIEWER)
    assert count(app, Case) == 0
    if service.database.engine.dialect.name == "postgresql":
        return  # its files keep a deleted row until another one overwrites it, as /kept says
    for box in boxes:
        for file in Path(str(service.settings.database.database)).parent.glob("*.db*"):
            assert box[:58] not in file.read_bytes(), file.name


def test_a_note_of_an_earlier_time_does_not_erase_what_was_taken_back_anew(
    app: Flask, visitor: Visitor, seeds: Seeds, clock: Clock
) -> None:
    code = take_back(visitor)
    visitor.fill("/m/end", {}, do="undo")
    clock.advance(5 * DAYS)
    visitor.fill("/m", {"code": code, "keep": "hour"})
    visitor.fill("/m/end", {"word": "erase"})
    assert count(app, Drop) == 4
    clock.advance(2 * DAYS)
    signed_in(app, seeds, clock, Role.REVIEWER, Role.CASEWORKER)
    assert (count(app, Case), count(app, Drop)) == (1, 2)
    clock.advance(5 * DAYS)
    signed_in(app, seeds, clock, Role.REVIEWER, Role.CASEWORKER)
    assert (count(app, Case), count(app, Drop)) == (0, 0)


def test_a_note_that_was_altered_is_an_alarm_and_the_other_one_still_counts(
    app: Flask, visitor: Visitor, seeds: Seeds, clock: Clock
) -> None:
    take_back(visitor)
    with the_staff(app).service.begin() as session:
        epoch = select(Epoch.id).where(Epoch.group == Group.INTAKE).scalar_subquery()
        row = session.scalars(select(Drop).where(Drop.epoch_id == epoch)).one()
        row.content_sealed = flipped(row.content_sealed)
    signed_in(app, seeds, clock, Role.REVIEWER)
    assert (count(app, Case), count(app, Drop)) == (1, 1)
    clock.advance(7 * DAYS)
    signed_in(app, seeds, clock, Role.REVIEWER)
    assert count(app, Case) == 1
    signed_in(app, seeds, clock, Role.REVIEWER, Role.CASEWORKER)
    assert (count(app, Case), count(app, Drop)) == (0, 0)
    log = verbs(app, seeds, clock)
    assert log.count(">alarm.raised<") == 1


@pytest.mark.parametrize("harm", ["state", "parked", "early"])
def test_a_note_alone_erases_nothing_that_was_not_taken_back(
    app: Flask, visitor: Visitor, seeds: Seeds, clock: Clock, harm: str
) -> None:
    take_back(visitor)
    with the_staff(app).service.begin() as session:
        if harm == "state":
            session.scalars(select(Case)).one().state = "received"
        else:
            session.execute(delete(Parked))
    if harm == "early":
        clock.advance(-timedelta(minutes=1))
    clock.advance(7 * DAYS)
    signed_in(app, seeds, clock, Role.REVIEWER, Role.CASEWORKER)
    assert (count(app, Case), count(app, Drop)) == (1, 0)
    assert ">erased<" not in verbs(app, seeds, clock)


def test_a_report_in_writing_and_a_code_not_noted_yet_stay_as_they_are(visitor: Visitor) -> None:
    code = visitor.open_mailbox()
    visitor.send_report("another report")
    shown = visitor.open("/s/code").one("ol").text
    visitor.fill("/m", {"code": code, "keep": "hour"})
    visitor.fill("/m/end", {"word": "erase"})
    assert visitor.open("/s/code").one("ol").text == shown
    assert visitor.open("/m/end").heading == TAKEN
