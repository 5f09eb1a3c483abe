from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from crypto.custody import open_sealed
from crypto.envelope import Label, Secret, expand
from crypto.roles import Group
from crypto.stream import unlock
from reporting import drafts, mailbox, places, threads, traces, withdrawal
from reporting.ids import CaseId
from reporting.models import Case, CaseWrap, Mailbox, MessageRow, VisitRow, Wrapped
from reporting.web.context import runtime_of
from tests.builders import Seeds
from tests.conftest import Clock
from tests.visitor import Page, Visitor

UNKNOWN = "0" * 30 + "98"
NOT_FOUND = "We find nothing for this code."


def erase_reports(app: Flask) -> None:
    """Erase every report, as the team's sign-in does when its time has come."""
    with runtime_of(app).database.begin() as session:
        for case in session.scalars(select(Case.id)).all():
            withdrawal.erase(session, CaseId(case), runtime_of(app).clock())


def count(app: Flask, model: type[Case | MessageRow | VisitRow]) -> int:
    with runtime_of(app).database.read() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Please type your code: 32 digits."),
        ("my code", "A code has digits only. Please take out everything else."),
        ("1234 5678", "A code has 32 digits. You have typed 8."),
        ("1" * 32, "One of the digits seems wrong."),
        (UNKNOWN, NOT_FOUND),
    ],
)
def test_a_code_that_opens_nothing_is_shown_again_with_what_to_do(
    visitor: Visitor, typed: str, told: str
) -> None:
    page = visitor.fill("/m", {"code": typed, "keep": "leave"})
    (problem,) = page.problems
    assert problem.startswith(told)
    assert page.typed == {"code": [typed], "keep": ["leave"]}


@pytest.mark.parametrize("separator", ["", " ", "-", "\u200a", "\u3000"])
@pytest.mark.parametrize("zero", ["0", "\uff10", "\u0660", "\u0f20"])
def test_a_code_opens_its_mailbox_in_any_script_and_with_any_separator(
    visitor: Visitor, separator: str, zero: str
) -> None:
    code = visitor.send_report()
    typed = separator.join(chr(ord(zero) + int(digit)) for digit in code)
    page = visitor.fill("/m", {"code": typed, "keep": "hour"})
    assert page.heading == "How things stand"


def test_an_erased_code_and_one_that_never_was_get_the_same_page(
    app: Flask, visitor: Visitor
) -> None:
    code = visitor.open_mailbox()
    erase_reports(app)
    erased = visitor.fill("/m", {"code": code, "keep": "hour"})
    unknown = visitor.fill("/m", {"code": UNKNOWN, "keep": "hour"})
    assert erased.response.text.replace(code, UNKNOWN) == unknown.response.text
    assert unknown.problems[0].startswith(NOT_FOUND)


def test_the_code_is_not_kept_once_it_has_opened_its_mailbox(visitor: Visitor) -> None:
    visitor.open_mailbox()
    page = visitor.open("/m")
    assert page.typed == {"code": [""], "keep": ["hour"]}
    assert page.problems == []


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


def test_an_hour_is_an_hour_and_words_half_written_are_still_there(
    visitor: Visitor, clock: Clock
) -> None:
    code = visitor.open_mailbox()
    visitor.fill("/m/write", {"text": "half a"}, do="lang-en")
    clock.advance(timedelta(hours=1))
    assert visitor.get("/m/read").headers["Location"] == "/m"
    visitor.fill("/m", {"code": code, "keep": "hour"})
    assert visitor.open("/m/write").typed["text"] == ["half a"]


def test_a_mailbox_can_stay_open_until_leaving_but_not_longer_than_a_day(
    visitor: Visitor, clock: Clock
) -> None:
    code = visitor.open_mailbox()
    visitor.fill("/m", {"code": code, "keep": "leave"})
    clock.advance(timedelta(hours=23, minutes=59))
    assert visitor.get("/m/read").status_code == 200
    clock.advance(timedelta(minutes=1))
    assert visitor.get("/m/read").headers["Location"] in {"/", "/m"}


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


def test_the_mailbox_of_a_report_erased_meanwhile_is_not_found(
    app: Flask, visitor: Visitor
) -> None:
    visitor.open_mailbox()
    erase_reports(app)
    for path in ("/m/read", "/m/choices", "/m/end"):
        assert visitor.get(path).headers["Location"] == "/m#check"


@pytest.mark.parametrize("path", ["/m/read", "/m/write", "/m/end", "/m/choices"])
def test_a_visit_without_a_mailbox_is_asked_for_the_code(visitor: Visitor, path: str) -> None:
    visitor.fill("/q", {"story": "a draft", "c_store": "yes"})
    assert visitor.get(path).headers["Location"] == "/m"


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


def test_mailbox_pages_come_in_steps_of_four_thousand_bytes(visitor: Visitor) -> None:
    code = visitor.send_report()
    pages = [visitor.open("/m"), visitor.fill("/m", {"code": UNKNOWN, "keep": "hour"})]
    pages.append(visitor.fill("/m", {"code": code, "keep": "hour"}))
    pages += [visitor.open(path) for path in ("/m/write", "/m/end", "/m/choices")]
    pages.append(visitor.fill("/m/choices", {}, "change-c_life"))
    for length in (10, 3000):
        pages.append(visitor.fill("/m/write", {"text": "x" * length}))
    assert [len(page.response.data) % 4000 for page in pages] == [0] * len(pages)


def test_an_erased_code_and_one_that_never_was_ask_the_store_the_same_and_look_the_same(
    app: Flask, visitor: Visitor
) -> None:
    code = visitor.open_mailbox()
    erase_reports(app)
    seen: list[str] = []

    def note(*values: object) -> None:
        seen.append(str(values[2]))

    event.listen(runtime_of(app).database.engine, "before_cursor_execute", note)
    token = visitor.token("/m")
    told = []
    for typed in (code, UNKNOWN, code):
        seen.clear()
        answer = visitor.post("/m", {"token": token, "code": typed, "keep": "hour"})
        page = visitor.get("/m")
        headers = {name: text for name, text in answer.headers if name != "Date"}
        told.append((tuple(seen), headers, page.text.replace(typed, "")))
    assert told[0][0]
    # The first of them makes the visit's row, so it is the later two that are alike.
    assert told[1] == told[2]
    assert told[0][1:] == told[1][1:]


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


def test_who_knew_the_cookie_of_a_browser_before_its_code_was_typed_opens_nothing(
    app: Flask, visitor: Visitor
) -> None:
    code = Visitor(app.test_client()).send_report()
    visitor.fill("/m", {"code": UNKNOWN, "keep": "hour"})
    stranger = Visitor(app.test_client())
    for name in ("__Host-v", "__Host-m"):
        planted = visitor.client.get_cookie(name)
        if planted is not None:
            stranger.client.set_cookie(name, planted.value)
    visitor.fill("/m", {"code": code, "keep": "hour"})
    assert visitor.open("/m/read").heading == "How things stand"
    assert stranger.get("/m/read").status_code == 303
    # Typed again, it is another cookie again, and the one before opens nothing any more.
    for name in ("__Host-v", "__Host-m"):
        known = visitor.client.get_cookie(name)
        assert known is not None
        stranger.client.set_cookie(name, known.value)
    assert stranger.get("/m/read").status_code == 200
    visitor.fill("/m", {"code": code, "keep": "hour"})
    assert stranger.get("/m/read").status_code == 303


def test_a_code_leaves_no_draft_behind_that_cuts_the_next_one_short(
    app: Flask, visitor: Visitor, clock: Clock
) -> None:
    code = Visitor(app.test_client()).send_report()
    visitor.fill("/m", {"code": code, "keep": "leave"})
    clock.advance(timedelta(hours=20))
    visitor.fill("/q", {"story": "canary", "c_store": "yes"})
    clock.advance(timedelta(hours=23))
    assert "canary" in visitor.get("/s/10").text
