"""Whoever can write into the database alone gets no plan signed, told, drawn or published."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from html import unescape
from pathlib import Path

import pytest
from pyotp import TOTP
from sqlalchemy import delete, insert, update

from admin.budget_rows import PlanRow
from admin.errors import FiguresError
from admin.installation import started
from admin.publication import approvals, releases
from admin.publication.scales import MECHANISM, foreseen
from reporting.stat_rows import StatFrameRow
from reporting.statistics import plan as plans
from reporting.statistics.codelists import Dim, cells
from reporting.statistics.plan import RESERVE, YEARS_DRAW, Outline, Plan, Tier, encode, shares
from tests.builders_figures import CORRECTION, DRAW_DAY, RELEASE, a_plan
from tests.builders_staff import the_staff
from tests.flows.test_publication_pages import ALL, announce, instance_of, sign
from tests.flows.test_publication_pages import PLAN as PAGE
from tests.flows.test_stats_commands import desk
from tests.founded import Founded, hidden
from tests.statistician import STEP, Desk

__all__ = ["desk"]

# What somebody writes into a database is the same in both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEXT = "TOMOSHIBI-JP-2027-A"
TOLD = a_plan()
ALTERED = "This is not what everybody was told"


def uneven(release: str = RELEASE) -> Plan:
    """Return a plan that spends nearly the whole year on governments."""
    parts = dict.fromkeys([dims for dims, _ in shares(Tier.S)], Fraction(1, 100))
    parts[Dim.ORIGIN,] = Fraction(97, 100)
    cost = Fraction(1) if plans.letter(release) == YEARS_DRAW else RESERVE
    outline = Outline(release, Tier.S, Fraction(1), cost, tuple(parts.items()))
    return plans.compose(outline, foreseen, MECHANISM)


def told(office: Founded, made: Plan = TOLD) -> Plan:
    with office.desk(office.sora) as at:
        approvals.draft(at, instance_of(office), made)
    return announce(office, made.release)


def plant(office: Founded, made: Plan) -> None:
    """Put a plan into the database, as somebody does who came into nothing else."""
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(PlanRow).where(PlanRow.release_id == made.release))
        row = PlanRow(release_id=made.release, period=made.period, plan=encode(made), announced=1)
        session.add(row)


def leaves(value: object) -> Iterator[str]:
    match value:
        case dict():
            for one in value.values():
                yield from leaves(one)
        case list():
            for one in value:
                yield from leaves(one)
        case _:
            yield str(value)


@pytest.mark.parametrize("is_other_told", [False, True])
def test_a_plan_that_only_the_database_knows_is_not_signed_on_the_pages(
    office: Founded, *, is_other_told: bool
) -> None:
    if is_other_told:
        told(office)
    plant(office, uneven())
    sora = office.signed_in(office.sora)
    page = sora.get(PAGE)
    assert ALTERED in page.text
    assert ALTERED in sora.get(ALL).text
    assert "I sign this plan" not in page.text
    typed = {**hidden(page), "plan": uneven().digest}
    refused = sora.post(f"{PAGE}/sign", data=typed)
    assert refused.status_code == 409
    assert "nobody yet" in sora.get(PAGE).text
    assert "plan.approved" not in [entry.verb for entry in office.noted()]


def test_the_page_shows_all_that_a_signature_covers(office: Founded) -> None:
    made = told(office)
    sora = office.signed_in(office.sora)
    page = sora.get(PAGE).text
    assert ALTERED not in page
    text = unescape(re.sub(r"<[^>]+>", "\n", page))
    lines = {line.strip() for line in text.splitlines()}
    assert encode(made).decode() in lines
    assert made.digest in lines
    document = json.loads(encode(made))
    rows = set(re.findall(r'<tr><th scope="row" lang="en">([^<]+)</th>', page))
    assert {*document} - {"tables"} <= rows
    for n, table in enumerate(document["tables"], 1):
        assert {f"tables {n} {part}" for part in table} <= rows
        assert json.dumps(table.pop("dims")) in lines
    assert set(leaves(document)) <= lines
    for dim in (Dim.TACTIC, Dim.ORIGIN, Dim.REGION):
        assert " ".join(code for (code,) in cells((dim,))) in lines
    assert sign(sora).status_code == 303


def test_what_the_database_says_is_announced_is_not_told_once_its_year_has_begun(
    office: Founded,
) -> None:
    told(office)
    plant(office, uneven())
    with pytest.raises(FiguresError, match="Everybody was told another plan"):
        announce(office)
    office.clock.now = datetime(2027, 1, 3, tzinfo=UTC)
    plant(office, uneven(NEXT))
    with pytest.raises(FiguresError, match="nobody was told its plan before"):
        announce(office, NEXT)
    folder = the_staff(office.app).service.settings.instance / "figures/plans"
    assert [path.read_bytes() for path in folder.iterdir()] == [encode(TOLD)]


def test_a_year_with_reports_gets_no_plan_though_the_database_says_it_was_told(
    office: Founded,
) -> None:
    plant(office, uneven())
    with the_staff(office.app).service.begin() as session:
        row = {"period": 2026, "unit_key": bytes(32), "record_sealed": b"x", "cluster_sealed": b"x"}
        session.execute(insert(StatFrameRow).values(row))
    with pytest.raises(FiguresError, match="nobody was told its plan before"):
        announce(office)


def test_a_plan_is_not_the_first_because_somebody_deleted_the_others(office: Founded) -> None:
    told(office)
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(PlanRow))
    office.clock.now = datetime(2027, 1, 3, tzinfo=UTC)
    plant(office, uneven(NEXT))
    with pytest.raises(FiguresError, match="nobody was told its plan before"):
        announce(office, NEXT)


def test_a_correction_is_held_against_what_was_told_of_its_year(office: Founded) -> None:
    told(office)
    plant(office, uneven())
    plant(office, uneven(CORRECTION))
    with pytest.raises(FiguresError, match="measures what the plan of its year measures"):
        announce(office, CORRECTION)
    plant(office, a_plan(CORRECTION, RESERVE))
    announce(office, CORRECTION)


def test_noise_of_another_opendp_is_told_in_a_year_that_has_begun(office: Founded) -> None:
    told(office)
    renewed = replace(TOLD, mechanism="OpenDP 9.9.9 make_laplace")
    assert told(office, renewed) == renewed


def test_governments_get_no_finer_tables_than_their_year_has(office: Founded) -> None:
    with office.desk(office.sora) as at:
        approvals.draft(at, instance_of(office), a_plan(tier=Tier.M))
    with pytest.raises(FiguresError, match="those of tier S"):
        announce(office)
    assert "Nobody outside has seen it." in office.signed_in(office.sora).get(PAGE).text


def test_what_was_told_and_cannot_be_read_is_brought_back_first(office: Founded) -> None:
    told(office)
    file = the_staff(office.app).service.settings.instance / f"figures/plans/{RELEASE}.json"
    file.write_bytes(b"{}")
    with pytest.raises(FiguresError, match="no plan as it was announced"):
        announce(office)


def replaced(there: Desk, made: Plan) -> None:
    with started(there.installation) as service, service.begin() as session:
        session.execute(update(PlanRow).values(plan=encode(made), announced=1))


def test_nothing_is_drawn_but_what_everybody_was_told(desk: Desk) -> None:
    desk.announced()
    for name in ("sora", "noor"):
        assert desk.by(name, "approve", RELEASE, first=["y"]).exit_code == 0
    file = told_file(desk)
    # As it is where both signed a plan that the database alone had.
    file.write_bytes(encode(uneven()))
    desk.clock.now = DRAW_DAY
    refused = desk.by("noor", "draw", RELEASE)
    assert (refused.exit_code, "somebody changed it" in refused.output) == (1, True)
    file.unlink()
    assert "is not announced" in desk.by("noor", "draw", RELEASE).output
    assert desk.states() == []


def test_the_public_page_keeps_what_it_was_told(desk: Desk) -> None:
    desk.announced()
    public = desk.instance / "figures/plan.json"
    before = public.read_bytes()
    replaced(desk, uneven())
    with started(desk.installation) as service, service.read() as session:
        releases.export(session, desk.instance)
    assert public.read_bytes() == before == told_file(desk).read_bytes()
    refused = desk.by("sora", "plan", RELEASE, "--announce")
    assert (refused.exit_code, "told another plan" in refused.output) == (1, True)
    assert public.read_bytes() == before


def test_who_announces_a_plan_or_signs_it_reads_every_word_of_it(desk: Desk) -> None:
    assert desk.by("sora", "plan", RELEASE, first=["y"]).exit_code == 0
    for words in (("plan", RELEASE, "--announce"), ("approve", RELEASE)):
        done = desk.by("sora", *words, first=["y"] if "approve" in words else [])
        assert done.exit_code == 0, done.output
        lines = done.output.splitlines()
        assert encode(TOLD).decode() in lines
        assert f"The SHA-256 of this plan is {TOLD.digest}" in lines


def test_a_plan_that_changes_while_it_is_read_is_not_told(desk: Desk) -> None:
    assert desk.by("sora", "plan", RELEASE, first=["y"]).exit_code == 0

    def meanwhile(_shown: str) -> str:
        replaced(desk, uneven())
        return desk.people["sora"].name

    desk.clock.advance(STEP)
    sora = desk.people["sora"]
    code = TOTP(sora.codes.text).at(desk.clock())
    done = desk.run("plan", RELEASE, "--announce", typed=[meanwhile, sora.passphrase, code])
    assert (done.exit_code, "somebody changed it" in done.output) == (1, True)
    assert not told_file(desk).exists()


def told_file(there: Desk) -> Path:
    return there.instance / f"figures/plans/{RELEASE}.json"
