"""Figures on the public site: which releases are there, the rows of their tables, their list."""

from typing import Any

from tests.publisher import MADE_UP, SECOND
from tests.visitor import Page, Visitor

FIRST = f"{MADE_UP}.v1"
REPLACED = f"{MADE_UP}.v2"
LAST = f"{SECOND}.v1"
PAGES = ("/figures", "/figures/plan", "/figures/method", "/figures/keys")
JSON = (
    "/figures/index.json",
    "/figures/ledger.json",
    "/figures/openapi.json",
    "/figures/plan.json",
)


def rows(page: Page, key: str) -> list[list[str]]:
    """Return the cells of a table, line by line."""
    found: list[list[str]] = []
    for element in page.elements:
        table = any(one.attributes.get("aria-labelledby") == f"{key}-c" for one in element.around)
        if table and element.tag == "tr":
            found.append([])
        elif table and element.tag in {"th", "td"}:
            found[-1].append(element.text)
    return found


def index(visitor: Visitor) -> Any:  # noqa: ANN401 - JSON, looked at as programs do
    return visitor.get("/figures/index.json").json
