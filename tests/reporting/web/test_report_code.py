"""The code of a report is shown until it is noted or given up, and stands nowhere else."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from reporting.models import Case, VisitRow
from tests.conftest import Clock
from tests.reporting.web.sent import COMPLETE, count
from tests.visitor import Visitor


def test_the_code_is_shown_on_every_visit_until_it_is_noted_or_a_day_is_over(
    visitor: Visitor, clock: Clock
) -> None:
    visitor.send_report()
    shown = visitor.open("/s/code").one("ol").text
    clock.advance(timedelta(hours=23))
    assert visitor.open("/s/code").one("ol").text == shown
    clock.advance(timedelta(hours=1))
    assert visitor.get("/s/code").headers["Location"] == "/"


def test_the_code_stands_in_no_address_title_header_or_other_page(visitor: Visitor) -> None:
    code = visitor.send_report()
    answer = visitor.press("/s/code", "written")
    page = visitor.open("/s/code/try")
    assert code[:4] not in answer.headers["Location"]
    assert code not in "".join(sign for sign in page.response.text if sign.isdecimal())
    assert visitor.open("/s/code").title == "4 · Tomoshibi"


def asked(visitor: Visitor, code: str) -> dict[str, str]:
    """Return the right answer to what the try page asks."""
    labels = [label.text for label in visitor.open("/s/code/try").all("label")]
    places = [int(found[1]) for label in labels if (found := re.match(r"Group (\d) of 8", label))]
    first, second = [code[4 * place - 4 : 4 * place] for place in places]
    return {"first": first, "second": second}


def test_the_two_right_groups_erase_the_visit(app: Flask, visitor: Visitor) -> None:
    code = visitor.send_report()
    page = visitor.fill("/s/code/try", asked(visitor, code))
    assert page.heading == "Done. Please close this window now."
    assert visitor.client.get_cookie("__Host-v") is None
    assert count(app, VisitRow) == 0


def test_a_wrong_try_is_kept_and_can_be_repeated_for_ever(visitor: Visitor) -> None:
    code = visitor.send_report()
    right = asked(visitor, code)
    for _try in range(5):
        page = visitor.fill("/s/code/try", {"first": "12", "second": right["second"]})
        assert page.typed == {"first": ["12"], "second": [right["second"]]}
        assert len(page.problems) == 1
    assert visitor.fill("/s/code/try", right).heading.startswith("Done")


def test_a_try_says_which_group_is_missing_and_which_has_other_digits(visitor: Visitor) -> None:
    code = visitor.send_report()
    places = [int(label.text.split()[1]) for label in visitor.open("/s/code/try").all("label")]
    page = visitor.fill("/s/code/try", {"first": " ", "second": "12"})
    missing, other = page.problems
    assert missing == f"Please type group {places[0]} from your paper: four digits."
    assert other.startswith(f"Group {places[1]} has other digits.")
    assert code not in page.response.text


def test_the_try_page_keeps_what_was_typed_over_a_change_of_language(visitor: Visitor) -> None:
    visitor.send_report()
    page = visitor.fill("/s/code/try", {"first": "12", "second": ""}, do="lang-ja")
    assert page.typed == {"first": ["12"], "second": [""]}
    assert page.problems == []


def test_the_receipt_page_changes_its_language(visitor: Visitor) -> None:
    visitor.send_report()
    assert visitor.fill("/s/code", {}, do="lang-ja").one("html").attributes["lang"] == "ja"


def test_who_does_not_want_to_come_back_can_erase_the_code(app: Flask, visitor: Visitor) -> None:
    visitor.send_report()
    assert visitor.press("/s/code", "forget").headers["Location"] == "/s/done"
    assert count(app, VisitRow) == 0
    assert count(app, Case) == 1


@pytest.mark.parametrize("path", ["/s/code", "/s/code/try"])
def test_there_is_no_code_before_there_is_a_report(visitor: Visitor, path: str) -> None:
    visitor.fill("/q", COMPLETE)
    assert visitor.get(path).headers["Location"] == "/"
