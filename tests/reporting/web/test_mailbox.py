"""A code opens its mailbox for as long as it should, and tells nothing when it opens none."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from reporting import withdrawal
from reporting.ids import CaseId
from reporting.models import Case
from reporting.web.context import runtime_of
from tests.conftest import Clock
from tests.visitor import Visitor

UNKNOWN = "0" * 30 + "98"
NOT_FOUND = "We find nothing for this code."


def in_groups(code: str) -> str:
    """Return a code as it stands on paper."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def erase_reports(app: Flask) -> None:
    """Erase every report, as the team's sign-in does when its time has come."""
    with runtime_of(app).database.begin() as session:
        for case in session.scalars(select(Case.id)).all():
            withdrawal.erase(session, CaseId(case), runtime_of(app).clock())


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


@pytest.mark.parametrize("typed", ["1" * 32, UNKNOWN, "\uff11" * 32, "1" * 30, "12-345"])
def test_a_refused_code_stands_there_in_groups_as_on_the_paper(
    visitor: Visitor, typed: str
) -> None:
    page = visitor.fill("/m", {"code": typed, "keep": "hour"})
    digits = "".join(str(int(sign)) for sign in typed if sign.isdecimal())
    assert page.one("kbd").text == in_groups(digits)
    assert page.typed["code"] == [typed]


@pytest.mark.parametrize("typed", ["", "my code", "1" * 257])
def test_what_is_no_code_at_all_is_not_shown_in_groups(visitor: Visitor, typed: str) -> None:
    assert not visitor.fill("/m", {"code": typed}).all("kbd")


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
    for other, same in ((code, UNKNOWN), (in_groups(code), in_groups(UNKNOWN))):
        assert erased.response.text.count(other) == 1
        assert unknown.response.text.count(same) == 1
    shown = erased.response.text.replace(code, UNKNOWN)
    assert shown.replace(in_groups(code), in_groups(UNKNOWN)) == unknown.response.text
    assert unknown.problems[0].startswith(NOT_FOUND)


def test_the_code_is_not_kept_once_it_has_opened_its_mailbox(visitor: Visitor) -> None:
    visitor.open_mailbox()
    page = visitor.open("/m")
    assert page.typed == {"code": [""], "keep": ["hour"]}
    assert page.problems == []


def test_an_hour_is_an_hour_and_words_half_written_are_still_there(
    visitor: Visitor, clock: Clock
) -> None:
    code = visitor.open_mailbox()
    visitor.fill("/m/write", {"text": "half a"}, do="lang-en")
    clock.advance(timedelta(hours=1))
    assert visitor.get("/m/read").headers["Location"] == "/m"
    visitor.fill("/m", {"code": code, "keep": "hour"})
    assert visitor.open("/m/write").typed["text"] == ["half a"]


def test_who_is_asked_for_the_code_again_hears_that_what_they_wrote_is_kept(
    visitor: Visitor, clock: Clock
) -> None:
    kept = "What you wrote to the team is kept."
    visitor.open_mailbox()
    assert kept not in visitor.open("/m").one("main").text
    token = visitor.token("/m/write")
    clock.advance(timedelta(hours=1))
    sent = visitor.post("/m/write", {"token": token, "do": "next", "text": "it took me an hour"})
    assert sent.headers["Location"] == "/m"
    assert kept in visitor.open("/m").one("main").text


def test_a_mailbox_can_stay_open_until_leaving_but_not_longer_than_a_day(
    visitor: Visitor, clock: Clock
) -> None:
    code = visitor.open_mailbox()
    visitor.fill("/m", {"code": code, "keep": "leave"})
    clock.advance(timedelta(hours=23, minutes=59))
    assert visitor.get("/m/read").status_code == 200
    clock.advance(timedelta(minutes=1))
    assert visitor.get("/m/read").headers["Location"] in {"/", "/m"}


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
        shown = page.text.replace(typed, "").replace(in_groups(typed), "")
        told.append((tuple(seen), headers, shown))
    assert told[0][0]
    # The first of them makes the visit's row, so it is the later two that are alike.
    assert told[1] == told[2]
    assert told[0][1:] == told[1][1:]


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
