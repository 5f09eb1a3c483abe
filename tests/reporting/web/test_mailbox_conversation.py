"""A conversation behind the code: words are kept until they can be sent, and are sent once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from crypto.custody import open_sealed
from crypto.envelope import Label, Secret, expand
from crypto.roles import Group
from crypto.stream import unlock
from reporting import mailbox, places, threads, traces
from reporting.models import CaseWrap, Mailbox, MessageRow, Wrapped
from reporting.web.context import runtime_of
from tests.builders import Seeds
from tests.conftest import Clock
from tests.reporting.web.sent import count
from tests.visitor import Page, Visitor


def test_a_report_comes_with_its_status_and_no_first_report(visitor: Visitor) -> None:
    visitor.open_mailbox()
    page = visitor.open("/m/read")
    assert "Nobody has decided anything yet." in page.one("p", **{"class": "note"}).text
    assert "mother" not in page.response.text


def test_both_sides_stand_in_the_conversation_with_their_day_only(
    app: Flask, visitor: Visitor, seeds: Seeds
) -> None:
    visitor.open_mailbox()
    visitor.fill("/m/write", {"text": "Is this <safe>?\r\nPlease say."})
    answer(app, seeds, "Yes. Who told you?")
    page = visitor.open("/m/read")
    assert [card.text for card in page.all("article")] == [
        "You November 24, 2026 Is this <safe>? Please say.",
        "The team November 24, 2026 A question for you Yes. Who told you?",
    ]
    note = page.one("p", **{"class": "note"}).text
    assert note == "We asked you something. Please read our question below."
    assert "09:30" not in page.response.text
    theirs = page.all("div", **{"class": "words"})[1]
    assert theirs.attributes["lang"] == "en"


def answer(app: Flask, seeds: Seeds, text: str) -> None:
    """Let the team answer the only report there is."""
    running = runtime_of(app)
    with running.database.begin() as session:
        wrap = session.scalars(select(CaseWrap).where(CaseWrap.wrapped == Wrapped.CASE)).one()
        place = places.wrap(wrap.case_id, Wrapped.CASE, Group.INTAKE)
        key = open_sealed(seeds.by_group[Group.INTAKE], wrap.key_sealed, place)
        box = session.scalars(select(Mailbox)).one()
        lock = places.case_lock(box.case_id)
        thread = Secret(unlock(expand(key, Label.THREAD), box.case_lock_sealed, lock))
        message = threads.Message(
            from_reporter=False, text=text, sent=running.clock(), language="en", asks=True
        )
        threads.add(session, box.case_id, thread, message)


def test_a_message_sent_too_late_is_kept_and_can_be_sent_after_the_code(
    visitor: Visitor, clock: Clock
) -> None:
    code = visitor.open_mailbox()
    token = visitor.token("/m/write")
    clock.advance(timedelta(hours=2))
    late = visitor.post("/m/write", {"token": token, "do": "next", "text": "my long letter"})
    assert late.headers["Location"] == "/m"
    visitor.fill("/m", {"code": code, "keep": "hour"})
    assert visitor.open("/m/write").typed["text"] == ["my long letter"]


def test_pressing_send_twice_sends_one_message(app: Flask, visitor: Visitor) -> None:
    visitor.open_mailbox()
    token = visitor.token("/m/write")
    form = {"token": token, "do": "next", "text": "pressed twice", **visitor.open("/m/write").typed}
    for _ in range(2):
        visitor.post("/m/write", {**form, "text": "pressed twice"})
    assert count(app, MessageRow) == 1
    assert visitor.open("/m/write").typed["text"] == [""]


def test_the_same_words_can_be_meant_twice(app: Flask, visitor: Visitor) -> None:
    visitor.open_mailbox()
    for _ in range(2):
        visitor.fill("/m/write", {"text": "Is anybody there?"})
    assert count(app, MessageRow) == 2


def test_the_same_words_can_be_sent_to_two_reports(app: Flask, visitor: Visitor) -> None:
    for _ in range(2):
        visitor.open_mailbox()
        visitor.fill("/m/write", {"text": "They came again."})
    with runtime_of(app).read() as session:
        assert len(set(session.scalars(select(MessageRow.case_id)))) == 2


@pytest.mark.parametrize("text", ["", " \n", "x" * 8001, "caf\ufffd"])
def test_a_message_that_cannot_be_sent_is_kept_and_explained(
    app: Flask, visitor: Visitor, text: str
) -> None:
    visitor.open_mailbox()
    page = visitor.fill("/m/write", {"text": text})
    assert page.title == "Check · Write · Tomoshibi"
    assert page.typed["text"] == [text]
    assert len(page.problems) == 1
    assert count(app, MessageRow) == 0


def test_a_long_conversation_is_read_in_pages_from_the_newest_on(visitor: Visitor) -> None:
    visitor.open_mailbox()
    for number in range(1, 42):
        visitor.fill("/m/write", {"text": f"message {number}"})
    said: list[str] = []
    older: list[str] = []
    page = visitor.open("/m/read")
    assert "/m/read" not in links(page)
    for _ in range(3):
        texts = [words.text for words in page.all("div", **{"class": "words"})]
        said = texts + said
        assert len(texts) <= 20
        older = [link for link in links(page) if link.startswith("/m/read/")]
        page = visitor.open(older[0] if older else "/m/read/1")
    assert older == []
    assert said == [f"message {number}" for number in range(1, 42)]
    assert "/m/read" in links(page)


def links(page: Page) -> list[str]:
    return [link.attributes["href"] for link in page.within("main") if link.tag == "a"]


@pytest.mark.parametrize("number", ["0", "-1", "x", "1" * 400])
def test_there_is_no_page_of_a_conversation_before_its_beginning(
    visitor: Visitor, number: str
) -> None:
    visitor.open_mailbox()
    answer = visitor.get(f"/m/read/{number}")
    assert answer.status_code in {404, 200}
    assert (answer.status_code == 200) is (len(number) > 2)


def test_every_line_of_what_was_done_is_shown(visitor: Visitor, app: Flask, clock: Clock) -> None:
    code = visitor.send_report()
    for _ in range(25):
        with runtime_of(app).database.begin() as session:
            until = clock() + timedelta(minutes=5)
            opened = mailbox.enter(session, code, runtime_of(app).desk.pepper, until)
            there = mailbox.reenter(session, opened, clock())
            traces.note(session, there.case.id, there.thread, traces.Deed.MESSAGE_READ, clock())
        clock.advance(timedelta(days=1))
    page = visitor.fill("/m", {"code": code, "keep": "leave"})
    assert page.one("main").text.count("What you sent us was read.") == 25


def test_who_has_written_too_much_is_asked_to_wait_and_keeps_the_words(
    app: Flask, visitor: Visitor, seeds: Seeds
) -> None:
    visitor.open_mailbox()
    for _ in range(threads.MOST_UNANSWERED):
        visitor.fill("/m/write", {"text": "again"})
    waiting = Page(visitor.press("/m/write", "next", {"text": "one more"}))
    assert waiting.response.status_code == 409
    assert waiting.heading == "The team has not answered yet"
    assert visitor.open("/m/write").typed["text"] == ["one more"]
    answer(app, seeds, "We are here.")
    page = visitor.fill("/m/write", {"text": "one more"})
    assert page.all("article")[-1].text.endswith("one more")
