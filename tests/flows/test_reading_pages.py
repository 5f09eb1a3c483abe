"""Whoever reads as much in a day as is usual shows who they are, and at twice as much it stops."""

from datetime import timedelta

import pytest
from flask import Flask

from admin.tripwires import LIMITS, Kind
from tests.builders import Seeds
from tests.builders_staff import (
    a_stored_report,
    noted,
    send_files,
    taken_out,
    token_of,
)
from tests.conftest import Clock
from tests.deciders import Decider, Team, a_team
from tests.limited import (
    CONFIRM,
    ENOUGH,
    LETTER,
    MOST,
    NUMBER,
    REACHED,
    SENTENCE,
    STOPPED,
    STORY,
    allow,
    files_of,
    go_on,
    read,
    reports,
    told,
    tomorrow,
    unmask,
)
from tests.metered import counted, has_read, has_read_and_passed_on, logged
from tests.stepping_up import confirm


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


@pytest.fixture
def report(app: Flask, clock: Clock) -> str:
    return a_stored_report(app, clock, story=STORY)[0]


def test_a_script_that_reads_on_is_stopped_at_the_very_next_report(
    app: Flask, team: Team, clock: Clock
) -> None:
    cases = reports(app, clock, MOST + 3)
    assert all(read(team.ren, case) for case in cases[:MOST])
    assert REACHED not in told(team.kenji)
    # What was read today already is no more than it was.
    assert read(team.ren, cases[0])
    assert not any(read(team.ren, case) for case in cases[MOST:])
    assert counted(app, team.ren.member.id, Kind.STORIES, clock) == MOST
    page = told(team.kenji)
    assert page.count(REACHED) == 1
    assert team.ren.member.id.hex()[:8] in page
    assert REACHED in told(team.yui)
    # Days begin where nobody's do, so the page says when, as it writes every other time.
    assert "Today, since November 24, 2026 09:00" in page
    assert "The day before, since November 23, 2026 09:00" in page
    assert "nobody had given to you" in team.ren.client.get(f"/staff/case/{cases[-1]}").text
    address = f"/staff/case/{cases[-1]}"
    assert go_on(team.ren, address, clock) == address
    assert all(read(team.ren, case) for case in cases[MOST:])
    # It counts for five minutes only.
    clock.advance(timedelta(minutes=6))
    (another,) = reports(app, clock, 1)
    assert not read(team.ren, another)
    assert told(team.kenji).count(REACHED) == 1


def test_a_wrong_code_leads_nowhere_and_no_page_leads_elsewhere(
    app: Flask, team: Team, report: str, clock: Clock
) -> None:
    has_read(app, team.ren.member.id, Kind.STORIES, clock)
    assert not read(team.ren, report)
    token = {"token": token_of(team.ren.client.get("/staff/me"))}
    wrong = {**token, "step_up": "000000", "there": f"/staff/case/{report}"}
    assert CONFIRM in team.ren.client.post("/staff/go-on", data=wrong).text
    assert not read(team.ren, report)
    confirm(app, team.ren.client, clock)
    for elsewhere in ("https://example.org/", "//example.org", "/staff/../x", "/other"):
        sent = {**token, "step_up": "", "there": elsewhere}
        assert team.ren.client.post("/staff/go-on", data=sent).status_code == 400
    there = team.ren.client.post("/staff/go-on", data=token)
    assert there.headers["Location"] == "/staff/"


def test_who_showed_a_factor_a_moment_ago_only_presses_on(
    app: Flask, team: Team, report: str, clock: Clock
) -> None:
    has_read(app, team.ren.member.id, Kind.STORIES, clock)
    confirm(app, team.ren.client, clock)
    page = team.ren.client.get(f"/staff/case/{report}")
    assert (page.status_code, "You showed it a moment ago." in page.text) == (429, True)
    assert REACHED in told(team.kenji)
    fields = {"token": token_of(page), "step_up": "", "there": f"/staff/case/{report}"}
    assert team.ren.client.post("/staff/go-on", data=fields).status_code == 303
    assert read(team.ren, report)


def test_at_twice_the_limit_it_stops_until_somebody_else_answers(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    cases = reports(app, clock, 4)
    has_read(app, team.kenji.member.id, Kind.STORIES, clock, less=-MOST)
    confirm(app, team.kenji.client, clock)
    assert not any(read(team.kenji, case) for case in cases)
    assert ENOUGH in team.kenji.client.get(f"/staff/case/{cases[0]}").text
    assert STOPPED not in told(team.kenji)
    assert "waits for an answer" not in team.kenji.open("/staff/").one("main").text
    assert "1 person waits for an answer" in team.yui.open("/staff/").one("main").text
    assert told(team.yui).count(STOPPED) == 1
    # Nobody answers themself, nobody answers who leads nobody, and nobody without a factor.
    assert allow(team.kenji, team.kenji.member.id) == 404
    assert allow(team.ren, team.kenji.member.id) == 404
    assert allow(team.yui, team.kenji.member.id) == 200
    confirm(app, team.yui.client, clock)
    assert not read(team.kenji, cases[0])
    address = f"/staff/reading/{team.kenji.member.id.hex()}/allow"
    page = team.yui.open("/staff/reading")
    for _twice in range(2):
        sent = team.yui.send(page, address, {"sentence": SENTENCE})
        assert sent.headers["Location"] == "/staff/reading"
    assert all(read(team.kenji, case) for case in cases)
    assert SENTENCE in told(team.yui)
    assert SENTENCE not in told(team.kenji)
    assert not team.yui.open("/staff/reading").all("form", action=address)
    assert allow(team.yui, team.kenji.member.id) == 303
    assert [one.subject for one in logged(app, seeds, "reading.allowed")] == [
        team.kenji.member.id.hex()
    ]


def test_an_answer_that_lacks_its_sentence_keeps_what_was_typed(
    app: Flask, team: Team, report: str, clock: Clock
) -> None:
    has_read(app, team.ren.member.id, Kind.STORIES, clock, less=-MOST)
    has_read(app, team.aiko.member.id, Kind.STORIES, clock, less=-MOST)
    assert not read(team.ren, report)
    confirm(app, team.yui.client, clock)
    page = team.yui.open("/staff/reading")
    assert "2 people wait" in team.yui.open("/staff/").one("main").text
    address = f"/staff/reading/{team.ren.member.id.hex()}/allow"
    sent = team.yui.send(page, address, {"sentence": "x" * 401})
    assert (sent.status_code, "x" * 401 in sent.text) == (422, True)
    assert "at most 400 characters" in sent.text
    assert allow(team.yui, team.ren.member.id, " ") == 422
    assert allow(team.yui, bytes(16)) == 404


def test_it_stops_anew_where_the_answer_ends_and_begins_anew_with_the_next_day(
    app: Flask, team: Team, report: str, clock: Clock
) -> None:
    has_read(app, team.ren.member.id, Kind.STORIES, clock, less=-MOST)
    assert not read(team.ren, report)
    confirm(app, team.yui.client, clock)
    assert allow(team.yui, team.ren.member.id) == 303
    # Let go on as far again as the limit, with a factor each time.
    assert CONFIRM in team.ren.client.get(f"/staff/case/{report}").text
    tomorrow(clock, team.ren, team.yui)
    assert read(team.ren, report)
    assert counted(app, team.ren.member.id, Kind.STORIES, clock) == 1
    page = team.yui.open("/staff/reading")
    today, yesterday = (part.text for part in page.all("section"))
    assert "Nothing." in today
    assert STOPPED in yesterday
    tomorrow(clock, team.yui)
    assert STOPPED not in told(team.yui)


def test_every_unmasking_and_its_reason_is_told_to_each_supervisor_but_oneself(
    team: Team, report: str
) -> None:
    unmask(team.ren, report)
    unmask(team.kenji, report, "to_help")
    by_yui, by_kenji = told(team.yui), told(team.kenji)
    assert "I cannot decide without them" in by_yui
    assert "I need them to help this person" in by_yui
    assert "I cannot decide without them" in by_kenji
    assert "I need them to help this person" not in by_kenji
    # It may be hidden from whoever reads this, so it does not say which report it was.
    assert report[:8] not in by_yui
    assert team.ren.client.get("/staff/reading").status_code == 404
    assert not team.ren.open("/staff/").all("a", href="/staff/reading")
    assert team.yui.open("/staff/").all("a", href="/staff/reading")


def test_the_other_pages_of_a_report_are_openings_of_it_too(
    app: Flask, team: Team, report: str, clock: Clock
) -> None:
    has_read(app, team.yui.member.id, Kind.STORIES, clock)
    for page in ("", "/evidence", "/grade", "/whole"):
        assert CONFIRM in team.yui.client.get(f"/staff/case/{report}{page}").text, page


def test_beyond_the_limit_what_was_chosen_waits_for_the_factor(
    app: Flask, seeds: Seeds, team: Team, report: str, clock: Clock
) -> None:
    has_read(app, team.ren.member.id, Kind.UNMASKED, clock)
    team.ren.case(report)
    clock.advance(timedelta(seconds=30))
    fields = {"token": token_of(team.ren.client.get("/staff/me")), "reason": "to_compare"}
    page = team.ren.client.post(f"/staff/case/{report}/unmask", data=fields)
    assert (page.status_code, CONFIRM in page.text) == (429, True)
    assert 'name="reason" value="to_compare"' in page.text
    assert NUMBER not in team.ren.case(report).response.text
    assert REACHED in told(team.kenji)
    assert "I compare this report" not in told(team.kenji)
    sent = {**fields, "step_up": team.ren.member.code(clock())}
    assert team.ren.client.post(f"/staff/case/{report}/unmask", data=sent).status_code == 303
    assert NUMBER in team.ren.case(report).response.text
    assert "I compare this report" in told(team.kenji)
    assert noted(app, seeds, report).count("names.unmasked") == 1


def test_files_are_counted_once_a_day_and_stop_as_well(
    app: Flask, team: Team, report: str, clock: Clock
) -> None:
    assert send_files(team.aiko.client, report, LETTER, LETTER).status_code == 303
    first, second = files_of(team.ren, report)
    has_read(app, team.ren.member.id, Kind.FILES, clock, less=1)
    assert taken_out(team.ren.client, first).status_code == 200
    assert taken_out(team.ren.client, first).data == LETTER.data
    refused = taken_out(team.ren.client, second)
    assert (refused.status_code, LETTER.data in refused.data) == (429, False)
    clock.advance(timedelta(seconds=30))
    fields = {"token": token_of(refused), "step_up": team.ren.member.code(clock())}
    assert team.ren.client.post(second, data=fields, buffered=True).data == LETTER.data
    has_read(app, team.ren.member.id, Kind.FILES, clock, less=-LIMITS[Kind.FILES])
    assert send_files(team.aiko.client, report, LETTER).status_code == 303
    (third,) = set(files_of(team.ren, report)) - {first, second}
    assert ENOUGH in taken_out(team.ren.client, third).text


def passes_on(who: Decider, case: str) -> None:
    address = f"/staff/case/{case}/skip"
    assert who.send(who.open(address), address, {"reason": "language"}).status_code == 303


def test_what_next_hands_out_cannot_be_leafed_through(app: Flask, team: Team, clock: Clock) -> None:
    reports(app, clock, 3)
    has_read(app, team.ren.member.id, Kind.STORIES, clock, less=1)
    first = team.ren.pulled()
    assert read(team.ren, first)
    passes_on(team.ren, first)
    second = team.ren.pulled()
    assert not read(team.ren, second)
    page = team.ren.client.get(f"/staff/case/{second}")
    assert f"Today you opened {MOST} reports" in page.text
    assert "or that you passed on" in page.text
    assert REACHED in told(team.kenji)
    assert "or that they passed on" in told(team.kenji)
    assert go_on(team.ren, f"/staff/case/{second}", clock) == f"/staff/case/{second}"
    assert read(team.ren, second)
    # Twice as many, and it stops; what was not shown is passed on all the same.
    has_read_and_passed_on(app, team.ren.member.id, clock)
    passes_on(team.ren, second)
    third = team.ren.pulled()
    assert not read(team.ren, third)
    assert ENOUGH in team.ren.client.get(f"/staff/case/{third}").text
    passes_on(team.ren, third)


def test_taking_without_opening_counts_as_opening(
    app: Flask, team: Team, report: str, clock: Clock
) -> None:
    has_read(app, team.ren.member.id, Kind.STORIES, clock)
    fields = {"token": token_of(team.ren.client.get("/staff/me"))}
    for what, more in (("take", {}), ("keep", {"why": "x"})):
        sent = team.ren.client.post(f"/staff/case/{report}/{what}", data=fields | more)
        assert (sent.status_code, CONFIRM in sent.text) == (429, True)
    assert not read(team.ren, report)
