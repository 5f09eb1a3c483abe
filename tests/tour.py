"""A tour: every public page once, in every state that looks different."""

from collections.abc import Iterator

from werkzeug.test import TestResponse

from tests.visitor import Page, Visitor

INFORMATION = ("/help", "/s/0/more", "/privacy", "/kept", "/access", "/languages", "/notices")
PLAIN = ("/", "/s/0", *INFORMATION, "/s/done", "/m/done", "/q", "/m")


def every_page(visitor: Visitor) -> Iterator[tuple[str, Page]]:
    """Yield (name, page) for the whole journey, mistakes included."""
    for path in PLAIN:
        yield path, visitor.open(path)
    yield "404", visitor.open("/nowhere")
    yield "405", Page(visitor.client.put("/", headers=visitor.headers))
    yield "413", Page(visitor.post("/q", {"story": "x" * 210_000}))
    yield "400", Page(visitor.post("/q", {}, Sec_Fetch_Site="cross-site"))
    yield "400 again", Page(visitor.post("/q", {"story": "my words", "do": "next"}))
    yield from _report(visitor)
    yield from _mailbox(visitor)


def _report(visitor: Visitor) -> Iterator[tuple[str, Page]]:
    yield "/q nothing", visitor.fill("/q", {})
    yield "/q too long", visitor.fill("/q", {"story": "x" * 8001})
    yield "/q damaged", Page(_damaged(visitor))
    yield "/s/10", visitor.fill("/q", {"story": "Call 090-1234-5678", "c_store": "yes"})
    yield "/s/10 no words", visitor.fill("/q", {"kinds": ["threat", "cyber"], "c_store": "yes"})
    visitor.fill("/s/10", {}, "send")
    yield "/s/code", visitor.open("/s/code")
    yield "/s/code/try", visitor.fill("/s/code", {}, "written")
    yield "/s/code/try wrong", visitor.fill("/s/code/try", {"first": "1", "second": "2"})
    visitor.press("/s/code", "forget")


def _damaged(visitor: Visitor) -> TestResponse:
    visitor.press("/q", "next", {"story": "\ufffd"})
    return visitor.get("/q")


def _mailbox(visitor: Visitor) -> Iterator[tuple[str, Page]]:
    code = visitor.send_report()
    for name, typed in (
        ("empty", ""),
        ("letters", "abc"),
        ("short", "123"),
        ("slip", "1" * 32),
        ("unknown", "0" * 30 + "98"),
    ):
        yield f"/m {name}", visitor.fill("/m", {"code": typed, "keep": "hour"})
    yield "/m/read empty", visitor.fill("/m", {"code": code, "keep": "leave"})
    yield "/m/write", visitor.open("/m/write")
    yield "/m/write nothing", visitor.fill("/m/write", {"text": " "})
    yield "/m/read", visitor.fill("/m/write", {"text": "9876"})
    yield "/m/end", visitor.open("/m/end")
    yield "/m/end wrong", visitor.fill("/m/end", {"word": "5"})
