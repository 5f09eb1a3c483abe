import pytest
from playwright.sync_api import Browser

from reporting.languages import OFFERED
from reporting.names import countries
from tests.browser.sorting import order


@pytest.mark.parametrize("language", [one.code for one in OFFERED])
def test_countries_stand_where_a_real_collation_puts_them(browser: Browser, language: str) -> None:
    page = browser.new_page()
    assert [name.code for name in countries(language)] == order(page, language)
