import pytest

from tests.visitor import Page, Typed, Visitor

STORY = {"story": "They know my sister's name.", "c_store": "yes"}
COOKIE = "__Host-v"


@pytest.fixture
def other(visitor: Visitor) -> Visitor:
    """Somebody else with a browser of their own."""
    return Visitor(visitor.client.application.test_client())


@pytest.mark.parametrize(
    "path", ["/s/10", "/s/code", "/s/code/try", "/m/read", "/m/write", "/m/end"]
)
@pytest.mark.parametrize("cookie", ["", "x", "%%%", "A" * 43, "A" * 44, "A" * 4000, "あ", '"'])
def test_an_inner_page_without_a_visit_leads_to_the_start(
    visitor: Visitor, path: str, cookie: str
) -> None:
    raw = f"{COOKIE}={cookie}".encode().decode("latin1")
    bare = visitor.client.application.test_client(use_cookies=False)
    answer = bare.get(path, environ_overrides={"HTTP_COOKIE": raw})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("path", ["/q", "/m"])
@pytest.mark.parametrize("origin", ["cross-site", "same-site"])
def test_somebody_from_another_site_gets_no_new_cookie_that_might_orphan_a_draft(
    visitor: Visitor, path: str, origin: str
) -> None:
    answer = visitor.get(path, Sec_Fetch_Site=origin)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("origin", ["none", "same-origin"])
def test_somebody_who_typed_the_address_or_comes_from_us_gets_in(
    visitor: Visitor, origin: str
) -> None:
    assert visitor.get("/q", Sec_Fetch_Site=origin).status_code == 200


def test_a_form_without_a_cookie_gives_every_word_back_and_pressing_again_goes_on(
    visitor: Visitor,
) -> None:
    typed: Typed = {
        "story": 'line one\r\n<line> "two"',
        "kinds": ["threat", "cyber"],
        "c_store": "yes",
    }
    answer = visitor.post("/q", {**typed, "token": "stale", "do": "next"})
    page = Page(answer)
    assert answer.status_code == 400
    assert page.typed["story"] == ['line one\r\n<line> "two"']
    assert page.typed["kinds"] == ["threat", "cyber"]
    assert page.one("form").attributes["action"] == "/q"
    token = page.one("input", name="token").attributes["value"]
    again = visitor.post("/q", {**page.typed, "token": token})
    assert again.headers["Location"] == "/s/10"
    assert 'line one\n<line> "two"' in "".join(
        visitor.open("/s/10").one("div", **{"class": "words"}).texts
    )


def test_a_form_without_a_cookie_writes_nothing(visitor: Visitor) -> None:
    visitor.post("/q", {**STORY, "do": "next"})
    assert visitor.get("/s/10").headers["Location"] == "/"
    assert visitor.open("/q").typed["story"] == [""]


@pytest.mark.parametrize("token", ["", "0" * 32, "あ", "x" * 10_000])
def test_a_forged_token_is_refused_and_the_words_come_back(visitor: Visitor, token: str) -> None:
    visitor.get("/q")
    answer = visitor.post("/q", {**STORY, "token": token, "do": "next"})
    assert answer.status_code == 400
    assert Page(answer).typed["story"] == [STORY["story"]]
    assert visitor.open("/q").typed["story"] == [""]


def test_a_token_of_another_browser_is_refused(visitor: Visitor, other: Visitor) -> None:
    stolen = other.token("/q")
    visitor.get("/q")
    assert visitor.post("/q", {**STORY, "token": stolen, "do": "next"}).status_code == 400


def test_a_token_from_before_leaving_is_refused(visitor: Visitor) -> None:
    old = visitor.token("/q")
    visitor.get("/leave")
    visitor.get("/q")
    assert visitor.post("/q", {**STORY, "token": old, "do": "next"}).status_code == 400


@pytest.mark.parametrize("origin", ["cross-site", "same-site", "none"])
def test_a_form_on_another_site_is_refused_and_echoes_nothing(
    visitor: Visitor, origin: str
) -> None:
    token = visitor.token("/q")
    fields = {**STORY, "token": token, "do": "next"}
    answer = visitor.post("/q", fields, Sec_Fetch_Site=origin)
    assert answer.status_code == 400
    assert STORY["story"] not in answer.text
    assert visitor.open("/q").typed["story"] == [""]
    assert visitor.post("/q", fields, Sec_Fetch_Site="same-origin").status_code == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"extra": "1"},
        {"do": "drop"},
        {"do": "lang-xx"},
        {"kinds": "unheard"},
        {"kinds": ["threat", "unheard"]},
        {"c_store": "no"},
        {"story": ["one", "two"]},
    ],
)
def test_what_our_pages_never_send_is_refused_and_not_stored(
    visitor: Visitor, fields: dict[str, str | list[str]]
) -> None:
    token = visitor.token("/q")
    assert visitor.post("/q", {"do": "next", **fields, "token": token}).status_code == 400
    assert visitor.get("/s/10").headers["Location"] == "/"


def test_the_enter_key_means_the_first_button(visitor: Visitor) -> None:
    token = visitor.token("/q")
    assert visitor.post("/q", {**STORY, "token": token}).headers["Location"] == "/s/10"


def test_two_browsers_never_meet(visitor: Visitor, other: Visitor) -> None:
    visitor.fill("/q", STORY)
    assert other.open("/q").typed["story"] == [""]
    assert other.get("/s/10").headers["Location"] == "/"


@pytest.mark.parametrize("origin", ["cross-site", "same-site", "none"])
def test_a_form_on_another_site_cannot_replace_a_cookie_that_was_not_sent_along(
    other: Visitor, origin: str
) -> None:
    answer = other.post("/q", {**STORY, "do": "next"}, Sec_Fetch_Site=origin)
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers
    assert STORY["story"] not in answer.text


def test_a_browser_that_does_not_say_where_it_comes_from_can_write_a_report(
    other: Visitor,
) -> None:
    assert other.fill("/q", STORY).heading == "Check and send"
