"""What is lent ends: in time, taken back, refused, or with whoever had it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from admin import lending
from admin.recusal import Card
from crypto.custody import open_sealed
from crypto.envelope import Label, OpenError, expand
from reporting import lent, mailbox, places, records, withdrawal
from reporting.lent_rows import LentRow
from reporting.withdrawal import Registry
from tests.builders import Seeds
from tests.builders_contact import told
from tests.builders_staff import live_keys, noted, the_staff
from tests.conftest import Clock
from tests.deciders import Decider
from tests.interpreters import (
    ANSWER,
    HELPED,
    TWO_DAYS,
    anew,
    ask,
    asked_of,
    at,
    came_back,
    filed,
    offered,
    rows,
    token,
)


def test_what_is_taken_back_is_gone_at_once(
    app: Flask, seeds: Seeds, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    tara, yui = staff["tara"], staff["yui"]
    assert ask(yui, case, tara)[0] == 303
    (address,) = asked_of(tara)
    page = tara.open(address)
    shown = yui.open(at(case))
    for _twice in range(2):
        assert yui.send(shown, at(case, "/back")).status_code == 303
    assert rows(app) == []
    assert tara.send(page, address, {"text": ANSWER}).status_code == 404
    assert "taken back" in yui.case(case).response.text
    assert noted(app, seeds, case).count("interpreter.ended") == 1
    again = {"token": token(shown), "lent": "ab" * 16}
    assert yui.client.post(at(case, "/back"), data=again).status_code == 404


def test_after_two_days_it_is_deleted_and_whoever_asked_reads_that_nobody_answered(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, code = filed(app, clock)
    tara, yui = staff["tara"], staff["yui"]
    assert ask(yui, case, tara)[0] == 303
    (address,) = asked_of(tara)
    sweep = lent.sweep
    with the_staff(app).service.begin() as session:
        assert sweep(session, clock()) == 0
    clock.advance(TWO_DAYS)
    anew(tara, yui)
    assert tara.client.get(address).status_code == 404
    assert asked_of(tara) == []
    with the_staff(app).service.begin() as session:
        assert sweep(session, clock()) == 1
    assert rows(app) == []
    assert came_back(yui, case)
    assert "nobody answered in time" in yui.case(case).response.text
    assert not came_back(yui, case)
    assert not any(HELPED in line for line in told(app, code, clock))


def test_what_is_over_and_not_swept_yet_counts_as_unanswered_too(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    assert ask(staff["yui"], case, staff["tara"])[0] == 303
    clock.advance(TWO_DAYS)
    anew(staff["yui"])
    assert came_back(staff["yui"], case)
    assert "nobody answered in time" in staff["yui"].case(case).response.text
    assert rows(app) == []


@pytest.mark.parametrize("why", ["language", "distressing"])
def test_somebody_says_that_they_cannot(
    app: Flask, seeds: Seeds, staff: dict[str, Decider], clock: Clock, why: str
) -> None:
    case, code = filed(app, clock)
    tara, yui = staff["tara"], staff["yui"]
    assert ask(yui, case, tara)[0] == 303
    (address,) = asked_of(tara)
    given = tara.send(tara.open(address), f"{address}/cannot", {"reason": why})
    assert given.headers["Location"] == "/staff/translate/sent"
    assert asked_of(tara) == []
    (row,) = rows(app)
    shown = {"language": "do not know the language", "distressing": "too heavy for them"}
    assert shown[why] in yui.case(case).response.text
    assert not any(HELPED in line for line in told(app, code, clock))
    assert noted(app, seeds, row.id.hex()) == ["interpreter.opened", "interpreter.declined"]
    assert ask(yui, case, tara)[0] == 303


def test_a_conflict_takes_the_text_away_asks_for_a_declaration_and_hides_the_report(
    app: Flask, staff: dict[str, Decider], said: dict[str, Card], clock: Clock
) -> None:
    said["Ren Okada"] = said["Tara Noor"]
    case, _code = filed(app, clock)
    ren, yui = staff["ren"], staff["yui"]
    assert ask(yui, case, ren)[0] == 303
    (address,) = asked_of(ren)
    page = ren.open(address)
    for _twice in range(2):
        given = ren.send(page, f"{address}/cannot", {"reason": "conflict"})
        assert given.headers["Location"] == "/staff/me/declaration"
    assert ren.client.get(address).status_code == 404
    assert "may know somebody in it" in yui.case(case).response.text
    assert ren.client.get(f"/staff/case/{case}").status_code == 404
    assert ren.member.id.hex() not in offered(yui, case)


def test_taking_a_report_back_ends_what_is_lent_of_it_and_nothing_else(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    yui, tara = staff["yui"], staff["tara"]
    case, code = filed(app, clock)
    other, _its = filed(app, clock)
    for one in (case, other):
        assert ask(yui, one, tara)[0] == 303
    assert len(asked_of(tara)) == 2
    service = the_staff(app).service
    with service.begin() as session:
        opened = mailbox.enter(session, code, service.desk.pepper, clock() + timedelta(hours=1))
        withdrawal.take_back(session, opened, Registry(service.office, service.journal), clock())
    (address,) = asked_of(tara)
    assert yui.case(other).all("a", href=at(other))
    with service.begin() as session:
        opened = mailbox.enter(session, code, service.desk.pepper, clock() + timedelta(hours=1))
        withdrawal.undo(session, opened, Registry(service.office, service.journal), clock())
    assert tara.client.get(address).status_code == 200
    assert "the reporter took it back" in yui.case(case).response.text
    assert len(asked_of(tara)) == 1


def test_a_copied_database_does_not_say_which_report_a_text_is_of(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    tara = staff["tara"]
    assert ask(staff["yui"], case, tara)[0] == 303
    (row,) = rows(app)
    boxes = (row.mark_sealed, row.key_sealed or b"", row.content_sealed)
    for box in boxes:
        for known in (bytes.fromhex(case), case.encode(), b"Ular", b'"IR"', staff["yui"].member.id):
            assert known not in box
    # What the helper's own keys open is the text, its language, and a box that they do not.
    seed = live_keys(app, tara.member).keyring.seed
    key = open_sealed(seed, row.key_sealed or b"", places.lent_key(row.id))
    place = places.lent(row.id, row.expires_hour)
    record = records.reopen(key, row.content_sealed, place)
    assert record.keys() == {"words", "language", "rule"}
    assert record["language"] == "ug"
    rule = bytes.fromhex(records.text(record, "rule"))
    with pytest.raises(OpenError):
        records.reopen(key, rule, places.lent_rule(row.id))
    pepper = the_staff(app).door.pepper
    opened = records.reopen(expand(pepper.key, Label.INTERPRETER), rule, places.lent_rule(row.id))
    assert opened["states"] == ["IR"]


def test_an_altered_text_sounds_the_alarm_and_locks_nobody_out(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    tara, yui = staff["tara"], staff["yui"]
    assert ask(yui, case, tara)[0] == 303
    with the_staff(app).service.begin() as session:
        later = update(LentRow).values(expires_hour=LentRow.expires_hour + 1000)
        session.execute(later)
    (address,) = asked_of(tara)
    assert tara.client.get(address).status_code == 409
    with the_staff(app).service.begin() as session:
        session.execute(update(LentRow).values(reader_id=None, key_sealed=None))
    assert yui.client.get(f"/staff/case/{case}").status_code == 409


def test_whoever_leaves_takes_no_text_along(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    tara, yui = staff["tara"], staff["yui"]
    assert ask(yui, case, tara)[0] == 303
    service = the_staff(app).service
    verified = service.office.roster
    people = {one: who for one, who in verified.people.items() if one != tara.member.id}
    with service.begin() as session:
        lending.end_for_gone(session, verified)
        assert session.scalars(select(LentRow)).all()
        lending.end_for_gone(session, replace(verified, people=people))
        assert not session.scalars(select(LentRow)).all()
    assert "somebody left, keys were changed" in yui.case(case).response.text
