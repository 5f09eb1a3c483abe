"""Reviewers and reporters write to each other: no word is lost, and none is kept twice."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select

from reporting import mailbox
from reporting.models import CaseWrap, Mailbox, MessageRow, NoteRow, Wrapped
from reporting.threads import MOST_MESSAGES
from tests.builders_staff import a_stored_report, flipped, the_staff, token_of, write
from tests.conftest import Clock
from tests.visitor import Page


def the_reporter_writes(app: Flask, code: str, text: str, clock: Clock) -> None:
    service = the_staff(app).service
    with service.begin() as session:
        until = clock() + timedelta(hours=1)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        mailbox.write(session, opened, text, "en", clock())


def the_reporter_reads(app: Flask, code: str, clock: Clock) -> list[str]:
    service = the_staff(app).service
    with service.read() as session:
        until = clock() + timedelta(hours=1)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        return [message.text for message in mailbox.read_thread(session, opened, clock()).messages]


def test_the_reporter_reads_the_answer_with_their_code(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock)
    sent = write(reviewer, case, "reply", "Are you safe now?\r\nTell us.")
    assert sent.headers["Location"] == f"/staff/case/{case}#messages"
    assert the_reporter_reads(app, code, clock) == ["Are you safe now?\nTell us."]


def test_the_reporters_answer_is_marked_until_somebody_reads_it(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock)
    the_reporter_writes(app, code, "I have moved house.", clock)
    assert "new message" in reviewer.get("/staff/list/received").text
    assert "I have moved house." in reviewer.get(f"/staff/case/{case}").text
    assert "new message" not in reviewer.get("/staff/list/received").text


def test_notes_are_for_the_team_only(app: Flask, reviewer: FlaskClient, clock: Clock) -> None:
    case, code = a_stored_report(app, clock)
    kept = write(reviewer, case, "note", "Seems credible.")
    assert kept.headers["Location"] == f"/staff/case/{case}#notes"
    page = reviewer.get(f"/staff/case/{case}").text
    assert "Seems credible." in page
    assert page.count("Aiko Mori") == 2
    assert the_reporter_reads(app, code, clock) == []


@pytest.mark.parametrize("kind", ["note", "reply"])
def test_words_that_do_not_fit_are_kept_and_asked_for_again(
    app: Flask, reviewer: FlaskClient, clock: Clock, kind: str, subtests: pytest.Subtests
) -> None:
    too_long = "at most 8,000 characters. You have written 8,005."
    case, _code = a_stored_report(app, clock)
    for text in ("", " \u2069\n", "long " * 1601):
        says = too_long if "long" in text else "Please write something first."
        with subtests.test(says):
            page = write(reviewer, case, kind, text)
            assert page.status_code == 422
            assert says in page.text
            assert f"\n{text}</textarea>" in page.text
    with the_staff(app).service.read() as session:
        assert session.scalars(select(MessageRow)).all() == []
        assert session.scalars(select(NoteRow)).all() == []


def test_words_damaged_on_the_way_are_not_kept(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    token = token_of(reviewer.get("/staff/"))
    page = reviewer.post(
        f"/staff/case/{case}/note",
        data=b"token=" + token.encode() + b"&text=half%ED%A0%80\0",
        content_type="application/x-www-form-urlencoded",
    )
    assert page.status_code == 422
    assert "Some letters did not reach us." in page.text


@pytest.mark.parametrize("kind", ["note", "reply"])
def test_words_for_a_report_with_altered_keys_are_not_kept(
    app: Flask, reviewer: FlaskClient, clock: Clock, kind: str
) -> None:
    case, _code = a_stored_report(app, clock)
    with the_staff(app).service.begin() as session:
        wrap = session.get_one(CaseWrap, (bytes.fromhex(case), Wrapped.CASE))
        wrap.key_sealed = flipped(wrap.key_sealed)
    assert write(reviewer, case, kind, "hello").status_code == 409


def test_a_conversation_that_is_full_says_so_and_keeps_the_words(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    number = bytes.fromhex(case)
    rows = [
        {"id": n.to_bytes(16, "big"), "case_id": number, "content_sealed": b"-"}
        for n in range(MOST_MESSAGES)
    ]
    with the_staff(app).service.begin() as session:
        session.execute(insert(MessageRow), rows)
    page = write(reviewer, case, "reply", "one more")
    assert page.status_code == 409
    assert "one more</textarea>" in page.text


def test_a_long_conversation_shows_the_newest_and_folds_what_was_before(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock)
    for number in range(23):
        the_reporter_writes(app, code, f"word-{number:02}", clock)
    page = Page(reviewer.get(f"/staff/case/{case}"))
    (folded,) = (one for one in page.all("details") if "Older messages: 3" in one.text)
    assert [n for n in range(23) if f"word-{n:02}" in folded.text] == [0, 1, 2]
    talk = page.one("section", id="messages").text
    assert [n for n in range(23) if f"word-{n:02}" in talk] == [*range(23)]


@pytest.mark.parametrize("kind", ["note", "reply"])
def test_a_button_pressed_twice_keeps_one(
    app: Flask, reviewer: FlaskClient, clock: Clock, kind: str
) -> None:
    case, _code = a_stored_report(app, clock)
    shown = reviewer.get(f"/staff/case/{case}")
    once = re.search(r'name="once" value="([0-9a-f]{16})"', shown.text)
    assert once
    fields = {"token": token_of(shown), "once": once[1], "text": "pressed twice"}
    for _ in range(2):
        answer = reviewer.post(f"/staff/case/{case}/{kind}", data=fields)
        assert answer.status_code == 303
    assert reviewer.get(f"/staff/case/{case}").text.count("pressed twice") == 1
    # The same page, shown again by the way back, with other words in it.
    reviewer.post(f"/staff/case/{case}/{kind}", data={**fields, "text": "and more"})
    assert "and more" in reviewer.get(f"/staff/case/{case}").text


def test_the_same_words_may_be_meant_twice(app: Flask, reviewer: FlaskClient, clock: Clock) -> None:
    case, _code = a_stored_report(app, clock)
    for _ in range(10):
        again = re.search(r'name="once" value="(\w+)"', reviewer.get(f"/staff/case/{case}").text)
        assert again
        token = token_of(reviewer.get("/staff/"))
        fields = {"token": token, "once": again[1], "text": "called, no answer"}
        reviewer.post(f"/staff/case/{case}/note", data=fields)
    assert reviewer.get(f"/staff/case/{case}").text.count("called, no answer") == 10


def test_words_that_were_refused_can_be_sent_again_from_the_page_that_refused_them(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    refused = write(reviewer, case, "note", " ")
    once = re.search(r'name="once" value="(\w+)"', refused.text)
    assert once
    fields = {"token": token_of(refused), "once": once[1], "text": "now with words"}
    reviewer.post(f"/staff/case/{case}/note", data=fields)
    assert "now with words" in reviewer.get(f"/staff/case/{case}").text


def test_an_answer_to_a_report_without_a_mailbox_raises_the_alarm(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    case, _code = a_stored_report(app, clock)
    with the_staff(app).service.begin() as session:
        session.execute(delete(Mailbox))
    assert write(reviewer, case, "reply", "hello").status_code == 409


def test_a_conversation_moved_to_another_report_stays_closed(
    app: Flask, reviewer: FlaskClient, clock: Clock
) -> None:
    one, _ = a_stored_report(app, clock)
    two, _ = a_stored_report(app, clock)
    with the_staff(app).service.begin() as session:
        first, second = (session.get_one(Mailbox, bytes.fromhex(case)) for case in (one, two))
        first.case_lock_sealed = second.case_lock_sealed
    assert write(reviewer, one, "reply", "hello").status_code == 409
    assert reviewer.get(f"/staff/case/{one}").status_code == 409
