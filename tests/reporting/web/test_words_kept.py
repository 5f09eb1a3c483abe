"""No error throws words away: every form of the public site gives back what was typed into it."""

from collections.abc import Callable, Mapping

import pytest
from flask import Flask

from forms import questionnaire
from forms.base import Form
from forms.mailbox import CodeForm
from forms.report import TryForm
from reporting.web import budgets, echo
from reporting.web.bodies import LIMIT_BYTES
from reporting.web.budgets import LIMITS
from tests.visitor import Page, Visitor

LONG = "\u4ed6\u5011\u5728\u8ddf\u8e64\u6211 " * 200 + "\U0001f56f the end"
PAGES = sorted(echo.FORMS)
OF_A_DRAFT = ["/q", *(f"/s/{key}" for key in questionnaire.ORDER)]
CODES: dict[type[Form], set[str]] = {CodeForm: {"code"}, TryForm: {"first", "second"}}
Send = Callable[[Visitor, str, dict[str, str]], Page]


def words(form: type[Form]) -> dict[str, str]:
    """Fill every field of a form that people type words into, but no code of a mailbox."""
    names = {field.name for field in form() if field.shows_words} - CODES.get(form, set())
    return {name: f"{name}: {LONG}" for name in names}


def sent(visitor: Visitor, path: str, fields: Mapping[str, str]) -> Page:
    return Page(visitor.post(path, {**fields, "token": visitor.token("/q")}))


def without_a_token(visitor: Visitor, path: str, fields: dict[str, str]) -> Page:
    visitor.get("/q")
    return Page(visitor.post(path, fields))


def without_a_cookie(visitor: Visitor, path: str, fields: dict[str, str]) -> Page:
    return Page(visitor.post(path, fields))


def with_an_answer_of_an_older_page(visitor: Visitor, path: str, fields: dict[str, str]) -> Page:
    return sent(visitor, path, {**fields, "no_more": "asked"})


def with_a_button_of_an_older_page(visitor: Visitor, path: str, fields: dict[str, str]) -> Page:
    return sent(visitor, path, {**fields, "do": "no more there"})


def too_large(visitor: Visitor, path: str, fields: dict[str, str]) -> Page:
    return sent(visitor, path, {**fields, "more": "x" * LIMIT_BYTES})


WAYS: list[tuple[Send, int]] = [
    (without_a_token, 400),
    (without_a_cookie, 400),
    (with_an_answer_of_an_older_page, 400),
    (with_a_button_of_an_older_page, 400),
    (too_large, 413),
]


@pytest.mark.parametrize(("send", "status"), WAYS)
@pytest.mark.parametrize("path", PAGES)
def test_every_form_gives_back_every_word(
    visitor: Visitor, path: str, send: Send, status: int
) -> None:
    typed = words(echo.FORMS[path])
    page = send(visitor, path, typed)
    assert page.response.status_code == status
    assert {name: page.typed[name] for name in typed} == {name: [typed[name]] for name in typed}


@pytest.mark.parametrize("path", ["/m", "/s/code/try"])
@pytest.mark.parametrize(("send", "status"), WAYS)
def test_no_error_gives_back_a_code(visitor: Visitor, path: str, send: Send, status: int) -> None:
    code = dict.fromkeys(sorted(CODES[echo.FORMS[path]]), "4821 canary")
    page = send(visitor, path, code)
    assert page.response.status_code == status
    assert "canary" not in page.response.text
    assert not code.keys() & page.typed.keys()
    # The button leads on to the form itself, which asks for it.
    assert page.one("form").attributes["action"] == path


@pytest.mark.parametrize("path", PAGES)
def test_every_form_gives_back_every_word_when_too_many_come_at_once(
    app: Flask, visitor: Visitor, path: str
) -> None:
    typed = words(echo.FORMS[path])
    token = visitor.token("/q")
    for kind, (places, _waiting) in LIMITS.items():
        line = budgets.of(app).lines[kind]
        line.seconds = 0.001
        for _ in range(places):
            line.enter()
    page = Page(visitor.post(path, {**typed, "token": token, "do": "lang-ja"}))
    assert page.response.status_code == 503
    assert {name: page.typed[name] for name in typed} == {name: [typed[name]] for name in typed}
    assert page.typed["do"] == ["lang-ja"]


@pytest.mark.parametrize("path", [path for path in OF_A_DRAFT if words(echo.FORMS[path])])
def test_words_that_come_after_their_report_was_sent_are_given_back(
    visitor: Visitor, path: str
) -> None:
    token = visitor.token("/q")
    visitor.send_report()
    typed = words(echo.FORMS[path])
    page = Page(visitor.post(path, {**typed, "token": token}))
    assert page.response.status_code == 409
    assert {name: page.typed[name] for name in typed} == {name: [typed[name]] for name in typed}
    assert page.one("a", href="/s/code").text == "Go back"
    # Where nobody typed a word there is nothing to give back.
    assert visitor.post(path, {"token": token}).headers["Location"] == "/s/code"


def test_an_answer_that_is_not_offered_any_more_is_refused_once_and_not_for_ever(
    visitor: Visitor,
) -> None:
    fields = {"story": LONG, "kinds": "no more", "c_store": "yes", "do": "next"}
    page = sent(visitor, "/q", fields)
    assert page.response.status_code == 400
    assert page.typed == {"story": [LONG], "c_store": ["yes"]}
    again = {name: value for name, (value,) in page.typed.items()}
    answer = visitor.post("/q", {**again, "token": visitor.token("/q")})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/s/10")
