"""Behind the code files go both ways, and no other code leads to them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from reporting import withdrawal
from reporting.ids import CaseId
from reporting.models import Case
from reporting.web.context import runtime_of
from tests import multipart
from tests.builders_files import rows, the_team_sends
from tests.conftest import Clock
from tests.filing import LETTER, PHOTO, post
from tests.multipart import NOTHING, Evidence
from tests.visitor import Page, Visitor

FILES = "/m/files"


def shown(page: Page) -> list[str]:
    """Return what stands beside the files of the conversation."""
    items = [element for element in page.within("ul") if element.tag == "li"]
    return [item.text for item in items if "Save a copy" in item.text]


def links(page: Page) -> list[str]:
    found = [link.attributes["href"] for link in page.within("ul") if link.tag == "a"]
    return [link for link in found if link.startswith(FILES)]


def told(answer: TestResponse) -> tuple[int, bytes, dict[str, str]]:
    """Return everything that an answer says, but for its time."""
    headers = {name: value for name, value in answer.headers if name != "Date"}
    return answer.status_code, answer.data, headers


def send(visitor: Visitor, fields: dict[str, str], file: Evidence) -> TestResponse:
    """Send a file with these fields, whatever page is open."""
    return post(visitor, FILES, multipart.body(fields, file))


def test_files_go_both_ways_and_come_back_as_they_were(app: Flask, visitor: Visitor) -> None:
    code = visitor.open_mailbox()
    assert visitor.attach(FILES, PHOTO).headers["Location"] == FILES
    the_team_sends(runtime_of(app), code, b"a form to fill in", "form.pdf")
    page = visitor.open(FILES)
    assert shown(page) == [
        "car.jpg 8 bytes You · November 24, 2026 Save a copy: car.jpg",
        "form.pdf 17 bytes The team · November 24, 2026 Save a copy: form.pdf",
    ]
    assert [visitor.get(link).data for link in links(page)] == [PHOTO.data, b"a form to fill in"]
    assert visitor.open("/m/read").all("a", href=FILES)[0].text == "Files (2)"


def test_a_mailbox_without_files_says_how_to_send_some(visitor: Visitor) -> None:
    visitor.open_mailbox()
    page = visitor.open(FILES)
    assert (page.title, page.heading) == ("Files · Tomoshibi", "Files")
    assert shown(page) == []
    assert page.one("form", enctype="multipart/form-data").attributes["action"] == FILES
    assert visitor.open("/m/read").all("a", href=FILES)[0].text == "Files"


def test_what_was_sent_with_the_report_is_not_behind_the_code(app: Flask, visitor: Visitor) -> None:
    visitor.open_mailbox([PHOTO])
    assert rows(runtime_of(app)) == (1, 1)
    assert shown(visitor.open(FILES)) == []


def test_why_a_file_was_not_kept_stands_at_the_top_and_beside_the_field(visitor: Visitor) -> None:
    visitor.open_mailbox()
    assert visitor.attach(FILES, NOTHING).headers["Location"] == f"{FILES}#check"
    page = visitor.open(FILES)
    assert page.problems == ["Please choose a file first."]
    assert page.title == "Check · Files · Tomoshibi"
    visitor.attach(FILES, PHOTO)
    assert visitor.open(FILES).problems == []


@pytest.mark.parametrize("do", ["next", "lang-ja"])
def test_a_trouble_is_over_for_who_goes_back(visitor: Visitor, do: str) -> None:
    visitor.open_mailbox()
    visitor.attach(FILES, NOTHING)
    answer = visitor.press(FILES, do)
    assert answer.headers["Location"] == {"next": "/m/read", "lang-ja": FILES}[do]
    assert visitor.open(FILES).problems == []


def test_the_language_buttons_keep_the_page(visitor: Visitor) -> None:
    visitor.open_mailbox()
    page = visitor.fill(FILES, {}, do="lang-ja")
    assert page.one("html").attributes["lang"] == "ja"
    assert page.one("form", enctype="multipart/form-data").attributes["action"] == FILES
    assert visitor.get("/l/en?to=files").headers["Location"] == FILES


def test_pages_of_files_come_in_steps_of_four_thousand_bytes(visitor: Visitor) -> None:
    visitor.open_mailbox()
    lengths = [len(visitor.get(FILES).data)]
    for _ in range(3):
        visitor.attach(FILES, PHOTO)
        lengths.append(len(visitor.get(FILES).data))
    assert [length % 4000 for length in lengths] == [0] * 4


def test_a_file_of_another_conversation_is_answered_as_one_that_never_was(
    app: Flask, visitor: Visitor
) -> None:
    visitor.open_mailbox()
    visitor.attach(FILES, PHOTO)
    (link,) = links(visitor.open(FILES))
    other = Visitor(app.test_client())
    other.open_mailbox()
    other.attach(FILES, LETTER)
    foreign, missing = other.get(link), other.get(f"{FILES}/{'0' * 32}")
    assert foreign.status_code == 404
    assert Page(foreign).heading == "There is no such page"
    assert told(foreign) == told(missing)
    assert visitor.get(link).data == PHOTO.data


@pytest.mark.parametrize("number", ["x", "0" * 31, "0" * 33, "A" * 32, "../read", ""])
def test_what_is_no_number_of_a_file_is_no_page(visitor: Visitor, number: str) -> None:
    visitor.open_mailbox()
    assert visitor.get(f"{FILES}/{number}").status_code == 404


@pytest.fixture
def link(visitor: Visitor) -> str:
    """Where a file of an open mailbox is handed out."""
    visitor.open_mailbox()
    visitor.attach(FILES, PHOTO)
    (found,) = links(visitor.open(FILES))
    return found


def leads_away(visitor: Visitor, link: str, token: str, there: str) -> None:
    """See that nothing is shown, handed out or taken."""
    fields = {"token": token}
    for answer in (visitor.get(FILES), visitor.get(link)):
        assert (answer.status_code, answer.headers["Location"]) == (303, there)
        assert PHOTO.data not in answer.data
    assert send(visitor, fields, LETTER).headers["Location"] == there


def test_after_the_report_was_taken_back_nothing_is_handed_out_or_taken(
    app: Flask, visitor: Visitor, link: str
) -> None:
    token = visitor.token(FILES)
    visitor.fill("/m/end", {"word": "erase"})
    leads_away(visitor, link, token, "/m/end")
    assert rows(runtime_of(app)) == (1, 1)
    assert not visitor.open("/m/read").all("a", href=FILES)
    visitor.fill("/m/end", {}, do="undo")
    assert visitor.get(link).data == PHOTO.data


def test_when_the_time_of_the_mailbox_is_over_nothing_is_handed_out_or_taken(
    app: Flask, visitor: Visitor, link: str, clock: Clock
) -> None:
    token = visitor.token(FILES)
    visitor.fill("/q", {"story": "a draft that lives for a day"})
    clock.advance(timedelta(hours=1))
    leads_away(visitor, link, token, "/m")
    assert rows(runtime_of(app)) == (1, 1)


def test_the_files_of_an_erased_report_are_gone_and_none_is_taken(
    app: Flask, visitor: Visitor, link: str
) -> None:
    token = visitor.token(FILES)
    with runtime_of(app).begin() as session:
        withdrawal.erase(
            session, CaseId(session.scalars(select(Case.id)).one()), runtime_of(app).clock()
        )
    assert rows(runtime_of(app)) == (0, 0)
    leads_away(visitor, link, token, "/m#check")
    assert rows(runtime_of(app)) == (0, 0)


def test_a_visit_without_a_mailbox_is_asked_for_the_code(app: Flask, link: str) -> None:
    other = Visitor(app.test_client())
    other.fill("/q", {"story": "a draft"})
    leads_away(other, link, other.token("/q"), "/m")


def test_a_browser_without_a_cookie_learns_nothing(app: Flask, visitor: Visitor, link: str) -> None:
    stranger = Visitor(app.test_client())
    for path in (FILES, link):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert send(stranger, {"token": visitor.token(FILES)}, LETTER).status_code == 400
    assert rows(runtime_of(app)) == (1, 1)


@pytest.mark.usefixtures("link")
@pytest.mark.parametrize("fields", [{}, {"token": ""}, {"token": "0" * 32}])
def test_files_with_no_token_of_this_browser_are_refused(
    app: Flask, visitor: Visitor, fields: dict[str, str]
) -> None:
    assert send(visitor, fields, LETTER).status_code == 400
    assert rows(runtime_of(app)) == (1, 1)


def test_files_for_the_mailbox_and_for_a_draft_do_not_mix(visitor: Visitor) -> None:
    visitor.open_mailbox()
    visitor.fill("/q", {"story": "another report", "c_store": "yes"})
    visitor.attach(FILES, PHOTO)
    visitor.attach("/s/8/files", LETTER)
    assert ["car.jpg" in text for text in shown(visitor.open(FILES))] == [True]
    draft = visitor.open("/s/8/files")
    assert [one.text for one in draft.all("button", name="gone")] == ["Remove: letter.pdf"]
    visitor.fill("/s/10", {}, "send")
    assert ["car.jpg" in text for text in shown(visitor.open(FILES))] == [True]


def test_a_name_that_could_be_taken_for_more_is_text(visitor: Visitor) -> None:
    visitor.open_mailbox()
    visitor.attach(FILES, Evidence("<b>&{{ 7 }}%s.jpg"))
    page = visitor.open(FILES)
    assert page.all("b") == []
    assert "<b>&{{ 7 }}%s.jpg" in shown(page)[0]
