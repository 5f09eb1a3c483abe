import pytest

from tests.browser.chromium import LANGUAGES, View
from tests.browser.conftest import Admission, NewPage
from tests.browser.demo import Demo
from tests.browser.fitting import too_wide
from tests.browser.people import Colleague
from tests.browser.reading import findings
from tests.browser.tour_of_plans import of_plans


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_plans_fit_and_axe_finds_nothing_on_them(
    demo: Demo, new_page: NewPage, admitted: Admission, language: str
) -> None:
    page = new_page(View(language, measured=True), admitted("statistics_officer"))
    stops = of_plans(Colleague(page, demo, language))
    assert [(stop, findings(page, stop), too_wide(page, stop)) for stop in stops] == [
        ("plans", [], []),
        ("form of a plan", [], []),
        ("form of a plan with mistakes", [], []),
        ("form of a plan, weighed", [], []),
        ("plan", [], []),
        ("plans with one", [], []),
    ]
