import pytest

from tests.browser import tour
from tests.browser.chromium import LANGUAGES, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.people import Colleague
from tests.browser.reading import findings
from tests.browser.tour_of_a_case import of_a_case


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_way_into_the_staff_site(
    demo: Demo, new_page: NewPage, language: str
) -> None:
    page = new_page(View(language, measured=True))
    for stop in tour.staff_door(Colleague(page, demo, language)):
        assert findings(page, stop) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_staff(
    demo: Demo, new_page: NewPage, admitted: Admission, language: str
) -> None:
    view = View(language, measured=True)
    page = new_page(view, admitted("reviewer"))
    for stop in tour.staff(Colleague(page, demo, language)):
        assert findings(page, stop) == []
    for role in ("auditor", "caseworker"):
        page = new_page(view, admitted(role))
        Colleague(page, demo, language).open("/staff/")
        assert findings(page, role) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_a_report_that_is_worked_on(
    demo: Demo, new_page: NewPage, language: str
) -> None:
    worker = demo.somebody("reviewer")
    colleague = Colleague(new_page(View(language, measured=True)), demo, language)
    colleague.sign_in(worker)
    for stop in of_a_case(colleague, worker):
        assert findings(colleague.page, stop) == []
