"""The figures of the team come of the reports that a supervisor sees, and of no other."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from admin import agreements, casework, figures, header_records, indexing
from admin.casework import Words
from admin.errors import HiddenError
from admin.header_records import FLOOR_BYTES
from admin.team_figures import OfLevel
from forms.answers import Answers
from reporting import places, records
from reporting.case_rows import HeaderRow
from reporting.triage import Level
from tests.builders_cases import CALM, URGENT, Office

HOUR = timedelta(hours=1)
ABOUT_CHINA: Answers = {**CALM, "state": ("CN",)}


@pytest.fixture(autouse=True)
def everybody_is_in(office: Office) -> None:
    """Let nobody's coming in take time later on."""
    office.come_in("susan", "simon", "rei", "robin", "both", "mei", "max")
    # Of the time at which a report came in only the minute is kept.
    office.later(seconds=-office.clock().second)


def of(office: Office) -> tuple[OfLevel, ...]:
    with office.desk("susan") as desk:
        return figures.of(desk, None)


def test_what_waits_what_is_late_and_how_old_the_oldest_is(office: Office) -> None:
    office.report(URGENT)
    office.later(hours=1)
    office.report(URGENT)
    office.later(hours=1, minutes=30)
    found, *others = of(office)
    assert (found.waiting, found.overdue, found.oldest_untriaged) == (2, 1, HOUR * 2.5)
    assert found.level is Level.URGENT
    assert not any(one.waiting for one in others)


def test_a_first_look_is_a_decision_and_the_time_is_that_of_the_team(office: Office) -> None:
    for hours in (1, 2, 10):
        case = office.report()
        office.later(hours=hours)
        office.triage("both", case)
        office.make("both", case, "accept")
    level = next(one for one in of(office) if one.waiting)
    assert (level.half, level.most) == (HOUR * 2, HOUR * 10)
    assert level.oldest_untriaged is None


def test_a_second_look_that_disagrees_and_a_case_opened_again_are_counted(office: Office) -> None:
    declined, closed = office.declined("rei"), office.proposed("mei")
    office.make("susan", closed, "approve_close")
    with office.desk("robin") as desk:
        agreements.second_look(desk, declined, agrees=False)
    office.make("mei", closed, "reopen", reason="new_facts")
    every = of(office)
    assert (sum(one.turned for one in every), sum(one.reopened for one in every)) == (1, 1)


def test_what_is_hidden_from_a_supervisor_is_in_no_figure(office: Office) -> None:
    with office.desk("susan") as desk:
        before = figures.of(desk, None)
    hidden = office.report(ABOUT_CHINA)
    office.later(hours=1)
    office.triage("rei", hidden, ABOUT_CHINA)
    office.make("rei", hidden, "accept")
    office.report(ABOUT_CHINA)
    with office.desk("simon") as desk:
        assert figures.of(desk, None) != before
    office.recuse("susan", states=frozenset({"CN"}))
    with office.desk("susan") as desk:
        assert figures.of(desk, None) == before


def test_nobody_but_who_leads_is_told_figures(office: Office) -> None:
    for name in ("rei", "mei"):
        with office.desk(name) as desk, pytest.raises(HiddenError):
            figures.of(desk, None)
        with office.desk(name) as desk, pytest.raises(HiddenError):
            figures.note_view(desk)


def test_a_header_from_before_figures_is_still_read_and_tells_less(office: Office) -> None:
    case = office.report()
    indexing.fold(partial(office.desk, "susan"))
    with office.desk("susan") as desk:
        row = desk.session.get_one(HeaderRow, case)
        keys, place = indexing.keys_of(desk.ring)[row.epoch_id], places.header(case, row.rev)
        header = indexing.read(keys, case, row.rev, row.box_sealed)
        old = header_records.written(replace(header, dates={"due": header.dates["due"]}))
        row.box_sealed = records.close(keys.headers, old, place, FLOOR_BYTES)
    found = next(one for one in of(office) if one.waiting)
    # Of the day nothing is known but its week.
    monday = office.clock().replace(hour=0, minute=0, second=0) - timedelta(
        days=office.clock().weekday()
    )
    assert found.oldest_untriaged == office.clock() - monday


def test_time_on_a_reporter_is_that_of_the_oldest_open_question(office: Office) -> None:
    case = office.report()
    for _twice in range(2):
        with office.desk("rei") as desk:
            words = Words(case, "When was it?", "en", asks=True)
            casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)
        office.later(hours=3)
    found = next(one for one in of(office) if one.asked)
    assert (found.asked, found.half_asked, found.longest_asked) == (1, HOUR * 6, HOUR * 6)
    assert found.half == timedelta(0)
