"""Sorting: the order in which people look up countries, by the collation of a real browser.

`make sorting` writes it into reporting/data/sorting.toml, where the service reads it.
"""

import textwrap
import tomllib
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from reporting.languages import OFFERED
from reporting.names import countries
from tests.browser import chromium

DATA: Final = Path(__file__).parents[2] / "reporting" / "data"
SORT: Final = """([language, names]) => {
  const {compare} = new Intl.Collator(language);
  return Object.keys(names).sort((a, b) => compare(names[a], names[b]));
}"""
HEAD: Final = """\
# Made by `make sorting`: countries in the order in which each language looks things up.

[order]
"""


def order(page: Page, language: str) -> list[str]:
    """Return the codes of all countries as this language sorts their names or readings."""
    ours = tomllib.loads((DATA / "countries.toml").read_text(encoding="utf-8"))
    names = {name.code: name.text for name in countries(language)}
    readings = ours["readings"].get(language, {})
    ordered: list[str] = page.evaluate(SORT, [language, {**names, **readings}])
    return ordered


def _written(language: str, codes: list[str]) -> str:
    lines = textwrap.fill(", ".join(f'"{code}"' for code in codes), 98, break_on_hyphens=False)
    return f"{language} = [\n{textwrap.indent(lines, '  ')},\n]\n"


def main() -> None:
    """Write the orders of all languages on offer."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable())
        page = browser.new_page()
        orders = [_written(one.code, order(page, one.code)) for one in OFFERED]
    (DATA / "sorting.toml").write_text(HEAD + "\n".join(orders), encoding="utf-8")


if __name__ == "__main__":
    main()
