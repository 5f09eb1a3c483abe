"""A tour: every page of both sites, fresh and after a mistake, as somebody comes to it."""

from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Route

from tests.browser.people import Colleague, Reporter, Somebody
from tests.tour import FIGURES, INFORMATION

STORY: Final = "He said: I know your sister, call 090-1234-5678. 電話がありました。"
ANSWER: Final = "Thank you.\nIs somebody in danger now? いま危ない人はいますか。"
ELSEWHERE: Final = "http://elsewhere.example/"
UNKNOWN_CODE: Final = "0" * 31 + "1"


def public(reporter: Reporter, colleague: Colleague) -> Iterator[str]:
    """Yield a name at every public page; the reporter's browser shows the page meanwhile."""
    for path in ("/", "/s/0", *INFORMATION, *FIGURES, "/nowhere", "/s/done", "/m", "/q"):
        reporter.open(path)
        yield path
    reporter.press("Continue")
    yield "/q with mistakes"
    reporter.type("In your own words", STORY)
    reporter.page.context.clear_cookies()
    reporter.press("Continue")
    yield "/q without a cookie"
    known = colleague.waiting()
    yield from _report(reporter)
    (case,) = colleague.waiting() - known
    colleague.answer(case, ANSWER)
    yield from _mailbox(reporter)


def _report(reporter: Reporter) -> Iterator[str]:
    reporter.fill_in(STORY)
    reporter.press("Continue")
    yield "/s/10"
    reporter.press("Send")
    yield "/s/code"
    reporter.press("I have written it down")
    yield "/s/code/try"
    reporter.press("Continue")
    yield "/s/code/try with mistakes"


def _mailbox(reporter: Reporter) -> Iterator[str]:
    reporter.open("/s/code")
    code = "".join(reporter.groups())
    for typed in ("", UNKNOWN_CODE):
        reporter.enter(typed)
        yield f"/m with {typed or 'nothing'}"
    reporter.enter(code)
    reporter.press("Write to the team")
    yield "/m/write"
    reporter.press("Send")
    yield "/m/write with mistakes"
    reporter.type("Your message", STORY)
    reporter.press("Send")
    yield "/m/read"
    yield from _decisions(reporter)


def _decisions(reporter: Reporter) -> Iterator[str]:
    reporter.press("See and change your choices")
    yield "/m/choices"
    reporter.page.locator("button[value^=change-]").first.click()
    yield "/m/choices with one question"
    reporter.press("Sign and keep")
    yield "/m/choices with mistakes"
    reporter.press("Leave it as it is")
    reporter.open("/m/end")
    yield "/m/end"
    reporter.press("Take it back")
    yield "/m/end with mistakes"
    word = reporter.say("erase")
    reporter.type("If you are sure, type this word: %(word)s", word, word=word)
    reporter.press("Take it back")
    yield "/m/end taken back"


def staff_door(stranger: Colleague) -> Iterator[str]:
    """Yield a name at every page on the way in, and at those of somebody without a sign-in."""
    stranger.open("/staff/sign-in")
    yield "sign-in"
    stranger.press("Continue")
    yield "sign-in with mistakes"
    stranger.type("Name", "Nobody")
    stranger.type("Passphrase", "not the passphrase of anybody")
    stranger.press("Continue")
    yield "sign-in refused"
    stranger.open("/staff/sign-in/code")
    yield "code"
    stranger.press("Sign in")
    yield "code with mistakes"
    stranger.type("Code from your app", "000000")
    stranger.press("Sign in")
    yield "sign-in ended"
    stranger.page.context.clear_cookies()
    come_from_elsewhere(stranger, "/staff/")
    yield "from another site"


def staff(colleague: Colleague) -> Iterator[str]:
    """Yield a name at every page of a reviewer."""
    case = next(_open_to_words(colleague))
    colleague.open("/staff/list/received")
    yield "queue"
    colleague.answer(case, ANSWER)
    colleague.type("Note for the team", STORY)
    colleague.press("Keep the note")
    yield "case"
    colleague.press("Send the answer")
    yield "answer with mistakes"
    colleague.press("Back to the report")
    colleague.press("Keep the note")
    yield "note with mistakes"
    yield from _triage(colleague)
    yield from _own_pages(colleague)
    colleague.open("/staff/nowhere")
    yield "hidden"
    colleague.open(case)
    colleague.type("Answer to the reporter", ANSWER)
    colleague.page.context.clear_cookies()
    colleague.press("Send the answer")
    yield "answer without a sign-in"


def _own_pages(colleague: Colleague) -> Iterator[str]:
    colleague.open("/staff/me")
    yield "own page"
    colleague.press("Use another app for codes")
    yield "confirm"
    colleague.press("Confirm")
    yield "confirm with mistakes"


def _triage(colleague: Colleague) -> Iterator[str]:
    colleague.open("/staff/")
    yield "today"
    colleague.open("/staff/list/overdue")
    yield "list"
    case = in_hand(colleague)
    yield "case in hand"
    colleague.follow(colleague.page.locator("[data-key=a]"))
    yield "case in hand with mistakes"
    colleague.open(f"{case}/skip")
    colleague.press("Pass on")
    yield "skip with mistakes"
    colleague.open(f"{case}/decide/decline")
    colleague.press("Decline")
    yield "decline with mistakes"
    for move in ("assign", "release", "watch", "propose_close"):
        colleague.open(f"{case}/decide/{move}")
        yield move
    colleague.open(f"{case}/done/decline")
    yield "done"
    colleague.open(case)


def in_hand(colleague: Colleague) -> str:
    """Open a report that nobody else has in hand, and take it; return its address.

    None whose reporter can be sent ready texts alone: not every page is there for it.
    """
    for case in _open_to_words(colleague):
        take = colleague.page.locator("[data-key=t]")
        if take.count():
            colleague.follow(take)
        if colleague.page.locator("#level").count():
            return case
    raise AssertionError("others have every report in hand")


def _open_to_words(colleague: Colleague) -> Iterator[str]:
    """Open one waiting report after another whose reporter can be sent more than ready texts."""
    for case in sorted(colleague.waiting()):
        colleague.open(case)
        if not colleague.page.locator("main .alarm").count():
            yield case


def come_from_elsewhere(somebody: Somebody, path: str) -> None:
    """Follow a link to us from a page of somebody else."""
    link = f"<!doctype html><title>Elsewhere</title><a href='{somebody.demo.address}{path}'>go</a>"

    def show(route: Route) -> None:
        route.fulfill(body=link, content_type="text/html")

    somebody.page.route(ELSEWHERE, show)
    somebody.page.goto(ELSEWHERE)
    somebody.follow(somebody.page.get_by_role("link"))
