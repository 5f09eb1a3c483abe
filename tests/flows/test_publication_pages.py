"""Officers make, weigh and sign the plans of published figures over the pages, without script."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from admin.budget_rows import BudgetEvent, PlanRow
from admin.publication import approvals, ledger, releases
from crypto.roles import Role
from reporting.statistics.plan import Plan, encode
from tests.builders_staff import the_staff, token_of, without_triggers
from tests.forced import SECOND
from tests.founded import Founded, fill, hidden, let_in
from tests.reporting.statistics.plans import a_plan
from tests.stepping_up import ASKS, step_up

ALL = "/staff/publication"
RELEASE = "TOMOSHIBI-JP-2026-A"
NEXT = "TOMOSHIBI-JP-2027-A"
PLAN = f"{ALL}/{RELEASE}"
CHANGE = f"{PLAN}/change"
USUAL = {
    "eps": "1",
    "part_total": "1/10",
    "part_tactic": "3/10",
    "part_origin": "3/10",
    "part_region": "3/10",
}


@pytest.fixture
def sora(office: Founded) -> FlaskClient:
    """The browser of a statistics officer."""
    return office.signed_in(office.sora)


def send(client: FlaskClient, what: str, **typed: str) -> TestResponse:
    """Send the form of a plan with what is usual but for these."""
    token = token_of(client.get(CHANGE))
    return client.post(f"{PLAN}/{what}", data={"token": token, **USUAL, **typed})


def instance_of(office: Founded) -> Path:
    return the_staff(office.app).service.settings.instance


def announce(office: Founded, release: str = RELEASE) -> Plan:
    """Let a plan be announced from the command line."""
    with office.desk(office.sora) as desk:
        planned = approvals.announce(desk, instance_of(office), release)
        releases.announce(desk, release, instance_of(office))
        return planned.plan


def sign(client: FlaskClient) -> TestResponse:
    return client.post(f"{PLAN}/sign", data=hidden(client.get(PLAN)))


def rows(page: str) -> dict[str, list[str]]:
    """Return what stands in each row of the table of a plan."""
    found = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', page)
    return {name: re.findall(r">([^<]+)</td>", cells) for name, cells in found}


def test_an_officer_makes_a_plan_and_sees_what_it_will_be_worth(sora: FlaskClient) -> None:
    beginning = sora.get(ALL).text
    assert "There is no plan yet." in beginning
    assert f'href="{CHANGE}"' in beginning
    assert "TOMOSHIBI-JP-2027-A" in beginning
    form = sora.get(CHANGE).text
    for name, value in USUAL.items():
        assert re.search(rf'name="{name}" value="{value}"', form)
    assert fill(sora, CHANGE, **USUAL).headers["Location"] == PLAN
    page = sora.get(PLAN).text
    assert rows(page) == {
        "All reports together": ["1/10", "± 16", "13"],
        "By what was done": ["3/10", "± 10", "17"],
        "By government": ["3/10", "± 10", "18"],
        "By region of Japan": ["3/10", "± 10", "16"],
    }
    assert "Nobody outside has seen it." in page
    assert f"tomoshibi stats plan {RELEASE} --announce" in page
    assert "I sign this plan" not in page
    assert "There is no plan yet." not in sora.get(ALL).text


def test_a_plan_is_weighed_before_it_is_kept(sora: FlaskClient) -> None:
    page = send(
        sora,
        "weigh",
        eps="8/5",
        part_total="0,1",
        part_tactic="\uff16/\uff11\uff10",
        part_origin="0.2",
        part_region="1/10",
    )
    assert page.status_code == 200
    assert "Nothing is kept yet." in page.text
    assert rows(page.text)["By what was done"] == ["3/5", "± 3", "10"]
    assert 'value="0,1"' in page.text
    assert "There is no plan yet." in sora.get(ALL).text


WRONG = (
    ({"eps": "17/10"}, "eps", "A year costs 8/5 at most"),
    ({"eps": "0"}, "eps", "A year costs 8/5 at most"),
    ({"eps": "1/17"}, "eps", "The ledger cannot book this exactly."),
    ({"eps": "one"}, "eps", "Write an exact number"),
    ({"part_total": ""}, "part_total", "Write an exact number"),
    ({"part_region": "-3/10"}, "part_region", "Write an exact number"),
    ({"part_region": "3/0"}, "part_region", "Write an exact number"),
    ({"part_region": "2/10"}, "part_total", "have to add up to exactly 1"),
    ({"part_total": "0", "part_region": "4/10"}, "eps", "every table gets at"),
)


def test_what_is_no_plan_is_explained_and_nothing_typed_is_lost(sora: FlaskClient) -> None:
    for what in ("change", "weigh"):
        for typed, field, sentence in WRONG:
            page = send(sora, what, **typed)
            assert page.status_code == 422
            assert f'<a href="#{field}">' in page.text
            assert sentence in page.text
            for name, value in {**USUAL, **typed}.items():
                assert f'name="{name}" value="{value}"' in page.text
    assert "There is no plan yet." in sora.get(ALL).text


def test_two_officers_sign_what_they_saw_and_each_shows_a_second_factor(
    office: Founded, sora: FlaskClient
) -> None:
    ren = let_in(office, "Ren Okada", Role.STATISTICS_OFFICER)
    fill(sora, CHANGE, **USUAL)
    announce(office)
    thief = office.left_open(ren)
    assert "Two officers have to sign it." in thief.get(PLAN).text
    assert ASKS in sign(thief).text
    assert "nobody yet" in thief.get(PLAN).text
    sora = office.signed_in(office.sora)
    assert sign(sora).headers["Location"] == PLAN
    signed = sora.get(PLAN).text
    assert "Sora Lind" in signed
    assert "I sign this plan" not in signed
    stale = hidden(thief.get(PLAN))
    step_up(thief, ren, office.clock)
    assert thief.post(f"{PLAN}/sign", data={**hidden(thief.get(PLAN))}).status_code == 303
    both = thief.get(PLAN).text
    assert "Signed by two officers. It is drawn from 16 April on." in both
    again = thief.post(f"{PLAN}/sign", data={**stale, "token": token_of(thief.get(PLAN))})
    assert again.status_code == 409
    assert "You signed this plan already." in again.text
    verbs = [entry.verb for entry in office.noted() if entry.verb.startswith("plan.")]
    assert verbs == ["plan.drafted", "plan.announced", "plan.approved", "plan.approved"]


def test_a_plan_that_changed_meanwhile_is_not_signed(office: Founded, sora: FlaskClient) -> None:
    change, plan = f"{ALL}/{NEXT}/change", f"{ALL}/{NEXT}"
    fill(sora, change, **USUAL)
    announce(office, NEXT)
    sora = office.signed_in(office.sora)
    seen = hidden(sora.get(plan))
    fill(sora, change, **{**USUAL, "eps": "4/5"})
    announce(office, NEXT)
    sora = office.signed_in(office.sora)
    page = sora.post(f"{plan}/sign", data={**seen, "token": token_of(sora.get(plan))})
    assert page.status_code == 422
    assert "not the one that you looked at any more" in page.text
    assert "nobody yet" in page.text


def test_an_announced_plan_stays_once_its_year_has_begun(
    office: Founded, sora: FlaskClient
) -> None:
    fill(sora, CHANGE, **USUAL)
    assert "Change the plan" in sora.get(PLAN).text
    announce(office)
    sora = office.signed_in(office.sora)
    assert "Change the plan" not in sora.get(PLAN).text
    assert sora.get(CHANGE).status_code == 404


def test_nobody_but_an_officer_finds_the_pages(office: Founded, sora: FlaskClient) -> None:
    fill(sora, CHANGE, **USUAL)
    aiko = office.signed_in(office.aiko)
    for address in (ALL, PLAN, CHANGE):
        assert aiko.get(address).status_code == 404
    assert ALL not in aiko.get("/staff/people").text
    assert f'<a href="{ALL}">' in sora.get("/staff/people").text


def test_a_release_that_gets_no_plan_now_has_no_page(sora: FlaskClient) -> None:
    names = "TOMOSHIBI-JP-2099-A", f"{RELEASE[:-1]}B", "TOMOSHIBI-SYNTHETIC-2026-A", "x"
    for release in names:
        assert sora.get(f"{ALL}/{release}").status_code == 404
        assert sora.get(f"{ALL}/{release}/change").status_code == 404


def test_an_altered_ledger_stops_every_page_and_what_was_typed_stays(
    office: Founded, sora: FlaskClient
) -> None:
    fill(sora, CHANGE, **USUAL)
    plan = announce(office)
    with office.desk(office.sora) as desk:
        ledger.reserve(desk.session, plan, desk.now)
    sora = office.signed_in(office.sora)
    token = token_of(sora.get(ALL))
    engine = office.app.extensions["tomoshibi"].database.engine
    without_triggers(engine, "budget_event")
    with office.desk(office.sora) as desk:
        desk.session.execute(update(BudgetEvent).values(week=202601))
    stopped = sora.get(ALL)
    assert stopped.status_code == 409
    assert "The ledger of figures does not hold at row 1" in stopped.text
    page = sora.post(CHANGE, data={"token": token, **USUAL, "part_total": "7/70"})
    assert page.status_code == 409
    assert "7/70</textarea>" in page.text


def test_a_plan_that_was_altered_in_the_database_stops_every_page(
    office: Founded, sora: FlaskClient
) -> None:
    fill(sora, CHANGE, **USUAL)
    with office.desk(office.sora) as desk:
        dearer = encode(a_plan()).replace(b'"eps_year":"1/1"', b'"eps_year":"9/1"')
        desk.session.execute(update(PlanRow).values(plan=dearer))
    sora = office.signed_in(office.sora)
    for address in (ALL, PLAN, CHANGE):
        page = sora.get(address)
        assert (page.status_code, "not a plan that may be drawn" in page.text) == (409, True)


def test_an_officer_who_is_forced_finds_no_plan(office: Founded, sora: FlaskClient) -> None:
    fill(sora, CHANGE, **USUAL)
    typed = {"current": office.sora.passphrase, "chosen": SECOND, "again": SECOND}
    assert fill(sora, "/staff/me/force", **typed).status_code == 303
    forced = office.left_open(replace(office.sora, passphrase=SECOND))
    page = forced.get(ALL)
    assert page.status_code == 200
    assert "There is no plan yet." in page.text
    assert "TOMOSHIBI-JP" not in page.text
    assert forced.get(PLAN).status_code == 404
    assert forced.get(CHANGE).status_code == 404
