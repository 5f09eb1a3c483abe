"""One text of a report is lent to somebody who translates it, and they see nothing else of it."""

from datetime import timedelta

from flask import Flask

from admin import lending
from admin.interpreters import End
from admin.lending import Answer
from admin.recusal import Card
from tests.arrivals import arrive
from tests.builders import Seeds
from tests.builders_contact import logged, told
from tests.builders_staff import noted, the_staff
from tests.conftest import Clock
from tests.deciders import Decider
from tests.interpreters import (
    ANSWER,
    ASKED,
    EMAIL,
    HELPED,
    NUMBER,
    ask,
    asked_of,
    at,
    came_back,
    filed,
    rows,
    write,
)


def test_a_text_is_lent_translated_and_put_beside_the_original(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    yui, tara = staff["yui"], staff["tara"]
    case, code = filed(app, clock)
    assert yui.case(case).all("a", href=at(case))
    page = yui.open(at(case))
    for _twice in range(2):
        given = {"to": tara.member.id.hex(), "text": "story", "reason": "unread"}
        assert yui.send(page, at(case), given).status_code == 303
    (address,) = asked_of(tara)
    assert ASKED in tara.client.get("/staff/", follow_redirects=True).text
    page = tara.open(address)
    text = page.response.text
    assert "Ular meni" in text
    for canary in (NUMBER, EMAIL, case, case[:8], "Iran", "IR<", "Urgent", "High", "Threat"):
        assert canary not in text, canary
    sent = tara.send(page, address, {"text": ANSWER})
    assert sent.headers["Location"] == "/staff/translate/sent"
    assert "Thank you" in tara.open("/staff/translate/sent").response.text
    (row,) = rows(app)
    assert (row.reader_id, row.key_sealed) == (None, None)
    assert not any(HELPED in line for line in told(app, code, clock))
    story = yui.case(case).one("section", id="story").text
    assert ANSWER in story
    assert "Tara Noor" in story
    assert "saw only this text" in story
    assert "translated" in story
    assert rows(app) == []
    assert sum(HELPED in line for line in told(app, code, clock)) == 1


def test_what_an_interpreter_answered_is_in_a_list_until_the_report_is_opened(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    yui, tara = staff["yui"], staff["tara"]
    case, _code = filed(app, clock)
    assert ask(yui, case, tara)[0] == 303
    assert not came_back(yui, case)
    (address,) = asked_of(tara)
    assert tara.send(tara.open(address), address, {"text": ANSWER}).status_code == 303
    assert came_back(yui, case)
    assert not came_back(staff["kenji"], case)
    yui.case(case)
    assert not came_back(yui, case)


def test_the_log_says_what_was_done_and_nothing_of_what_it_says(
    app: Flask, seeds: Seeds, staff: dict[str, Decider], clock: Clock
) -> None:
    yui, tara = staff["yui"], staff["tara"]
    case, _code = filed(app, clock)
    assert ask(yui, case, tara)[0] == 303
    (address,) = asked_of(tara)
    assert tara.send(tara.open(address), address, {"text": ANSWER}).status_code == 303
    (row,) = rows(app)
    yui.case(case)
    deeds = [verb for verb in noted(app, seeds, case) if verb.startswith("interpreter.")]
    assert deeds == ["interpreter.asked", "interpreter.ended"]
    of_row = [verb for verb in noted(app, seeds, row.id.hex()) if verb != "access.denied"]
    assert of_row == ["interpreter.opened", "interpreter.answered"]
    log = logged(app, seeds)
    assert ANSWER not in log
    assert "unread" not in log


def test_a_message_is_lent_like_the_story_and_its_translation_says_which_it_is(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, code = filed(app, clock, story="")
    write(app, code, clock, f"Yene {NUMBER} keldi.")
    write(app, code, clock, "Ikkinchi xet.")
    clock.advance(timedelta(minutes=1))
    assert (
        staff["yui"].press(case, "reply", {"text": "We read it.", "language": "en"}).status_code
        == 303
    )
    yui, tara = staff["yui"], staff["tara"]
    (name,) = {
        one.attributes["value"]
        for one in yui.open(at(case)).all("option")
        if one.attributes["value"].startswith("2026-")
    }
    assert ask(yui, case, tara)[0] == 422  # there is no story
    assert ask(yui, case, tara, text=name)[0] == 303
    (address,) = asked_of(tara)
    text = tara.open(address).response.text
    assert "keldi" in text
    assert "Ikkinchi xet" in text  # of the same minute
    assert NUMBER not in text
    assert tara.send(tara.open(address), address, {"text": ANSWER}).status_code == 303
    story = yui.case(case).one("section", id="story").text
    assert ANSWER in story
    assert "The message of" in story


def test_a_second_answer_finds_nothing_to_answer(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    tara = staff["tara"]
    assert ask(staff["yui"], case, tara)[0] == 303
    (address,) = asked_of(tara)
    first, second = tara.open(address), tara.open(address)
    for _twice in range(2):
        assert tara.send(first, address, {"text": ANSWER}).status_code == 303
    assert tara.client.get(address).status_code == 404
    assert asked_of(tara) == []
    assert tara.send(second, address, {"text": "Another one."}).status_code == 404
    assert ANSWER in staff["yui"].case(case).response.text


def test_what_is_typed_is_not_lost_and_a_reason_is_asked_for(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    tara, yui = staff["tara"], staff["yui"]
    refused = yui.send(yui.open(at(case)), at(case), {"reason": ""})
    assert refused.status_code == 422
    assert "Please choose why." in refused.text
    assert ask(yui, case, tara)[0] == 303
    (address,) = asked_of(tara)
    empty = tara.send(tara.open(address), address, {"text": " "})
    assert empty.status_code == 422
    assert "Please write something first." in empty.text
    long = tara.send(tara.open(address), address, {"text": "long " * 4_000})
    assert long.status_code == 422
    assert "long long" in long.text
    cannot = tara.send(tara.open(address), f"{address}/cannot")
    assert cannot.status_code == 422
    assert "Please choose why you cannot." in cannot.text
    assert len(asked_of(tara)) == 1


def test_nobody_is_asked_before_somebody_was_chosen(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    page = staff["yui"].open(at(case))
    sent = staff["yui"].send(page, at(case), {"text": "story", "reason": "unread"})
    assert (sent.status_code, "Choose one of these people." in sent.text) == (422, True)
    assert rows(app) == []


def test_whoever_reads_the_language_says_why_they_ask(
    app: Flask, staff: dict[str, Decider], said: dict[str, Card], clock: Clock
) -> None:
    said["Yui Kato"] = said["Tara Noor"]
    case, _code = filed(app, clock)
    status, text = ask(staff["yui"], case, staff["tara"])
    assert status == 422
    assert "You read this language yourself." in text
    assert ask(staff["yui"], case, staff["tara"], reason="check")[0] == 303


def test_three_texts_of_a_report_and_five_of_a_person_are_the_most(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    yui, tara, stella = staff["yui"], staff["tara"], staff["stella"]
    case, code = filed(app, clock)
    assert ask(yui, case, tara)[0] == 303
    status, text = ask(yui, case, stella)
    assert status == 422
    assert "Somebody translates this text already." in text
    for _ in range(2):
        clock.advance(timedelta(minutes=1))
        write(app, code, clock, "Yene.")
        assert ask(yui, case, tara, text=f"{clock():%Y-%m-%dT%H:%M}Z")[0] == 303
    assert "Three texts of this report" in yui.open(at(case)).response.text
    for _ in range(2):
        assert ask(yui, filed(app, clock)[0], tara)[0] == 303
    further = filed(app, clock)[0]
    status, text = ask(yui, further, tara)
    assert status == 422
    assert "They have five texts" in text
    assert ask(yui, further, stella)[0] == 303
    assert len(asked_of(tara)) == 5


def test_an_answer_that_no_page_of_ours_sends_sounds_the_alarm(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    tara, yui = staff["tara"], staff["yui"]
    assert ask(yui, case, tara)[0] == 303
    ring, pepper = arrive(app, tara.member, clock).ring, the_staff(app).door.pepper
    with the_staff(app).service.begin() as session:
        (row,) = lending.rows_of(session, tara.member.id)
        key, _text = lending.opened(row, ring, pepper)
        lending.answer(session, row, key, Answer(End.TAKEN_BACK), clock())
    assert yui.client.get(f"/staff/case/{case}").status_code == 409
