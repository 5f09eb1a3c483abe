"""Who can be asked to translate a text of a report, and for whom it does not exist."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from admin import cases, interpreting, translating
from admin.desk import Desk
from admin.models import Lapse
from admin.permissions import Action
from admin.recusal import Card
from forms.answers import Answers
from reporting.ids import CaseId
from tests.arrivals import arrive
from tests.builders_cases import a_card
from tests.builders_staff import NEXT_CODE, the_staff
from tests.conftest import Clock
from tests.deciders import Decider
from tests.interpreters import (
    ANSWER,
    NOTED,
    READS_IT,
    SILENT,
    YES,
    anew,
    ask,
    asked_of,
    at,
    fields_of,
    filed,
    ids,
    offered,
    rows,
    token,
)
from tests.walks import on_one


@on_one
@pytest.mark.parametrize(
    "row",
    [
        ({}, YES, True),
        ({}, SILENT, True),
        ({"noted": NOTED}, YES, True),
        ({"noted": NOTED}, SILENT, False),
        ({"noted": NOTED}, {**SILENT, "interpreter": ("no",)}, False),
        ({"noted": NOTED}, {**YES, "contact_rule": ("not_community",)}, False),
        ({"states": NOTED}, YES, False),
        ({"is_woman": False}, {**YES, "contact_rule": ("woman_only",)}, False),
        ({"is_woman": False}, YES, True),
        ({"in_government": True}, {**YES, "contact_rule": ("not_japanese_gov",)}, False),
        ({"region": "kanto"}, {**YES, "not_regions": ("kanto",)}, False),
        ({}, {**YES, "not_names": ("Noor Tara",)}, False),
        ({"languages": frozenset({"en"})}, YES, False),
    ],
)
def test_whoever_the_report_does_not_exist_for_cannot_be_asked(
    app: Flask,
    staff: dict[str, Decider],
    said: dict[str, Card],
    clock: Clock,
    row: tuple[dict[str, object], Answers, bool],
) -> None:
    ties, keep_to, is_offered = row
    said["Tara Noor"] = replace(said["Tara Noor"], **ties)  # type: ignore[arg-type]
    case, _code = filed(app, clock, keep_to)
    found = offered(staff["yui"], case)
    assert found == ids(staff["stella"], *([staff["tara"]] if is_offered else []))
    if not is_offered:
        status, text = ask(staff["yui"], case, staff["tara"])
        assert status == 422
        assert "Choose one of these people." in text
        assert rows(app) == []


def test_nobody_can_be_asked_whose_card_ended_or_who_is_no_translator(
    app: Flask, staff: dict[str, Decider], said: dict[str, Card], clock: Clock
) -> None:
    reads = said["Tara Noor"]
    for name in ("Ada Admin", "Vera Vetted", "Yui Kato"):
        said[name] = reads
    said["Stella Abe"] = replace(reads, until=(clock() - timedelta(days=1)).date())
    with the_staff(app).service.begin() as session:
        session.add(Lapse(member_id=staff["tara"].member.id))
    case, _code = filed(app, clock)
    assert "There is nobody who may be asked" in staff["yui"].open(at(case)).response.text
    given = {"to": staff["tara"].member.id.hex(), "text": "story", "reason": "partly"}
    page = staff["yui"].open("/staff/")
    sent = staff["yui"].client.post(at(case), data={"token": token(page), **given})
    assert "There is nobody who may be asked" in sent.text
    assert rows(app) == []


def test_without_cards_only_people_with_keys_of_reports_are_offered_and_they_decide_themselves(
    app: Flask, staff: dict[str, Decider], said: dict[str, Card], clock: Clock
) -> None:
    case, _code = filed(app, clock, {**YES, "not_names": ("Sora Ito",)})
    aiko, ren = staff["aiko"], staff["ren"]
    assert aiko.client.get(at(case)).status_code == 404
    assert not aiko.case(case).all("a", href=at(case))
    aiko.press(case, "take")
    assert "languages or ties not known here" in aiko.open(at(case)).response.text
    kept = [staff[name] for name in ("ren", "mika", "yui", "kenji")]
    assert offered(aiko, case) == ids(*kept)
    said["Ren Okada"] = replace(a_card(clock), states=NOTED)
    said["Mika Sato"] = replace(a_card(clock), in_government=True)
    assert ask(aiko, case, ren)[0] == 303
    assert asked_of(ren) == []
    (row,) = rows(app)
    assert ren.client.get(f"/staff/translate/{row.id.hex()}").status_code == 404


@pytest.mark.parametrize(
    "row",
    [
        ({"states": NOTED, "by_family": NOTED}, YES, True, True),
        ({"states": NOTED}, YES, True, False),
        ({"states": NOTED, "by_family": NOTED}, SILENT, False, False),
        ({"states": NOTED, "by_family": NOTED, "in_government": True}, YES, True, True),
        ({"states": NOTED, "languages": frozenset({"en"})}, YES, False, False),
    ],
    ids=["family alone", "another tie", "near the reporter", "in government", "reads another one"],
)
def test_a_tie_by_family_alone_bars_nobody_and_only_their_own_session_knows_that_it_is_one(
    app: Flask,
    staff: dict[str, Decider],
    said: dict[str, Card],
    clock: Clock,
    row: tuple[dict[str, object], Answers, bool, bool],
) -> None:
    ties, keep_to, is_asked, reads = row
    yui, sora = staff["yui"], staff["sora"]
    said["Sora Ito"] = replace(a_card(clock), **{"languages": READS_IT, **ties})  # type: ignore[arg-type]
    case, _code = filed(app, clock, keep_to)
    assert (offered(yui, case) & ids(sora) == ids(sora)) == is_asked
    assert ask(yui, case, sora)[0] == (303 if is_asked else 422)
    assert bool(asked_of(sora)) == reads
    # The report itself stays hidden from them, whatever the tie.
    assert sora.client.get(f"/staff/case/{case}").status_code == 404
    if reads:
        (address,) = asked_of(sora)
        assert sora.send(sora.open(address), address, {"text": ANSWER}).status_code == 303
        assert ANSWER in yui.case(case).one("section", id="story").text


def test_nobody_else_reaches_the_text_or_the_page_that_lends_it(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    tara, stella, yui = staff["tara"], staff["stella"], staff["yui"]
    assert ask(yui, case, tara)[0] == 303
    (address,) = asked_of(tara)
    nowhere = stella.client.get("/staff/translate/" + "ab" * 16)
    for other in (stella, yui, staff["aiko"], staff["ada"]):
        assert asked_of(other) == []
        assert other.client.get(address).status_code == 404
    assert stella.client.get(address).data == nowhere.data
    mark = token(stella.open("/staff/people"))
    for what, typed in (("", {"text": ANSWER}), ("/cannot", {"reason": "language"})):
        sent = stella.client.post(address + what, data={"token": mark, **typed})
        assert sent.status_code == 404
    for other in (tara, stella, staff["aiko"]):
        assert other.client.get(at(case)).status_code == 404
    (row,) = rows(app)
    assert row.reader_id == tara.member.id


@pytest.mark.parametrize("what", ["recused", "ended", "lapsed"])
def test_whoever_may_not_read_it_any_more_finds_nothing(
    app: Flask, staff: dict[str, Decider], said: dict[str, Card], clock: Clock, what: str
) -> None:
    case, _code = filed(app, clock)
    tara = staff["tara"]
    assert ask(staff["yui"], case, tara)[0] == 303
    (address,) = asked_of(tara)
    page = tara.open(address)
    if what == "lapsed":
        with the_staff(app).service.begin() as session:
            session.add(Lapse(member_id=tara.member.id))
    elif what == "recused":
        said["Tara Noor"] = replace(said["Tara Noor"], states=NOTED)
    else:
        said["Tara Noor"] = replace(said["Tara Noor"], until=(clock() - timedelta(days=1)).date())
    if what != "lapsed":
        clock.advance(NEXT_CODE)
        anew(tara)
    assert asked_of(tara) == []
    nowhere = tara.client.get("/staff/translate/" + "ab" * 16)
    hidden = tara.client.get(address)
    assert (hidden.status_code, hidden.data) == (404, nowhere.data)
    mark = token(tara.open("/staff/practice"))
    sent = tara.client.post(address, data={**fields_of(page), "token": mark, "text": ANSWER})
    assert sent.status_code == 404
    assert rows(app)[0].reader_id == tara.member.id


def test_whoever_is_kept_back_is_asked_for_nothing(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    tara = staff["tara"]
    assert ask(staff["yui"], case, tara)[0] == 303
    ring = arrive(app, tara.member, clock).ring
    held, pepper = replace(ring, person=ring.person.kept_back()), the_staff(app).door.pepper
    with the_staff(app).service.read() as session:
        assert len(translating.mine(session, ring, pepper, clock())) == 1
        assert translating.mine(session, held, pepper, clock()) == ()


def test_when_work_has_ended_nobody_is_asked_any_more(
    app: Flask, staff: dict[str, Decider], clock: Clock
) -> None:
    case, _code = filed(app, clock)
    staff["aiko"].press(case, "take")
    ring = arrive(app, staff["yui"].member, clock).ring
    with the_staff(app).service.begin() as session:
        there = cases.opened(session, ring, CaseId(bytes.fromhex(case)), Action.OPEN_CASE)
        service = the_staff(app).service
        at_desk = Desk(session, ring, service.office.roster, service.journal, clock())
        assert interpreting.may_see(at_desk, there)
        for state in interpreting.ENDED_STATES:
            ended = replace(there, work=replace(there.work, state=state))
            assert not interpreting.may_see(at_desk, ended)
