import pytest
from flask import Flask

from forms import questionnaire
from reporting.web import echo
from tests.visitor import Page, Visitor


def test_every_form_of_the_public_site_can_be_given_back(app: Flask) -> None:
    forms = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/staff")
    }
    screens = {f"/s/{key}" for key in questionnaire.ORDER}
    assert set(echo.FORMS) == (forms - {"/s/<step:key>"}) | screens


@pytest.mark.parametrize("text", ["threat", "yes", "x", "some-thing", "0123456789abcdef"])
def test_words_that_look_like_a_code_are_shown_as_words(visitor: Visitor, text: str) -> None:
    page = Page(visitor.post("/q", {"story": text, "kinds": "threat", "do": "next"}))
    assert [area.text for area in page.all("textarea")] == [text]
    hidden = page.all("input", type="hidden")
    assert {element.attributes["name"] for element in hidden} == {"token", "kinds", "do"}


def test_a_number_of_the_page_goes_back_unseen(visitor: Visitor) -> None:
    visitor.open_mailbox()
    sent = {**visitor.open("/m/write").typed, "text": "my letter", "token": "stale"}
    page = Page(visitor.post("/m/write", sent))
    assert [area.text for area in page.all("textarea")] == ["my letter"]
    assert page.typed["once"] == sent["once"]
    token = page.one("input", name="token").attributes["value"]
    assert visitor.post("/m/write", {**page.typed, "token": token}).status_code == 303


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("/m", {"code": "1234", "keep": "hour"}, []),
        ("/m/end", {"word": "erase"}, ["erase"]),
        ("/s/code/try", {"first": "12", "second": "34"}, []),
        ("/s/10", {"do": "send"}, []),
        ("/s/3", {"story": "my words", "language": "ja"}, ["my words"]),
        ("/s/5", {"first_year": "令和8年", "first_month": "3"}, ["令和8年", "3"]),
    ],
)
def test_every_page_shows_what_was_typed_but_no_code_and_nothing_else(
    visitor: Visitor, path: str, fields: dict[str, str], words: list[str]
) -> None:
    page = Page(visitor.post(path, {**fields, "strange": "not ours"}))
    assert page.response.status_code == 400
    assert [area.text for area in page.all("textarea")] == words
    assert "not ours" not in page.response.text
    assert "strange" not in page.response.text


def test_a_text_that_may_not_even_be_kept_for_a_while_comes_back_whole(visitor: Visitor) -> None:
    visitor.fill("/q", {"story": "before"})
    page = Page(visitor.press("/q", "next", {"story": "x" * 40_001, "c_store": "yes"}))
    assert page.response.status_code == 413
    assert page.heading == "That is too much at once"
    assert page.typed["story"] == ["x" * 40_001]
    assert visitor.open("/q").typed["story"] == ["before"]
