"""Guided: somebody who answers the whole guided form as a report says."""

from forms.answers import Report
from forms.codebook import HOME, group_of
from forms.questions import ABROAD
from tests.visitor import Page, Visitor


def answer_all(visitor: Visitor, report: Report) -> Page:
    """Walk through every screen that opens and answer what it asks; return the check page."""
    page, seen = visitor.open("/s/1"), []
    while not page.all("button", value="send"):
        path = page.all("form")[-1].attributes["action"]
        assert path not in seen, f"{path} came twice"
        seen.append(path)
        page = _continue(visitor, path, page, report)
    return page


def _continue(visitor: Visitor, path: str, page: Page, report: Report) -> Page:
    asked = {element.attributes.get("name", "") for element in page.elements}
    said = typed(report)
    if "state_add" in asked:
        for state in report.answers.get("state", ()):
            page = visitor.fill(path, {**page.typed, "state_add": state}, "add")
    return visitor.fill(path, {**page.typed, **{one: said[one] for one in asked & said.keys()}})


def typed(report: Report) -> dict[str, list[str] | str]:
    """Return what a person would choose and type, by the name of the field."""
    answers = report.answers
    (host,) = answers.get("host", ("",))
    fields: dict[str, list[str] | str] = {
        name: list(codes) for name, codes in {**answers, **report.contact}.items()
    }
    for tactic in fields.pop("tactics", []):
        fields.setdefault(f"tactics.{group_of(tactic)}", [])
        fields[f"tactics.{group_of(tactic)}"] = [*fields[f"tactics.{group_of(tactic)}"], tactic]
    if host not in {"", HOME, "unsaid"}:
        fields |= {"host": ABROAD, "country": host}
    fields.pop("state", None)
    fields |= {name: given.answer for name, given in report.consents.items()}
    return {**fields, "story": report.story}
