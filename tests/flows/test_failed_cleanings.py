"""A cleaning that failed leaves a trace, and is not tried for ever without a second look."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from admin.cleaning import parent
from reporting.file_rows import FileRow
from tests.builders import Seeds
from tests.builders_staff import noted
from tests.conftest import Clock
from tests.deciders import CALM, Decider, Team, a_team
from tests.evidence import (
    BROKEN,
    OFFICE,
    PHOTO,
    Sent,
    a_report_with,
    numbers_on,
    page_of,
    press,
    rows,
    steps,
    where,
)
from tests.multipart import Evidence
from tests.visitor import Page

ALARM = "The cleaner did not come to its end with this file."
TRIED = "A clean copy was tried"
AGAIN = "let it be tried once more"


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def sent_to(app: Flask, team: Team, file: Evidence) -> Sent:
    """Return a report with a file, which Mika works on."""
    found = a_report_with(app, file)
    team.aiko.press(found.case, "take")
    assert team.aiko.triage(found.case, "accept", CALM).status_code == 303
    assert team.mika.decide(found.case, "assign").status_code == 303
    return found


def clean(who: Decider, sent: Sent) -> int:
    return press(who.client, sent, "clean").status_code


def buttons(who: Decider, sent: Sent) -> set[str]:
    page = page_of(who.client, sent)
    (number,) = numbers_on(page)
    here = f"{where(sent)}/{number}/"
    found = {form.attributes["action"].removeprefix(here) for form in page.all("form")}
    return found & {"clean", "again"}


def post(who: Decider, page: Page, sent: Sent, what: str, number: str = "") -> TestResponse:
    at = f"{where(sent)}/{number or numbers_on(page)[0]}/{what}"
    mark = page_of(who.client, sent).all("input", name="token")[0].attributes["value"]
    return who.client.post(at, data={"token": mark})


def told(who: Decider, sent: Sent) -> str:
    return page_of(who.client, sent).one("main").text


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what makes the cleaner do this instead of cleaning."""

    def fail(does: str) -> None:
        if does:
            monkeypatch.setattr(parent, "CHILD", does)
        if "sleep" in does:
            monkeypatch.setattr(parent, "clean", partial(parent.clean, seconds=0.3))

    return fail


@pytest.mark.parametrize(
    "row",
    [
        (OFFICE, "", "this kind of file cannot be cleaned", False),
        (BROKEN, "", "the file is damaged, or asks for too much", False),
        (PHOTO, "import os; os.kill(os.getpid(), 11); ", "brought the cleaner down", True),
        (PHOTO, "import time; time.sleep(60); ", "busy until it was stopped", True),
        (PHOTO, "print('nonsense'); raise SystemExit; ", "not to be believed", True),
    ],
    ids=["another kind", "broken", "killed", "late", "nonsense"],
)
def test_it_stands_with_the_file_in_the_timeline_and_in_the_log(
    app: Flask,
    team: Team,
    seeds: Seeds,
    failing: Callable[[str], None],
    row: tuple[Evidence, str, str, bool],
) -> None:
    file, child, words, is_alarming = row
    sent = sent_to(app, team, file)
    failing(child)
    answer = press(team.mika.client, sent, "clean")
    assert (answer.status_code, "No clean copy c" in answer.text) == (409, True)
    page = page_of(team.sora.client, sent)
    (_came, begun, failed) = steps(page)
    assert "The cleaner was started" in begun
    assert team.mika.member.id.hex()[:8] in begun
    assert words in failed
    assert f"{TRIED} 1 time" in page.one("main").text
    (number,) = numbers_on(page)
    taking = team.sora.open(f"/staff/case/{sent.case}/file/{number}").one("main").text
    assert {ALARM in page.one("main").text, ALARM in taking} == {is_alarming}
    whole = team.sora.open(f"/staff/case/{sent.case}/whole").one("section", id="timeline").text
    assert "A file of the reporter (1)" in whole
    assert words in whole
    verbs = noted(app, seeds, sent.case)
    assert [verb for verb in verbs if "clean" in verb] == ["file.cleaning", "file.not_cleaned"]
    # Nothing of the file is shown because of it.
    assert rows(app, FileRow) == [1]
    assert not page.all("img")


def test_after_two_in_vain_nobody_who_tried_tries_again(app: Flask, team: Team) -> None:
    sent = sent_to(app, team, BROKEN)
    page = page_of(team.mika.client, sent)
    assert buttons(team.mika, sent) == {"clean"}
    assert clean(team.mika, sent) == clean(team.mika, sent) == 409
    assert f"{TRIED} 2 times" in told(team.mika, sent)
    assert "before a colleague who did not try it has looked" in told(team.mika, sent)
    assert buttons(team.mika, sent) == set()
    for what, sentence in (("clean", "in vain more than once"), ("again", "You tried it yourself")):
        refused = post(team.mika, page, sent, what)
        assert (refused.status_code, sentence in refused.text) == (409, True)
    assert len(steps(page_of(team.mika.client, sent))) == 5


def test_somebody_who_did_not_try_lets_it_be_tried_once_more(
    app: Flask, team: Team, seeds: Seeds
) -> None:
    sent = sent_to(app, team, BROKEN)
    assert clean(team.mika, sent) == clean(team.mika, sent) == 409
    assert buttons(team.sora, sent) == {"again"}
    page = page_of(team.sora.client, sent)
    for _twice in range(2):
        assert post(team.sora, page, sent, "again").status_code == 303
    assert AGAIN in steps(page_of(team.sora.client, sent))[-1]
    assert noted(app, seeds, sent.case).count("file.cleaning.allowed") == 1
    assert buttons(team.mika, sent) == {"clean"}
    assert clean(team.sora, sent) == 409
    assert buttons(team.sora, sent) == set()
    assert buttons(team.mika, sent) == {"again"}  # who has not tried since
    assert post(team.mika, page, sent, "again", "0" * 32).status_code == 404


def test_what_takes_the_site_down_with_it_leaves_a_trace_too(
    app: Flask, team: Team, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_to(app, team, PHOTO)

    def dies(_pieces: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(parent, "clean", dies)
        for _twice in range(2):
            with pytest.raises(KeyboardInterrupt):
                clean(team.mika, sent)
    assert f"{TRIED} 2 times" in told(team.sora, sent)
    assert ALARM not in told(team.sora, sent)  # somebody may be at it
    clock.advance(timedelta(minutes=6))
    assert ALARM in told(team.sora, sent)
    assert buttons(team.sora, sent) == {"again"}
    assert press(team.sora.client, sent, "again").status_code == 303
    assert clean(team.mika, sent) == 303
    page = page_of(team.mika.client, sent)
    assert TRIED not in page.one("main").text
    assert page.all("img")
