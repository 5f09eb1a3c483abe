from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.browser import tour
from tests.browser.chromium import LANGUAGES, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.people import Colleague, Reporter

ENTRIES: Final = ("/", "/s/0", "/q", "/m", "/s/code")
ENTRY_BYTES: Final = 12_000
PAGE_BYTES: Final = 25_000
FIGURES_BYTES: Final = 60_000
STAFF_BYTES: Final = 60_000
# What Chromium says itself about an answer that is 4xx on purpose.
ON_PURPOSE: Final = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Traffic:
    """What a browser asked for, and what it complained about."""

    page: Page
    address: str
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 - it looks at the function
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def extras(self) -> list[str]:
        """Return every request but those for pages of ours."""
        return [
            one.url
            for one in self.requests
            if one.resource_type != "document" or not one.url.startswith(self.address)
        ]

    def _hear(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(ON_PURPOSE):
            self.complaints.append(message.text)


def bytes_of(page: Page) -> int:
    """Ask for the page once more, alone, and return its size on the wire."""
    answer = page.reload()
    assert answer is not None
    assert "content-encoding" not in answer.headers
    return len(answer.body())


def limit(stop: str) -> int:
    if stop.startswith("/figures"):
        return FIGURES_BYTES
    return ENTRY_BYTES if stop.partition(" ")[0] in ENTRIES else PAGE_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_is_one_small_request_without_a_complaint(
    demo: Demo, new_page: NewPage, admitted: Admission, language: str
) -> None:
    page = new_page(View(language))
    colleague = Colleague(new_page(View(language), admitted("reviewer")), demo, language)
    traffic = Traffic(page, demo.address)
    traffic.watch()
    heavy = {}
    for stop in tour.public(Reporter(page, demo, language), colleague):
        assert traffic.extras() == [], stop
        traffic.requests.clear()
        weight = bytes_of(page)
        assert len(traffic.requests) == 1, stop
        if weight > limit(stop):
            heavy[stop] = weight
    assert heavy == {}
    assert traffic.complaints == []


def weigh_staff(traffic: Traffic, stops: Iterable[str]) -> dict[str, int]:
    """Return the staff pages that are too heavy; refuse what comes from elsewhere."""
    heavy = {}
    for stop in stops:
        weight = len(traffic.page.content().encode())
        if weight > STAFF_BYTES:
            heavy[stop] = weight
    assert [one for one in traffic.extras() if not one.endswith((".css", ".js"))] == []
    assert traffic.complaints == []
    return heavy


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_staff_page_is_light_and_asks_for_nothing_but_its_style_and_keys(
    demo: Demo, new_page: NewPage, admitted: Admission, language: str
) -> None:
    traffic = Traffic(new_page(View(language), admitted("reviewer")), demo.address)
    traffic.watch()
    stops = tour.staff(Colleague(traffic.page, demo, language))
    assert weigh_staff(traffic, stops) == {}
    log = Traffic(new_page(View(language), admitted("auditor")), demo.address)
    log.watch()
    log.page.goto(f"{demo.address}/staff/audit")
    assert weigh_staff(log, ["log"]) == {}
