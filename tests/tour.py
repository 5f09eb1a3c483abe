"""A tour: every public page once, in every state that looks different."""

import re
from collections.abc import Iterator

from werkzeug.test import TestResponse

from forms.codebook import KINDS as KINDS_OF_THINGS
from forms.codebook import offered
from reporting.settings import FileLimits
from reporting.web.context import runtime_of
from tests.builders_mailbox import decline
from tests.multipart import Evidence
from tests.publisher import MADE_UP, publish
from tests.visitor import Page, Typed, Visitor

INFORMATION = (
    *("/help", "/s/0/more", "/privacy", "/kept", "/kept/team", "/kept/figures"),
    *("/access", "/languages", "/notices"),
)
PLAIN = ("/", "/s/0", *INFORMATION, "/s/done", "/q", "/m")
FIGURES = (
    *("/figures", "/figures/plan", "/figures/method", "/figures/keys"),
    f"/figures/{MADE_UP}.v1",
)


# Small, so that a tour can come to what a page says about more.
LIMITS = FileLimits(3, 1_000_000, 2_500_000)
LONG_NAME = Evidence("Untitled_" + "x" * 120 + ".jpg", bytes(999_999))
FOREIGN_NAME = Evidence("\u202eصورة من البيت <b>.png")
TOO_LARGE = Evidence("film.mp4", bytes(LIMITS.each_bytes + 1), "video/mp4")

TOLD = "Call me at 090-1234-5678. \u96fb\u8a71\u304c\u3042\u308a\u307e\u3057\u305f\u3002"
KINDS = [kind.code for kind in offered(KINDS_OF_THINGS)]
# What somebody answers on each screen so that the next ones open, mistakes first.
RULES = ["hours", "not_named", "not_region"]
GUIDED: tuple[tuple[str, Typed], ...] = (
    ("1", {"relation": "relative"}),
    ("1/more", {"third_ok": "cannot"}),
    ("2", {}),
    ("2", {"kinds": KINDS}),
    ("2/more", {"tactics.threat": "threat.in_person"}),
    ("2/more/2", {"tactics.other": "other.unsure"}),
    ("3", {"story": "x" * 8001}),
    ("3", {"story": TOLD, "language": "ug", "interpreter": "no"}),
    ("4", {"state": ["RU", "unknown"], "actor": "police"}),
    ("4/more", {"basis": "said_so", "channel": "line"}),
    ("5", {"first_month": "13", "host": "JP"}),
    ("5", {"first_year": "2026", "first_month": "3", "host": "JP", "when": "d7"}),
    ("5/more", {"prefecture": "JP-13"}),
    ("5", {"first_year": "", "first_month": "", "host": "abroad"}),
    ("5/more", {"country": "KR"}),
    ("6", {"danger": "now", "danger_event": "self_harm", "harm": "crisis"}),
    ("7", {"authority": ["none", "police"]}),
    ("7/more", {"outcome": "waiting", "barrier": "language"}),
    ("8", {"contact": "signal", "contact_rule": RULES, "need": "safety"}),
    ("8/more", {"reach": "y" * 201}),
    ("8/more", {"reach": "somebody.01", "not_names": "Emi Sato", "not_regions": "kinki"}),
    ("9", {"c_life": "police"}),
    ("9", {"c_store": "yes", "c_share.police": "ask", "c_keep": "3"}),
)


def every_page(visitor: Visitor) -> Iterator[tuple[str, Page]]:
    """Yield (name, page) for the whole journey, mistakes included."""
    yield "/figures before any", visitor.open("/figures")
    publish(runtime_of(visitor.client.application).settings.instance)
    for path in (*PLAIN, *FIGURES):
        yield path, visitor.open(path)
    yield "404", visitor.open("/nowhere")
    yield "405", Page(visitor.client.put("/", headers=visitor.headers))
    yield "413", Page(visitor.post("/q", {"story": "x" * 210_000}))
    yield "400", Page(visitor.post("/q", {}, Sec_Fetch_Site="cross-site"))
    yield "400 again", Page(visitor.post("/q", {"story": "my words", "do": "next"}))
    yield from _report(visitor)
    yield from _guided(visitor)
    yield from _mailbox(visitor)


def _report(visitor: Visitor) -> Iterator[tuple[str, Page]]:
    yield "/q nothing", visitor.fill("/q", {})
    yield "/q too long", visitor.fill("/q", {"story": "x" * 8001})
    yield "/q damaged", Page(_damaged(visitor))
    yield "/s/10", visitor.fill("/q", {"story": "Call 090-1234-5678", "c_store": "yes"})
    yield "/s/10 no words", visitor.fill("/q", {"kinds": ["threat", "cyber"], "c_store": "yes"})
    yield from _files(visitor, "/s/8/files")
    yield "/s/10 with files", visitor.open("/s/10")
    visitor.fill("/s/10", {}, "send")
    yield "/s/code", visitor.open("/s/code")
    yield "/s/code/try", visitor.fill("/s/code", {}, "written")
    yield "/s/code/try wrong", visitor.fill("/s/code/try", {"first": "1", "second": "2"})
    visitor.press("/s/code", "forget")


def _files(visitor: Visitor, path: str) -> Iterator[tuple[str, Page]]:
    yield path, visitor.open(path)
    for name, files in (
        ("nothing", ()),
        ("too large", (LONG_NAME, TOO_LARGE, FOREIGN_NAME)),
        ("too many", (FOREIGN_NAME, FOREIGN_NAME)),
    ):
        visitor.attach(path, *files)
        yield f"{path} {name}", visitor.open(path)
    visitor.press(path, "next")
    yield f"{path} with files", visitor.open(path)


def _guided(visitor: Visitor) -> Iterator[tuple[str, Page]]:
    for key, fields in GUIDED:
        yield f"/s/{key}", visitor.open(f"/s/{key}")
        yield f"/s/{key} then", visitor.fill(f"/s/{key}", fields)
    visitor.attach("/s/8/files", LONG_NAME, FOREIGN_NAME)
    yield "/s/8/files guided", visitor.open("/s/8/files")
    yield "/s/10 with everything", visitor.open("/s/10")
    visitor.press("/s/10", "erase")


def _appeal(visitor: Visitor, code: str) -> Iterator[tuple[str, Page]]:
    decline(visitor.client.application.extensions["tomoshibi"], code, "9876")
    yield "/m/read declined", visitor.open("/m/read")
    yield "/m/appeal", visitor.open("/m/appeal")
    yield "/m/appeal too long", visitor.fill("/m/appeal", {"text": "9" * 8001})
    yield "/m/read appealed", visitor.fill("/m/appeal", {"text": ""})


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
    yield from _files(visitor, "/m/files")
    yield "/m/read with files", visitor.open("/m/read")
    yield from _appeal(visitor, code)
    yield "/m/end", visitor.open("/m/end")
    yield "/m/end wrong", visitor.fill("/m/end", {"word": "5"})
    yield "/m/choices one", visitor.fill("/m/choices", {}, "change-c_life")
    yield "/m/choices nothing", visitor.fill("/m/choices", {"asked": "c_life"})
    yield "/m/choices", visitor.fill("/m/choices", {"asked": "c_life", "answer": "support"})
    asked = visitor.open("/m/end").one("label", **{"for": "word"}).text
    # The pseudo-language puts brackets around the word, as around every text.
    word = re.findall(r"⟦[^⟦⟧]+⟧|\w+$", asked)[-1]
    yield "/m/end taken back", visitor.fill("/m/end", {"word": word})
    yield "/m/read taken back", visitor.open("/m/read")
