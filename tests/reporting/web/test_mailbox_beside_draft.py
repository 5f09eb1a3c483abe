"""A mailbox and a draft in one browser: each ends when it should, and leaves the other alone."""

from datetime import timedelta

import pytest
from flask import Flask

from reporting import drafts
from reporting.models import VisitRow
from reporting.web.context import runtime_of
from tests.conftest import Clock
from tests.reporting.web.sent import COMPLETE, count
from tests.visitor import Visitor


def test_a_draft_and_a_mailbox_live_side_by_side(visitor: Visitor) -> None:
    code = visitor.open_mailbox()
    visitor.fill("/q", {"story": "another report", "c_store": "yes"})
    visitor.fill("/m", {"code": code, "keep": "hour"})
    assert visitor.open("/q").typed["story"] == ["another report"]


def test_the_mailbox_opens_beside_a_code_that_is_not_noted_yet(visitor: Visitor) -> None:
    code = visitor.send_report()
    assert visitor.fill("/m", {"code": code, "keep": "hour"}).heading == "How things stand"
    visitor.fill("/m/write", {"text": "more"})
    assert len(visitor.open("/m/read").all("article")) == 1
    assert len(visitor.open("/s/code").all("ol")) == 1


def test_a_code_typed_late_prolongs_no_draft_and_leaving_ends_both(
    app: Flask, visitor: Visitor, clock: Clock
) -> None:
    code = Visitor(app.test_client()).send_report()
    visitor.fill("/q", {"story": "canary", "c_store": "yes"})
    clock.advance(timedelta(hours=23))
    visitor.fill("/m", {"code": code, "keep": "leave"})
    assert "canary" in visitor.get("/s/10").text
    clock.advance(timedelta(hours=1))
    assert "canary" not in visitor.open("/q").response.text
    assert visitor.open("/m/read").heading == "How things stand"
    visitor.fill("/q", {"story": "another", "c_store": "yes"})
    before = count(app, VisitRow)
    assert visitor.get("/leave").status_code == 303
    assert count(app, VisitRow) == before - 2
    assert visitor.get("/m/read").headers["Location"] == "/"


def test_a_mailbox_that_closed_leaves_nothing_of_its_keys_beside_a_draft(
    app: Flask, visitor: Visitor, clock: Clock
) -> None:
    code = Visitor(app.test_client()).send_report()
    before = count(app, VisitRow)
    visitor.fill("/q", {"story": "canary", "c_store": "yes"})
    visitor.fill("/m", {"code": code, "keep": "hour"})
    assert count(app, VisitRow) == before + 2
    clock.advance(timedelta(hours=2))
    with runtime_of(app).database.begin() as session:
        drafts.sweep(session, clock.now)
    assert count(app, VisitRow) == before + 1
    assert "canary" in visitor.get("/s/10").text


def test_a_code_leaves_no_draft_behind_that_cuts_the_next_one_short(
    app: Flask, visitor: Visitor, clock: Clock
) -> None:
    code = Visitor(app.test_client()).send_report()
    visitor.fill("/m", {"code": code, "keep": "leave"})
    clock.advance(timedelta(hours=20))
    visitor.fill("/q", {"story": "canary", "c_store": "yes"})
    clock.advance(timedelta(hours=23))
    assert "canary" in visitor.get("/s/10").text


@pytest.mark.parametrize(("path", "do"), [("/s/10", "erase"), ("/s/code", "forget")])
def test_giving_up_a_report_leaves_an_open_mailbox_and_words_half_written_to_it(
    visitor: Visitor, path: str, do: str
) -> None:
    visitor.open_mailbox()
    visitor.fill("/m/write", {"text": "half a"}, do="lang-en")
    visitor.fill("/q", COMPLETE)
    if path == "/s/code":
        visitor.fill("/s/10", {}, "send")
    page = visitor.fill(path, {}, do)
    assert page.heading in {
        "Is a foreign government trying to scare, silence or control you?",
        "Done. Please close this window now.",
    }
    assert "no code is left" not in page.response.text
    assert visitor.open("/m/write").typed["text"] == ["half a"]
    assert visitor.get("/s/code").headers["Location"] == "/"
    assert visitor.open("/q").typed == {"story": [""]}


def test_words_half_written_outlive_a_report_though_their_mailbox_has_closed(
    visitor: Visitor, clock: Clock
) -> None:
    code = visitor.open_mailbox()
    visitor.fill("/m/write", {"text": "half a"}, do="lang-en")
    visitor.fill("/q", COMPLETE)
    clock.advance(timedelta(hours=1))
    visitor.fill("/q", COMPLETE)
    visitor.press("/s/10", "erase")
    visitor.fill("/m", {"code": code, "keep": "hour"})
    assert visitor.open("/m/write").typed["text"] == ["half a"]


def test_a_closed_mailbox_and_a_code_typed_wrong_do_not_outlive_a_report(
    app: Flask, visitor: Visitor, clock: Clock
) -> None:
    visitor.open_mailbox()
    visitor.fill("/q", COMPLETE)
    clock.advance(timedelta(minutes=30))
    visitor.fill("/s/10", {}, "send")
    visitor.fill("/m", {"code": "1234", "keep": "hour"})
    clock.advance(timedelta(minutes=30))
    page = visitor.fill("/s/code", {}, "forget")
    assert "no code is left in this browser" in page.response.text
    assert count(app, VisitRow) == 0
