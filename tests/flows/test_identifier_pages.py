"""Marking identifiers, judging and campaigns through the pages, without script."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from admin import identified
from crypto.passphrase import CoresTakenError
from forms import questionnaire
from forms.choices import CHOICES, LINK
from forms.guided import everything_of
from tests.builders import Seeds
from tests.builders_cases import Office
from tests.builders_links import sent
from tests.builders_mailbox import choose, enter, read
from tests.builders_staff import a_stored_report, noted, the_staff
from tests.conftest import Clock
from tests.deciders import Decider, Team, Typed, a_team
from tests.visitor import Visitor

PHONE: Typed = {"kind": "phone", "value": "090 1234 5678"}
NOT_YET = "has not agreed to linking yet"


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def owned(
    app: Flask, clock: Clock, team: Team, story: str, *, agrees: bool = True
) -> tuple[str, str]:
    """Return a report that Mika works on, and its code."""
    case, code = a_stored_report(app, clock, story=story)
    team.aiko.press(case, "take")
    assert team.aiko.triage(case, "accept").status_code == HTTPStatus.SEE_OTHER
    assert team.mika.decide(case, "assign").status_code == HTTPStatus.SEE_OTHER
    if agrees:
        agree(app, code)
    return case, code


def agree(app: Flask, code: str, answer: str = "yes") -> None:
    service = the_staff(app).service
    choose(service, enter(service, code), LINK, answer)


def at(case: str, what: str = "") -> str:
    return f"/staff/case/{case}/identifiers{what}"


def mark(who: Decider, case: str, typed: Typed = PHONE) -> TestResponse:
    return who.send(who.open(at(case)), at(case), typed)


def text(who: Decider, path: str) -> str:
    return who.open(path).response.text


def test_what_stands_in_two_reports_is_told_on_both_and_leads_to_the_other(
    app: Flask, clock: Clock, team: Team
) -> None:
    here, _one = owned(app, clock, team, "They called.")
    there, _other = owned(app, clock, team, "A man rang my sister.")
    page = team.mika.open(at(here))
    for _twice in range(2):
        assert team.mika.send(page, at(here), PHONE).status_code == HTTPStatus.SEE_OTHER
    assert "stands in" not in text(team.mika, f"/staff/case/{here}")
    other = {**PHONE, "value": "+81(0)90-1234-5678"}
    assert mark(team.mika, there, other).status_code == HTTPStatus.SEE_OTHER
    for case in (here, there):
        assert "An identifier here stands in 1 other report." in text(
            team.mika, f"/staff/case/{case}"
        )
        assert "An identifier here stands in 1 other report." in text(team.mika, at(case))
    links = text(team.mika, f"/staff/case/{here}/links")
    assert there in links
    assert "the same identifier is marked in both" in links
    assert "090 1234 5678" in text(team.mika, at(here))
    assert "090 1234 5678" not in text(team.sora, at(here))
    page = team.mika.open(at(there))
    for _twice in range(2):
        gone = team.mika.send(page, at(there, "/remove"))
        assert gone.status_code == HTTPStatus.SEE_OTHER
    assert "stands in" not in text(team.mika, f"/staff/case/{here}")


def test_who_judges_reads_why_and_what_is_judged_stands_where_it_is_said_to(
    app: Flask, clock: Clock, team: Team
) -> None:
    here, _one = owned(app, clock, team, "They called.")
    there, _other = owned(app, clock, team, "A man rang my sister.")
    for case in (here, there):
        assert mark(team.mika, case).status_code == HTTPStatus.SEE_OTHER
    pair = f"/staff/case/{here}/compare/{there}"
    page = team.mika.open(pair)
    assert "Why: the same identifier is marked in both" in " ".join(page.response.text.split())
    assert team.mika.send(page, pair, {"verdict": "different"}).status_code == HTTPStatus.SEE_OTHER
    # It is not proposed again, and stands where "See which" leads.
    links = text(team.mika, f"/staff/case/{here}/links")
    proposed, _title, marked = links.partition("The same identifier is marked in these, too")
    assert there not in proposed
    assert f"compare/{there}" in marked
    assert "so far: Two different incidents" in " ".join(marked.split())
    whole = " ".join(text(team.mika, f"/staff/case/{here}/whole").split())
    assert "Said of this report and another one: Two different incidents" in whole


NO_IDENTIFIERS: tuple[tuple[dict[str, str], str], ...] = (
    ({"kind": "", "value": "090"}, "Please choose what it is."),
    ({"kind": "phone", "value": " "}, "Please write the number, account or address."),
    ({"kind": "phone", "value": "12 no"}, "This is no telephone number"),
    ({"kind": "handle", "value": "someone"}, "Please choose where this account is."),
    ({"kind": "handle", "service": "line", "value": "a/b"}, "Choose the service"),
    ({"kind": "email", "value": "some one"}, "This is no e-mail address."),
    ({"kind": "web", "value": "nowhere at all"}, "This is no web address."),
    ({"kind": "plate", "value": "none"}, "This is no number plate."),
    ({"kind": "file", "value": "abc"}, "A SHA-256 value has 64 letters and digits"),
    ({"kind": "phone", "value": "0" * 1001}, "at most 1,000 characters"),
)


def test_what_does_not_fit_is_explained_and_nothing_typed_is_lost(
    app: Flask, clock: Clock, team: Team, subtests: pytest.Subtests
) -> None:
    case, _code = owned(app, clock, team, "They called.")
    for typed, problem in NO_IDENTIFIERS:
        with subtests.test(problem):
            shown = mark(team.mika, case, typed)
            assert shown.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
            assert problem in shown.text
            assert f'value="{typed["value"]}"' in shown.text
            for code in filter(None, (typed["kind"], typed.get("service"))):
                assert f'value="{code}" selected' in shown.text


def test_the_same_one_twice_and_too_many_at_once_are_told_and_nothing_is_lost(
    app: Flask, clock: Clock, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _code = owned(app, clock, team, "They called.")
    assert mark(team.mika, case).status_code == HTTPStatus.SEE_OTHER
    again = mark(team.mika, case)
    assert (again.status_code, "marked in this report already" in again.text) == (422, True)

    def taken(*_about: object) -> bytes:
        raise CoresTakenError

    monkeypatch.setattr(identified, "token_of", taken)
    busy = mark(team.mika, case, {**PHONE, "value": "0312345678"})
    assert (busy.status_code, "try again in a moment" in busy.text) == (422, True)
    assert 'value="0312345678"' in busy.text


def test_an_account_is_marked_with_its_service(app: Flask, clock: Clock, team: Team) -> None:
    case, _code = owned(app, clock, team, "They wrote.")
    typed = {"kind": "handle", "service": "wechat", "value": "@Some_One"}
    assert mark(team.mika, case, typed).status_code == HTTPStatus.SEE_OTHER
    assert "wechat/@Some_One" in text(team.mika, at(case))


def test_without_a_yes_one_press_asks_and_the_reporter_answers_in_the_mailbox(
    app: Flask, seeds: Seeds, clock: Clock, team: Team
) -> None:
    case, code = owned(app, clock, team, "They called.", agrees=False)
    page = team.mika.open(at(case))
    assert page.response.text.count(NOT_YET) == 1
    assert not page.all("form", action=at(case))
    for _twice in range(2):
        assert team.mika.send(page, at(case, "/ask")).status_code == HTTPStatus.SEE_OTHER
    asked = read(the_staff(app).service, enter(the_staff(app).service, code)).messages
    assert len(asked) == 1
    assert "we compare nothing" in asked[0].text
    assert not team.mika.open(at(case)).all("form", action=at(case, "/ask"))
    token = team.mika.open(at(case)).all("input", name="token")[0].attributes["value"]
    once_more = team.mika.client.post(at(case, "/ask"), data={"token": token, "once": "ab"})
    assert once_more.status_code == HTTPStatus.CONFLICT
    refused = team.mika.client.post(at(case), data={"token": token, "once": "ab", **PHONE})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert NOT_YET in refused.text
    agree(app, code)
    assert mark(team.mika, case).status_code == HTTPStatus.SEE_OTHER
    agree(app, code, "no")
    assert "The reporter said no." in text(team.mika, at(case))
    late = team.mika.client.post(at(case, "/ask"), data={"token": token, "once": "cd"})
    assert (late.status_code, "Nobody asks again" in late.text) == (HTTPStatus.CONFLICT, True)
    assert noted(app, seeds, case).count("message.sent") == 1


def test_the_mailbox_asks_for_it_and_the_form_does_not(app: Flask) -> None:
    app.config["PREFERRED_URL_SCHEME"] = "https"
    visitor = Visitor(app.test_client())
    visitor.open_mailbox()
    choice = CHOICES[LINK]
    page = visitor.open("/m/choices")
    assert f"{choice.text}" in page.response.text
    page = visitor.fill("/m/choices", {}, f"change-{LINK}")
    radios = [one for one in page.all("input") if one.attributes.get("type") == "radio"]
    assert not [one for one in radios if "checked" in one.attributes]
    assert choice.note in page.one("p", id="answer-hint").text
    visitor.fill("/m/choices", {"asked": LINK, "answer": "yes"})
    assert LINK not in everything_of(questionnaire.CHOICES).of({})


def test_only_casework_has_these_pages(app: Flask, clock: Clock, team: Team) -> None:
    case, code = a_stored_report(app, clock, story="They called.")
    agree(app, code)
    assert team.aiko.client.get(at(case)).status_code == HTTPStatus.NOT_FOUND
    assert team.aiko.client.get("/staff/campaigns").status_code == HTTPStatus.NOT_FOUND
    assert "/staff/campaigns" not in text(team.aiko, "/staff/")
    assert at(case) not in text(team.aiko, f"/staff/case/{case}")
    assert team.mika.client.get(at(case)).status_code == HTTPStatus.NOT_FOUND
    # A supervisor reads it, but nobody works on it yet.
    assert "Take the report into work first." in text(team.yui, at(case))


def test_two_reporters_have_to_agree_before_more_is_said_than_the_same_incident(
    app: Flask, clock: Clock, team: Team
) -> None:
    here, _yes = owned(app, clock, team, "They called.")
    there, code = owned(app, clock, team, "They called.", agrees=False)
    address = f"/staff/case/{here}/compare/{there}"
    page = team.mika.open(address)
    assert page.response.text.count(NOT_YET) == 1
    keys = [one.attributes["data-key"] for one in page.all("input", name="verdict")]
    assert keys == list("123456")
    refused = team.mika.send(page, address, {"verdict": "same_household"})
    assert (refused.status_code, "both reporters have to agree" in refused.text) == (422, True)
    assert 'value="same_household" id="verdict-same_household" checked' in refused.text
    asked = team.mika.send(page, at(there, "/ask"))
    assert asked.status_code == HTTPStatus.SEE_OTHER
    agree(app, code)
    assert team.mika.send(page, address, {"verdict": "same_household"}).status_code == 303
    assert "It happened to the same household" in text(team.mika, f"/staff/case/{here}")
    assert there not in text(team.mika, f"/staff/case/{here}/links")


def test_campaigns_are_linked_from_the_first_page_with_the_reports_behind_each(
    app: Flask, clock: Clock, team: Team
) -> None:
    assert "Nothing is told of" in text(team.mika, "/staff/campaigns")
    told = {"kinds": ("threat",), "state": ("IR",), "channel": ("telegram",)}
    cases = [sent(Office(app, clock, {}), told)[0].hex() for _ in range(3)]
    for case in cases:
        team.aiko.press(case, "take")
        assert team.aiko.triage(case, "accept").status_code == HTTPStatus.SEE_OTHER
    assert team.mika.open("/staff/").all("a", href="/staff/campaigns")
    page = team.mika.open("/staff/campaigns")
    assert page.one("h2").text == "Iran · Threats and warnings · Telegram"
    assert "Rising." in page.response.text
    assert "Last 4 weeks: 3. The 8 weeks before: 0." in page.response.text
    assert all(page.all("a", href=f"/staff/case/{case}") for case in cases)
    clock.advance(timedelta(weeks=5))
    again = Decider(app, team.sora.member, clock).open("/staff/campaigns")
    assert "Rising." not in again.response.text
    assert all(again.all("a", href=f"/staff/case/{case}") for case in cases)


FIND = "/staff/search/identifier"


def found(who: Decider, typed: Typed, status: int = HTTPStatus.OK) -> str:
    answer = who.send(who.open(FIND), FIND, typed)
    assert answer.status_code == status, answer.text
    return answer.text


def test_casework_finds_where_a_number_stands(app: Flask, clock: Clock, team: Team) -> None:
    assert "marked in no report" in found(team.sora, PHONE)
    case, _code = owned(app, clock, team, "They called.")
    mark(team.mika, case)
    assert case[:8] in found(team.sora, {"kind": "phone", "value": "+81 90-1234-5678"})
    assert "marked in no report" in found(team.sora, {"kind": "phone", "value": "03-1234-5678"})
    assert FIND in text(team.sora, "/staff/search")
    assert FIND not in text(team.aiko, "/staff/search")
    assert team.aiko.client.get(FIND).status_code == HTTPStatus.NOT_FOUND


def test_what_is_no_number_is_said_and_stays(team: Team) -> None:
    unfit = HTTPStatus.UNPROCESSABLE_ENTITY
    for typed in ({"value": "090"}, {"kind": "phone", "value": "12"}, {"kind": "phone"}):
        answer = found(team.mika, typed, unfit)
        assert "Please look at this again" in answer
        assert f'value="{typed.get("value", "")}"' in answer
    assert "marked in no report" in found(team.mika, PHONE)
