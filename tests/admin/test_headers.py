"""A header says the same before and after it was locked, and is found by what stands in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from admin import header_records, headers
from admin.facts import Triage
from admin.headers import Source
from admin.skips import Skip, SkipReason
from admin.visibility import Exclusions, Matter
from admin.work import Asked, Work
from crypto.envelope import OpenError
from reporting import records
from reporting.models import State
from reporting.triage import Level

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ME, YOU = b"m" * 16, b"y" * 16
MATTER = Matter(
    states=frozenset({"CN"}),
    organisations=frozenset({"none"}),
    people=("Aiko",),
    exclusions=Exclusions(no_community=True, regions=frozenset({"kanto"}), people=("Mei",)),
)
SOURCE = Source(202648, "ja", {"kinds": ("threat",)}, MATTER)
WORK = Work(
    state=State.ACTIVE,
    since=NOW,
    received=NOW,
    triage=Triage(proposed=Level.HIGH),
    owner=ME,
    earlier_owners=frozenset({YOU}),
    questions=(Asked(ME, NOW, NOW + timedelta(hours=1)), Asked(YOU, NOW)),
    skips=(Skip(YOU, SkipReason.CONFLICT), Skip(ME, SkipReason.UNSURE)),
    next_check=date(2026, 12, 1),
    escalated_at=NOW,
    items=("countersign_due",),
)
HEADER = headers.header_of(SOURCE, WORK)


def test_a_header_comes_back_as_it_was_locked() -> None:
    assert header_records.read(header_records.written(HEADER)) == HEADER
    assert len(records.encode(header_records.written(HEADER))) < header_records.FLOOR_BYTES * 2


def test_it_says_who_is_who_and_what_is_to_be_done() -> None:
    assert (HEADER.owner, HEADER.of("known"), HEADER.of("conflict")) == (ME, (YOU,), (YOU,))
    assert (HEADER.of("asks"), HEADER.of("asked_last")) == ((YOU,), (ME,))
    assert HEADER.marks == {"waiting", "agreement", "escalated", "named"}
    watched = headers.header_of(SOURCE, replace(WORK, state=State.MONITORING))
    assert watched.dates["check"] == datetime(2026, 12, 1, tzinfo=UTC)
    assert "check" not in HEADER.dates
    assert "CN" not in repr(HEADER)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=3), timedelta(days=40)])
def test_what_is_due_is_found_from_its_day_on_and_only_once(later: timedelta) -> None:
    names = set(headers.names_of(HEADER))
    day = HEADER.due.replace(hour=0, minute=0, second=0)
    assert len(names & set(headers.until("due", HEADER.due + later))) == 1
    assert not names & set(headers.until("due", day - timedelta(days=1)))
    assert len(names & set(headers.until("due", HEADER.due + timedelta(days=900)))) == 1


def test_what_is_found_by_a_day_is_found_by_the_month_of_that_day_too() -> None:
    watched = headers.header_of(SOURCE, replace(WORK, state=State.MONITORING))
    names = {*headers.names_of(HEADER), *headers.names_of(watched)}
    months = {headers.month_of(name) for name in names} - {""}
    assert months <= names
    assert {name.split(":")[0] for name in months} == {"due", "asked", "check"}


def test_only_a_days_list_stands_in_the_list_of_a_month() -> None:
    assert headers.month_of("due:2026-11-30") == "due:2026-11"
    others = ("due:2026-11", "due:2026", "waiting", headers.of_person("owner", ME))
    assert {headers.month_of(name) for name in others} == {""}


def test_its_people_are_found_each_by_their_own_name() -> None:
    names = set(headers.names_of(HEADER))
    assert headers.of_person("owner", ME) in names
    assert headers.of_person("owner", YOU) not in names
    # Nobody is looked for as somebody who passed a report on.
    assert headers.of_person("skipped", ME) not in names


@pytest.mark.parametrize("altered", [{"state": "lost"}, {"level": 9}, {"who": {"owner": ["x"]}}])
def test_what_makes_no_sense_is_no_header(altered: records.Record) -> None:
    with pytest.raises(OpenError):
        header_records.read({**header_records.written(HEADER), **altered})
