import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from flask import Flask, Response

from reporting.errors import BusyError
from reporting.lines import Line
from reporting.web import budgets
from reporting.web.budgets import LIMITS, THREADS, Kind, UndeclaredError
from tests.visitor import Page, Visitor

STORY = {"story": "They know my sister's name.", "kinds": "threat", "c_store": "yes"}
LONG_SECONDS = 60.0


def when(is_true: Callable[[], bool]) -> None:
    """Wait until something has happened in another thread."""
    while not is_true():
        time.sleep(0.001)


def taken(app: Flask) -> ExitStack:
    """Take every place of every kind, with a patience that a test can wait for."""
    places = ExitStack()
    for kind, (count, _waiting) in LIMITS.items():
        line = budgets.of(app).lines[kind]
        line.seconds = 0.01
        for _ in range(count):
            line.enter()
            places.callback(line.leave)
    return places


@pytest.fixture
def full(app: Flask) -> Iterator[None]:
    """A service in which every place is taken."""
    with taken(app):
        yield


def test_so_many_are_worked_on_at_once_and_who_waits_too_long_is_told() -> None:
    line = Line(2, 1, 0.01)
    line.enter()
    line.enter()
    with pytest.raises(BusyError):
        line.enter()
    line.leave()
    line.enter()


def test_who_came_first_goes_first() -> None:
    line = Line(1, 10, LONG_SECONDS)
    line.enter()
    order: list[int] = []

    def come(number: int) -> None:
        line.enter()
        order.append(number)
        line.leave()

    with ThreadPoolExecutor(10) as pool:
        for number in range(10):
            pool.submit(come, number)
            when(lambda: line.waiting > number)  # noqa: B023 - asked before the next number
        line.leave()
    assert order == list(range(10))


def test_beyond_the_end_of_the_line_nobody_is_kept_waiting() -> None:
    line = Line(1, 1, LONG_SECONDS)
    line.enter()
    waiting = threading.Thread(target=line.enter)
    waiting.start()
    when(lambda: line.waiting == 1)
    with pytest.raises(BusyError):
        line.enter()
    line.leave()
    waiting.join()


def test_places_given_up_are_places_for_others() -> None:
    line = Line(1, 5, 0.01)
    for _ in range(20):
        line.enter()
        with pytest.raises(BusyError):
            line.enter()
        line.leave()
    assert line.waiting == 0


def test_many_who_come_and_go_lose_no_place() -> None:
    line = Line(3, 100, LONG_SECONDS)
    inside: list[int] = []
    most = 0
    lock = threading.Lock()

    def come(number: int) -> None:
        nonlocal most
        for _ in range(50):
            line.enter()
            with lock:
                inside.append(number)
                most = max(most, len(inside))
            with lock:
                inside.remove(number)
            line.leave()

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(come, range(30)))
    assert most <= 3
    for _ in range(3):
        line.enter()


@pytest.mark.usefixtures("full")
def test_a_page_that_waited_in_vain_says_to_try_again_and_lets_leave(visitor: Visitor) -> None:
    page = visitor.open("/s/0")
    assert page.response.status_code == 503
    assert page.heading == "Many people are writing just now"
    assert page.one("a", href="/leave").text == "Leave this page"


def test_a_form_that_waited_in_vain_comes_back_with_every_word_and_its_button(
    app: Flask, visitor: Visitor
) -> None:
    token = visitor.token("/q")
    with taken(app):
        page = Page(visitor.post("/q", {**STORY, "token": token, "do": "next"}))
    assert page.response.status_code == 503
    assert page.one("textarea", name="story").text == STORY["story"]
    assert page.typed == {**{name: [value] for name, value in STORY.items()}, "do": ["next"]}
    again = {name: value for name, (value,) in page.typed.items()}
    token = page.one("input", name="token").attributes["value"]
    answer = visitor.post("/q", {**again, "token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/s/10")


@pytest.mark.usefixtures("full")
def test_a_form_without_a_cookie_loses_nothing_either(visitor: Visitor) -> None:
    page = Page(visitor.post("/q", {**STORY, "do": "next"}))
    assert page.response.status_code == 503
    assert page.one("textarea", name="story").text == STORY["story"]
    assert visitor.client.get_cookie("__Host-v") is not None


@pytest.mark.usefixtures("full")
def test_a_form_of_somebody_elses_page_is_not_given_back(visitor: Visitor) -> None:
    answer = visitor.post("/q", STORY, Sec_Fetch_Site="cross-site")
    assert answer.status_code == 503
    assert "sister" not in answer.text


@pytest.mark.usefixtures("full")
def test_a_text_far_too_long_is_not_even_read_when_many_send_such(visitor: Visitor) -> None:
    page = Page(visitor.post("/q", {"story": "x" * 250_000}))
    assert page.response.status_code == 413
    assert page.all("textarea") == []


@pytest.mark.usefixtures("full")
def test_what_costs_nothing_never_waits(visitor: Visitor) -> None:
    assert visitor.get("/leave").status_code == 303
    assert visitor.get("/l/ja?to=help").status_code == 303
    assert visitor.get("/nowhere").status_code == 404
    assert visitor.client.put("/").status_code == 405


def test_a_place_is_free_again_after_every_answer_right_or_wrong(
    app: Flask, visitor: Visitor
) -> None:
    for line in budgets.of(app).lines.values():
        line.seconds = 0.01
    for _ in range(40):
        assert visitor.get("/").status_code == 200
        assert visitor.post("/q", {}).status_code == 400
        assert visitor.post("/m", {}).status_code == 400
        assert visitor.get("/s/10").status_code == 303


def test_what_is_still_being_sent_keeps_its_place_to_the_last_byte(app: Flask) -> None:
    line = budgets.of(app).lines[Kind.DOWNLOAD]
    line.seconds = 0.01
    app.add_url_rule("/file", "file", lambda: Response(iter([b"one", b"two"])))
    budgets.declare(app, {"file": Kind.DOWNLOAD})
    with app.test_client() as browser:
        places, _waiting = LIMITS[Kind.DOWNLOAD]
        first, *others = (browser.get("/file", buffered=False) for _ in range(places))
        with pytest.raises(BusyError):
            line.enter()
        first.close()
        line.enter()
        line.leave()
        for other in others:
            other.close()


def test_every_route_that_takes_something_names_its_budget_or_nothing_starts(app: Flask) -> None:
    app.add_url_rule("/more", "more", lambda: "", methods=["GET", "POST"])
    with pytest.raises(UndeclaredError, match="more"):
        budgets.check(app)
    budgets.declare(app, {"more": Kind.DRAFT})
    budgets.check(app)


def test_what_only_shows_something_is_a_page(app: Flask) -> None:
    found = budgets.of(app)
    shown = {"pages.start", "information.helping", "report.short", "mailbox.read"}
    assert {found.kinds[endpoint] for endpoint in shown} == {Kind.PAGE}
    assert found.kinds["staff.take_passphrase"] is Kind.SIGN_IN
    assert found.kinds["staff.open_case"] is Kind.STAFF
    assert found.kinds["staff.hand_out_file"] is found.kinds["uploads.hand_out"] is Kind.DOWNLOAD
    assert set(budgets.PUBLIC) <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_no_two_full_lines_take_all_threads() -> None:
    lines = sorted(places + waiting for places, waiting in LIMITS.values())
    assert sum(lines) < THREADS
