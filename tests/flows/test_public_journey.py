"""Whole stories of the public site, through HTTP, on both databases."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.tour import FIGURES, INFORMATION
from tests.visitor import Page, Typed, Visitor

STORY = "大使館の人が、母のことを話しました。\nThey also called me.\n\u202e\u06be\u06c7\u202c"


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def test_somebody_reports_notes_the_code_comes_back_and_takes_it_all_back(
    visitor: Visitor,
) -> None:
    visitor.get("/l/ja?to=safety")
    assert visitor.open("/s/0").heading == "はじめる前に"
    assert visitor.fill("/q", {"story": STORY}).problems
    check = visitor.fill("/q", {"story": STORY, "kinds": ["family"], "c_store": "yes"})
    assert STORY in "".join(check.one("div", **{"class": "words"}).texts)
    receipt = visitor.fill("/s/10", {}, "send")
    code = "".join(re.findall(r"\d", receipt.one("ol").text))
    visitor.fill("/s/code", {}, "written")
    assert visitor.fill("/s/code/try", {"first": code, "second": code}).heading.startswith("終わり")

    days_later = Visitor(visitor.client.application.test_client())
    mailbox = days_later.fill("/m", {"code": code, "keep": "hour"})
    assert mailbox.heading == "How things stand"
    read = days_later.fill("/m/write", {"text": "They came again."})
    assert read.one("article").text.endswith("They came again.")
    taken = days_later.fill("/m/end", {"word": "erase"})
    assert taken.heading == "You have taken your report back"


# Every page that takes a form, with a way to fill it that stays and one that goes on.
FORMS: tuple[tuple[str, Typed, Typed], ...] = (
    ("/q", {}, {"story": "x", "c_store": "yes"}),
    ("/m", {"code": "1"}, {"code": "0" * 30 + "98", "keep": "hour"}),
    ("/s/10", {"do": "send"}, {"do": "erase"}),
    ("/s/code", {"do": "written"}, {"do": "forget"}),
    ("/s/code/try", {}, {"first": "1", "second": "2"}),
    ("/m/write", {"text": ""}, {"text": "x"}),
    ("/s/8/files", {"gone": "0" * 32}, {}),
    ("/m/files", {}, {}),
    ("/s/2", {}, {"kinds": "threat"}),
    ("/m/choices", {"asked": "c_life"}, {"asked": "c_life", "answer": "support"}),
    ("/m/end", {"word": "x"}, {"word": "erase"}),
    ("/m/appeal", {"text": "\x01" * 9_000}, {"text": "x"}),
)
OURS = re.compile(
    r"/(q|m|s/\d+(/more)?|s/8/files|m/files|s/code|s/code/try|m/read|m/write|m/end|m/appeal|m/choices|s/done)?(#check)?"
)


def posting_endpoints(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/staff")
    }


def test_the_table_of_forms_is_complete(app: Flask) -> None:
    address = app.url_map.bind("localhost")
    served = {address.match(path, method="POST")[0] for path, _stays, _goes in FORMS}
    assert served == posting_endpoints(app)


@pytest.mark.parametrize(("path", "stays", "goes"), FORMS)
def test_every_form_answers_303_to_a_path_of_ours_right_or_wrong(
    visitor: Visitor, path: str, stays: Typed, goes: Typed
) -> None:
    visitor.open_mailbox()
    token = visitor.token("/m")
    for fields in ({"do": "lang-ja"}, stays, goes):
        answer = visitor.post(path, {**fields, "token": token})
        assert answer.status_code == 303
        assert OURS.fullmatch(answer.headers["Location"])
        assert answer.data == b""


def test_every_form_demands_its_token_and_our_own_page(
    visitor: Visitor, subtests: pytest.Subtests
) -> None:
    for path, _stays, goes in FORMS:
        with subtests.test(path):
            assert visitor.post(path, goes).status_code == 400
            token = visitor.token("/m")
            assert visitor.post(path, {**goes, "token": "0" * 32}).status_code == 400
            foreign = visitor.post(path, {**goes, "token": token}, Sec_Fetch_Site="cross-site")
            assert foreign.status_code == 400
            assert visitor.post(path, {**goes, "token": token, "surprise": "1"}).status_code == 400


BAD_BODIES = (
    b"story=%FF%FE&c_store=yes",
    b"story=\xff\xfe\x00",
    b"story=%00%00%00&code=%00&text=%00&word=%00",
    b"story=%ED%A0%80&code=%ED%A0%80",
    "story=\u202e\u2066\u200f&code=\u202e&text=\u202e&word=\u202e".encode(),
    b"token=%ED%A0%80&do=%00",
    b"&&&===&;",
    b"%",
    b"token[]=1&story[]=2",
    "=".encode("utf-16"),
    b"story=" + b"x" * 190_000,
    b"story=" + b"%0D%0A" * 30_000,
    b"code=" + b"9" * 100_000,
    b"kinds=threat&" * 200,
    b"kinds=threat&" * 9_000,
    b"x" * 250_000,
)


@pytest.mark.parametrize("path", [path for path, _stays, _goes in FORMS])
def test_no_body_however_strange_breaks_a_page(visitor: Visitor, path: str) -> None:
    visitor.open_mailbox()
    token = visitor.token("/m").encode()
    for body in BAD_BODIES:
        for sent in (body, b"token=" + token + b"&" + body):
            answer = visitor.client.post(
                path,
                data=sent,
                content_type="application/x-www-form-urlencoded",
                headers=visitor.headers,
            )
            assert answer.status_code in {303, 400, 413}, sent[:60]
            if answer.status_code != 303:
                assert Page(answer).one("html").attributes["lang"] == "en"


@pytest.mark.parametrize("header", ["Accept-Language", "Cookie", "Sec-Fetch-Site", "Sec-Purpose"])
def test_no_header_however_strange_breaks_a_page(
    visitor: Visitor, header: str, subtests: pytest.Subtests
) -> None:
    bare = visitor.client.application.test_client(use_cookies=False)
    name = "HTTP_" + header.upper().replace("-", "_")
    for value in ("", "\xff\xfe", "__Host-v=\xff", "=;=;", ";" * 5000, "a" * 5000, "%00"):
        for path in ("/", "/q", "/m", "/leave", "/s/10", "/nowhere"):
            with subtests.test(path, value=value[:20]):
                answer = bare.get(path, environ_overrides={name: value})
                assert answer.status_code in {200, 303, 404}


def test_a_draft_that_grows_beyond_its_limit_is_refused_and_stays_as_it_was(
    visitor: Visitor,
) -> None:
    visitor.open_mailbox()
    visitor.fill("/q", {"story": "\x01" * 15_000})
    answer = visitor.press("/m/write", "next", {"text": "\x01" * 15_000})
    assert answer.status_code == 413
    assert Page(answer).typed["text"] == ["\x01" * 15_000]
    assert visitor.open("/q").typed["story"] == ["\x01" * 15_000]


def test_a_get_changes_nothing_but_on_the_listed_pages(app: Flask) -> None:
    writing = {"/leave", "/l/<code>"}
    reading = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/staff")
    }
    assert writing < reading
    assert reading - writing == {
        "/",
        "/s/0",
        *INFORMATION,
        *FIGURES[:4],
        "/figures/<name>",
        "/figures/<name>/<path:path>",
        *(f"/figures/{name}.json" for name in ("index", "ledger", "openapi", "plan")),
        "/figures/release.keys",
        "/s/<step:key>",
        "/s/done",
        "/favicon.ico",
        "/q",
        "/s/10",
        "/s/code",
        "/s/code/try",
        "/m",
        "/m/read",
        "/m/read/<int(min=1):before>",
        "/m/write",
        "/m/end",
        "/m/appeal",
        "/m/choices",
        "/s/8/files",
        "/m/files",
        "/m/files/<file:file>",
    }


def test_writing_and_taking_back_at_the_same_time_end_without_waiting_for_each_other(
    visitor: Visitor,
) -> None:
    for _ in range(5):
        visitor.open_mailbox()
        token = visitor.token("/m/write")
        cookie = visitor.client.get_cookie("__Host-v")
        assert cookie is not None
        windows = [Visitor(visitor.client.application.test_client()) for _ in range(4)]
        for window in windows:
            window.client.set_cookie("__Host-v", cookie.value, domain="localhost")

        def press(number: int, windows: list[Visitor] = windows, token: str = token) -> int:
            fields = {"token": token, "do": "next", "text": "hello", "word": "erase"}
            path, unused = (("/m/write", "word"), ("/m/end", "text"))[number % 2]
            del fields[unused]
            return windows[number].post(path, fields).status_code

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(press, range(4))) == {303}
