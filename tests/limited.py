"""Reading in tests: how somebody reads, comes to a limit and goes on, and what supervisors read."""

import re
from datetime import timedelta

from flask import Flask

from admin.tripwires import LIMITS, Kind
from tests.builders_staff import (
    a_stored_report,
    token_of,
)
from tests.conftest import Clock
from tests.deciders import Decider
from tests.multipart import Evidence

STORY = "They rang 090-1234-5678 and asked for my father."
NUMBER = "090-1234-5678"
CONFIRM = "<h1>Please confirm it is you</h1>"
ENOUGH = "<h1>Enough for today</h1>"
REACHED = "Came to the limit of a day"
STOPPED = "Was stopped at twice the limit"
MOST = LIMITS[Kind.STORIES]
SENTENCE = "He writes the summary of the year, and I asked him to."
LETTER = Evidence("what you can do.pdf", b"%PDF-1.7 canary of a letter", "application/pdf")


def reports(app: Flask, clock: Clock, count: int) -> list[str]:
    return [a_stored_report(app, clock, story=STORY)[0] for _ in range(count)]


def read(who: Decider, case: str) -> bool:
    """Open a report; say whether its words were shown."""
    page = who.client.get(f"/staff/case/{case}")
    shows = "asked for my father" in page.text
    assert shows == (page.status_code == 200)
    assert shows or page.status_code == 429, page.text
    assert shows or CONFIRM in page.text or ENOUGH in page.text, page.text
    return shows


def unmask(who: Decider, case: str, reason: str = "to_decide") -> str:
    fields = {"token": token_of(who.client.get("/staff/me")), "reason": reason}
    return who.client.post(f"/staff/case/{case}/unmask", data=fields).text


def go_on(who: Decider, address: str, clock: Clock) -> str:
    """Show a second factor where a page asks for it; return where that leads."""
    clock.advance(timedelta(seconds=30))
    page = who.client.get(address)
    found = re.search(r'name="there" value="([^"]+)"', page.text)
    assert found, page.text
    fields = {"token": token_of(page), "step_up": who.member.code(clock()), "there": found[1]}
    return who.client.post("/staff/go-on", data=fields).headers["Location"]


def files_of(who: Decider, case: str) -> list[str]:
    links = [one.attributes["href"] for one in who.case(case).all("a")]
    return [link for link in links if "/file/" in link]


def told(who: Decider) -> str:
    return who.open("/staff/reading").one("main").text


def allow(who: Decider, member: bytes, sentence: str = SENTENCE) -> int:
    fields = {"token": token_of(who.client.get("/staff/me")), "sentence": sentence}
    address = f"/staff/reading/{member.hex()}/allow"
    return who.client.post(address, data=fields).status_code


def tomorrow(clock: Clock, *who: Decider) -> None:
    clock.advance(timedelta(days=1))
    for one in who:
        vars(one).pop("client", None)
