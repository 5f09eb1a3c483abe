"""One served demonstration, one neutral page and one browser for each worker of the run."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Final, Protocol

import pytest
from playwright.sync_api import Browser, Page, Playwright, StorageState, sync_playwright

from tests.browser import chromium
from tests.browser.chromium import View
from tests.browser.demo import Demo, served
from tests.browser.neutral import weather
from tests.browser.people import Colleague
from tests.conftest import shared
from tests.walks import a_walk


class NewPage(Protocol):
    """Opens a window, without cookies or with those of somebody who is signed in."""

    def __call__(self, view: View, state: StorageState | None = None, /) -> Page: ...


Admission = Callable[[str], StorageState]
ServeDemo = Callable[[], AbstractContextManager[Demo]]
HERE: Final = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure nothing here: these tests may be skipped, so others reach every line."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(a_walk)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def weather_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where the neutral page is, to which Leave leads."""
    with weather(tmp_path_factory.mktemp("weather")) as port:
        yield port


@pytest.fixture(scope="session")
def browser(playwright: Playwright, weather_port: int) -> Iterator[Browser]:
    running = chromium.start(playwright, weather_port)
    yield running
    running.close()


@pytest.fixture(scope="session")
def serve_demo(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> ServeDemo:
    """Serve a demonstration; asked for after the browser, without which nothing runs."""
    assert browser.is_connected()
    made = shared(tmp_path_factory, worker_id) / "demonstration"
    return lambda: served(tmp_path_factory.mktemp("demo"), made)


@pytest.fixture(scope="session")
def demo(serve_demo: ServeDemo) -> Iterator[Demo]:
    """Both sites with sample reports, for all tests that leave others what they need."""
    with serve_demo() as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Open fresh browser windows, which close when the test is over."""
    opened: list[Page] = []

    def open_page(view: View, state: StorageState | None = None) -> Page:
        opened.append(chromium.new_page(browser, view, state))
        return opened[-1]

    yield open_page
    for page in opened:
        page.context.close()


@pytest.fixture(scope="session")
def admitted(browser: Browser, demo: Demo) -> Admission:
    """Sign a role in, once for all tests, and give its cookies."""

    @cache
    def admit(role: str) -> StorageState:
        page = chromium.new_page(browser, View("en"))
        Colleague(page, demo, "en").sign_in(demo.somebody(role))
        state = page.context.storage_state()
        page.context.close()
        return state

    return admit
