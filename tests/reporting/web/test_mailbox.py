from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from crypto.custody import open_sealed
from crypto.envelope import Label, Secret, expand
from crypto.stream import unlock
from reporting import places, threads
from reporting.models import Case, CaseWrap, Group, Mailbox, MessageRow, VisitRow, Wrapped
from reporting.web.context import runtime_of
from tests.builders import Seeds
from tests.conftest import Clock
from tests.visitor import Page, Visitor

UNKNOWN = "0" * 30 + "98"
NOT_FOUND = "We find nothing for this code."


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


def test_an_erased_code_and_one_that_never_was_get_the_same_page(visitor: Visitor) -> None:
    code = visitor.open_mailbox()
    visitor.fill("/m/end", {"word": "erase"})
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
    assert "lies in the team's queue" in page.one("p", **{"class": "note"}).text
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
        "The team November 24, 2026 Yes. Who told you?",
    ]
    assert page.one("p", **{"class": "note"}).text == "The team has written to you."
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
            from_reporter=False, text=text, sent=running.clock(), language="en"
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


def test_taking_back_needs_the_word_and_then_destroys_everything_at_once(
    app: Flask, visitor: Visitor
) -> None:
    visitor.open_mailbox()
    visitor.fill("/m/write", {"text": "more"})
    page = visitor.fill("/m/end", {"word": "yes"})
    assert page.problems == ["Please type the word exactly as it stands here, or go back."]
    assert page.typed["word"] == ["yes"]
    assert count(app, Case) == 1
    page = visitor.fill("/m/end", {"word": "Erase"})
    assert page.heading == "The report is erased."
    assert [count(app, model) for model in (Case, MessageRow, VisitRow)] == [0, 0, 0]
    assert visitor.client.get_cookie("__Host-v") is None


def test_the_word_to_type_is_in_the_language_of_the_page(visitor: Visitor) -> None:
    visitor.open_mailbox()
    page = visitor.fill("/m/end", {"word": "erase"}, do="lang-ja")
    assert page.one("label", **{"for": "word"}).text.endswith("消す")
    assert visitor.fill("/m/end", {"word": "erase"}).problems
    assert visitor.fill("/m/end", {"word": "消す"}).heading == "報告を消しました。"


def test_a_mailbox_of_a_report_taken_back_elsewhere_is_not_found(visitor: Visitor) -> None:
    code = visitor.open_mailbox()
    elsewhere = Visitor(visitor.client.application.test_client())
    elsewhere.fill("/m", {"code": code, "keep": "hour"})
    elsewhere.fill("/m/end", {"word": "erase"})
    assert visitor.get("/m/read").headers["Location"] == "/m#check"


@pytest.mark.parametrize("path", ["/m/read", "/m/write", "/m/end"])
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
    pages += [visitor.open("/m/write"), visitor.open("/m/end")]
    for length in (10, 3000):
        pages.append(visitor.fill("/m/write", {"text": "x" * length}))
    assert [len(page.response.data) % 4000 for page in pages] == [0] * len(pages)


def test_an_erased_code_and_one_that_never_was_ask_the_store_the_same_and_look_the_same(
    app: Flask, visitor: Visitor
) -> None:
    code = visitor.open_mailbox()
    visitor.fill("/m/end", {"word": "erase"})
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


def test_taking_an_old_report_back_leaves_a_draft_in_the_same_browser(
    app: Flask, visitor: Visitor
) -> None:
    visitor.open_mailbox()
    visitor.fill("/q", {"story": "another report", "c_store": "yes"})
    page = visitor.fill("/m/end", {"word": "erase"})
    assert page.one("p", **{"class": "note"}).text.startswith("Another report of yours")
    assert visitor.open("/q").typed["story"] == ["another report"]
    assert visitor.get("/m/read").headers["Location"] == "/m"
    assert count(app, Case) == 0


def test_taking_an_old_report_back_leaves_the_code_of_a_new_one_on_its_page(
    visitor: Visitor,
) -> None:
    visitor.open_mailbox()
    visitor.send_report()
    shown = visitor.open("/s/code").one("ol").text
    visitor.fill("/m/end", {"word": "erase"})
    assert visitor.open("/s/code").one("ol").text == shown
    assert visitor.get("/m/write").headers["Location"] == "/m"


def test_taking_a_report_back_takes_its_own_code_from_the_screen(
    app: Flask, visitor: Visitor
) -> None:
    code = visitor.send_report()
    visitor.fill("/s/code/try", {"first": "1", "second": "2"})
    visitor.fill("/m", {"code": code, "keep": "hour"})
    page = visitor.fill("/m/end", {"word": "erase"})
    assert not page.all("p", **{"class": "note"})
    assert visitor.client.get_cookie("__Host-v") is None
    assert count(app, VisitRow) == 0
