"""Own words go to a reporter through a second reader where they have to; without script."""

from datetime import timedelta

import pytest
from flask import Flask

from crypto.roles import Role
from crypto.standing import Stage
from tests.builders import Seeds
from tests.builders_contact import a_reachable_report, logged, messages
from tests.builders_staff import a_member, a_stored_report, first_page, noted
from tests.conftest import Clock
from tests.deciders import CALM, Decider, Team, a_team
from tests.visitor import Page

JAPANESE = "canary-draft-8e21 お元気ですか"


@pytest.fixture
def team(app: Flask, seeds: Seeds, clock: Clock) -> Team:
    return a_team(app, seeds, clock)


def reply(who: Decider, case: str, **typed: str) -> int:
    page = who.case(case)
    return who.send(page, f"/staff/case/{case}/reply", typed).status_code


def draft_of(who: Decider, case: str) -> str:
    """Return the address of the message that is not sent yet."""
    links = {link.attributes["href"] for link in who.case(case).all("a")}
    (found,) = (href for href in links if href.startswith(f"/staff/case/{case}/words/"))
    return found


def agree(who: Decider, address: str, page: Page | None = None) -> int:
    page = page or who.open(address)
    return who.send(page, f"{address}/read", {"agrees": "yes"}).status_code


def drafted(app: Flask, team: Team, clock: Clock) -> tuple[str, str, str]:
    """Let Aiko write Japanese; return the report, its code and where the words wait."""
    case, code = a_stored_report(app, clock, language="ja")
    assert "go to a second person first" in team.aiko.case(case).response.text
    assert reply(team.aiko, case, text=JAPANESE, asks="yes") == 303
    assert messages(app, code, clock) == []
    return case, code, draft_of(team.aiko, case)


def test_words_in_a_language_nobody_stands_for_wait_for_a_second_reader(
    app: Flask, seeds: Seeds, team: Team, clock: Clock
) -> None:
    case, code, address = drafted(app, team, clock)
    assert case[:8] in team.ren.open("/staff/list/approvals").response.text
    assert JAPANESE in team.ren.open(address).response.text
    assert agree(team.ren, address) == 303
    assert case[:8] not in team.ren.open("/staff/list/approvals").response.text
    page = team.aiko.open(address)
    for _twice in range(2):
        assert team.aiko.send(page, address, {"do": "send"}).status_code == 303
    assert messages(app, code, clock) == [JAPANESE]
    assert team.aiko.client.get(address).status_code == 404
    assert case[:8] in team.aiko.open("/staff/list/waiting").response.text
    deeds = [verb for verb in noted(app, seeds, case) if verb.startswith("message.")]
    assert deeds == ["message.drafted", "message.agreed", "message.sent"]
    assert "canary" not in logged(app, seeds)


def test_the_writer_neither_sends_unread_words_nor_reads_them_as_the_second(
    app: Flask, team: Team, clock: Clock
) -> None:
    _case, code, address = drafted(app, team, clock)
    own = team.aiko.open(address)
    assert own.all("button", value="send") == []
    early = team.aiko.send(own, address, {"do": "send"})
    assert (early.status_code, "A second person reads this before" in early.text) == (409, True)
    digest = team.ren.open(address).all("input", name="digest")[0].attributes["value"]
    token = own.all("input", name="token")[0].attributes["value"]
    sent = {"token": token, "digest": digest, "agrees": "yes"}
    by_writer = team.aiko.client.post(f"{address}/read", data=sent)
    assert (by_writer.status_code, "Somebody else has to read it." in by_writer.text) == (409, True)
    assert messages(app, code, clock) == []


def test_a_reader_sends_words_back_with_a_comment(app: Flask, team: Team, clock: Clock) -> None:
    case, _code, address = drafted(app, team, clock)
    page = team.ren.open(address)
    empty = team.ren.send(page, f"{address}/read", {"agrees": "no", "comment": " "})
    assert (empty.status_code, "what should be different" in empty.text) == (422, True)
    for _twice in range(2):
        back = team.ren.send(page, f"{address}/read", {"agrees": "no", "comment": "Shorter."})
        assert back.status_code == 303
    assert "Shorter." in team.aiko.open(address).response.text
    assert "sent back with a comment" in team.aiko.case(case).response.text
    assert case[:8] not in team.ren.open("/staff/list/approvals").response.text


def test_any_edit_makes_a_reading_void(app: Flask, team: Team, clock: Clock) -> None:
    _case, code, address = drafted(app, team, clock)
    seen = team.ren.open(address)
    blank = team.aiko.send(team.aiko.open(address), address, {"text": " "})
    assert blank.status_code == 422
    kept = team.aiko.send(team.aiko.open(address), address, {"text": "canary-new"})
    assert kept.headers["Location"] == address
    assert agree(team.ren, address, seen) == 409
    assert agree(team.ren, address) == 303
    other = {"text": "canary-late", "do": "send"}
    changed = team.aiko.send(team.aiko.open(address), address, other)
    assert (changed.status_code, "canary-late" in changed.text) == (409, True)
    assert team.aiko.send(team.aiko.open(address), address, {"text": "again"}).status_code == 303
    assert "nobody yet" in team.aiko.open(address).response.text
    assert messages(app, code, clock) == []


def test_english_goes_at_once_for_a_member_and_another_language_is_said_by_its_writer(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock)
    assert reply(team.aiko, case, text="We are here.") == 303
    assert reply(team.aiko, case, text="こんにちは", language="ja") == 303
    assert reply(team.aiko, case, text="I want you to read this.", do="prepare") == 303
    assert messages(app, code, clock) == ["We are here."]
    assert reply(team.aiko, case, text="still English", language="xx") == 303
    assert messages(app, code, clock)[-1] == "still English"


def test_on_probation_every_own_word_is_read_first_and_nobody_there_is_a_second_reader(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    member = a_member(app, seeds, "Nao Ueda", Role.REVIEWER, stage=Stage.PROBATION)
    team = a_team(app, seeds, clock)
    client = app.test_client()
    client.set_cookie("__Host-l", "en")
    first_page(client, member, clock)
    new = Decider.at(client, app, member, clock)
    case, code = a_stored_report(app, clock)
    assert reply(new, case, text="My first words.") == 303
    assert messages(app, code, clock) == []
    address = draft_of(new, case)
    assert agree(team.aiko, address) == 303
    assert new.send(new.open(address), address, {"do": "send"}).status_code == 303
    assert messages(app, code, clock) == ["My first words."]
    assert reply(team.aiko, case, text="Read me.", do="prepare") == 303
    address = draft_of(new, case)
    page = new.open(address)
    assert page.all("button", value="yes") == []
    token = new.open("/staff/").all("input", name="token")[0].attributes["value"]
    tried = client.post(f"{address}/read", data={"token": token, "agrees": "yes"})
    assert tried.status_code == 404
    assert client.post(address, data={"token": token, "text": "mine now"}).status_code == 404


def test_a_message_is_thrown_away_by_its_writer_alone_and_belongs_to_one_report(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock)
    other, _code = a_stored_report(app, clock)
    reply(team.aiko, case, text="Not this.", do="prepare")
    address = draft_of(team.aiko, case)
    assert team.ren.client.get(address.replace(case, other)).status_code == 404
    page = team.aiko.open(address)
    assert team.aiko.send(page, address, {"do": "discard"}).status_code == 303
    assert team.aiko.client.get(address).status_code == 404
    assert messages(app, code, clock) == []


def test_where_the_device_may_be_watched_only_quiet_ready_texts_go(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = a_reachable_report(app, clock, {"danger_event": ("device_unsafe",)})
    page = team.aiko.case(case)
    assert "Only short ready texts can be sent" in page.response.text
    offered = {option.attributes["value"] for option in page.all("option")}
    assert {"ask_safe", "quiet_device"} <= offered
    assert not {"ask_more", "ask_life"} & offered
    refused = team.aiko.send(page, f"/staff/case/{case}/reply", {"text": "canary words"})
    assert (refused.status_code, "may be watched" in refused.text) == (409, True)
    assert "canary words" in refused.text
    assert reply(team.aiko, case, text="canary words", do="prepare") == 409
    assert reply(team.aiko, case, ready="ask_more") == 422
    assert reply(team.aiko, case, ready="quiet_device") == 303
    team.aiko.press(case, "take")
    team.aiko.triage(case, "decline", {**CALM, "level": "1"})
    assert team.aiko.decide(case, "decline", {"reason": "scam"}).status_code == 303
    clock.advance(timedelta(minutes=2))
    device, end = messages(app, code, clock)
    assert "a device that nobody but you uses" in device
    assert end.startswith("Thank you for your message. We stop here for now.")


def test_where_there_is_no_ready_text_a_colleague_who_reads_the_language_reads_own_words(
    app: Flask, team: Team, clock: Clock
) -> None:
    case, code = a_stored_report(app, clock, language="ug")
    team.aiko.press(case, "take")
    asked = team.aiko.triage(case, "decline").headers["Location"]
    assert "There is no ready text" in team.aiko.open(asked).response.text
    assert reply(team.aiko, case, text="canary-ug") == 303
    assert messages(app, code, clock) == []
    assert agree(team.ren, draft_of(team.aiko, case)) == 409


def test_own_words_that_were_read_go_with_a_move(app: Flask, team: Team, clock: Clock) -> None:
    case, code = a_stored_report(app, clock, language="ja")
    team.aiko.press(case, "take")
    asked = team.aiko.triage(case, "decline").headers["Location"]
    assert reply(team.aiko, case, text=JAPANESE) == 303
    address = draft_of(team.aiko, case)
    assert JAPANESE not in team.aiko.open(asked).response.text
    assert agree(team.ren, address) == 303
    assert JAPANESE in team.aiko.open(asked).response.text
    chosen = {"reason": "scam", "message": address.rpartition("/")[2]}
    assert team.aiko.decide(case, "decline", chosen).status_code == 303
    clock.advance(timedelta(minutes=2))
    assert messages(app, code, clock) == [JAPANESE]
