import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from reporting import retention
from reporting.errors import VisitGoneError
from reporting.languages import OFFERED
from reporting.settings import WEATHER_PAGE
from reporting.web.context import runtime_of
from reporting.web.errors import PLACES
from tests.builders_files import rows
from tests.multipart import Evidence
from tests.visitor import Visitor

STORY = {"story": "They know my sister's name.", "c_store": "yes"}


def test_the_start_page_names_languages_in_themselves_before_anything_else(
    visitor: Visitor,
) -> None:
    page = visitor.open("/")
    main = [element.text for element in page.within("main") if element.text]
    assert main[0] == " ".join(offer.name for offer in OFFERED)
    first, _ = page.all("nav")
    assert first.text == main[0]


def test_the_start_page_has_its_doors_and_telephones(visitor: Visitor) -> None:
    links = {link.attributes["href"] for link in visitor.open("/").all("a")}
    assert {"/s/0", "/m", "/help", "/kept", "tel:110", "tel:119", "tel:118", "/leave"} <= links


def test_leaving_erases_the_draft_and_makes_the_browser_forget(visitor: Visitor) -> None:
    visitor.fill("/q", STORY)
    answer = visitor.get("/leave")
    assert (answer.status_code, answer.headers["Location"]) == (303, WEATHER_PAGE)
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert visitor.get("/s/10").headers["Location"] == "/"


def test_the_row_itself_is_gone_after_leaving_though_somebody_kept_the_cookie(
    visitor: Visitor,
) -> None:
    visitor.fill("/q", STORY)
    cookie = visitor.client.get_cookie("__Host-v")
    assert cookie is not None
    visitor.get("/leave")
    visitor.client.set_cookie("__Host-v", cookie.value, domain="localhost")
    assert visitor.get("/s/10").headers["Location"] == PLACES[VisitGoneError]


def test_a_hostile_page_that_points_to_leave_cannot_erase_a_draft(visitor: Visitor) -> None:
    visitor.fill("/q", STORY)
    stranger = Visitor(visitor.client.application.test_client())
    answer = stranger.get("/leave", Sec_Fetch_Site="cross-site")
    assert answer.headers["Location"] == WEATHER_PAGE
    assert "Clear-Site-Data" not in answer.headers
    assert visitor.open("/q").typed["story"] == [STORY["story"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("X-Moz", "Prefetch")],
)
def test_looking_ahead_is_not_leaving(visitor: Visitor, name: str, value: str) -> None:
    visitor.fill("/q", STORY)
    assert visitor.get("/leave", **{name: value}).headers["Location"] == WEATHER_PAGE
    assert visitor.open("/q").typed["story"] == [STORY["story"]]


def test_who_wants_to_leave_gets_away_though_the_database_is_broken(
    app: Flask, visitor: Visitor
) -> None:
    visitor.fill("/q", STORY)
    engine = runtime_of(app).database.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE visit")
    answer = visitor.get("/leave")
    assert (answer.status_code, answer.headers["Location"]) == (303, WEATHER_PAGE)
    assert "Clear-Site-Data" in answer.headers


def test_leave_stands_first_after_the_skip_link_and_has_the_same_words_everywhere(
    visitor: Visitor,
) -> None:
    for path in ("/", "/s/0", "/q", "/m", "/kept", "/s/done", "/nowhere"):
        skip, leave, *_ = visitor.open(path).all("a")
        assert skip.attributes["href"] == "#main"
        assert (leave.text, leave.attributes["href"]) == ("Leave this page", "/leave")
        assert leave.attributes["rel"] == "noreferrer nofollow"


def test_the_page_after_the_end_says_what_to_do_and_confirms_nothing(visitor: Visitor) -> None:
    assert "close this window" in visitor.open("/s/done").heading


def leave(visitor: Visitor) -> TestResponse:
    """Leave, and wait until the server has done what it does after its answer."""
    answer = visitor.get("/leave")
    answer.close()
    return answer


def test_leaving_takes_the_files_of_a_draft_with_all_their_pieces(
    app: Flask, visitor: Visitor
) -> None:
    visitor.fill("/q", STORY, do="files")
    visitor.attach("/s/8/files", Evidence("car.jpg"), Evidence("film.mp4", bytes(3_000_000)))
    assert rows(runtime_of(app)) == (2, 4)
    assert leave(visitor).headers["Location"] == WEATHER_PAGE
    assert rows(runtime_of(app)) == (0, 0)


def test_leaving_takes_no_file_of_anybody_else_or_of_a_report(app: Flask, visitor: Visitor) -> None:
    other = Visitor(app.test_client())
    for person in (visitor, other):
        person.open_mailbox([Evidence("with-the-report.jpg")])
        person.attach("/m/files", Evidence("later.jpg"))
        person.fill("/q", STORY, do="files")
        person.attach("/s/8/files", Evidence("of-a-draft.jpg"))
    leave(visitor)
    assert rows(runtime_of(app)) == (5, 5)
    assert "of-a-draft.jpg" in other.open("/s/8/files").response.text


def test_who_wants_to_leave_gets_away_though_the_pieces_of_files_cannot_be_deleted_just_now(
    app: Flask, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.fill("/q", STORY, do="files")
    visitor.attach("/s/8/files", Evidence("car.jpg"))
    running = runtime_of(app)

    def refuse(*values: object) -> None:
        if str(values[2]).startswith("DELETE FROM file_piece"):
            raise OperationalError("canary", {}, Exception("canary"))

    event.listen(running.database.engine, "before_cursor_execute", refuse)
    answer = leave(visitor)
    event.remove(running.database.engine, "before_cursor_execute", refuse)
    assert (answer.status_code, answer.headers["Location"]) == (303, WEATHER_PAGE)
    assert caplog.text == ""
    # Without their key they are noise, which the next sweep takes.
    assert rows(running) == (0, 1)
    retention.sweep(running.database, running.sweeps, running.clock())
    assert rows(running) == (0, 0)
