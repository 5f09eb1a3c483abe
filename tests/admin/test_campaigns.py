"""What is told of more often: counted from headers alone, and only of what exists for somebody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import acts, campaigns, header_records, headers, indexing, scans
from admin.campaigns import Pattern
from admin.desk import Desk
from admin.errors import HiddenError
from admin.headers import Source
from admin.permissions import Action
from admin.scans import Seen
from admin.visibility import Exclusions, Matter
from crypto.padding import pad
from forms.codebook import KINDS, LISTS, TACTICS
from reporting import places, records
from reporting.case_rows import HeaderRow
from reporting.clock import week_of
from reporting.ids import CaseId
from reporting.models import State
from tests.admin.test_headers import HEADER, WORK
from tests.builders import Seeds
from tests.builders_cases import Office
from tests.builders_links import in_work, sent
from tests.builders_staff import noted

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
THREAT = {"kinds": ("threat",), "state": ("CN",), "channel": ("wechat",)}
PATTERN = Pattern("CN", "threat", "wechat")


def seen(number: int, weeks_ago: int, **told: tuple[str, ...]) -> Seen:
    answers = {**THREAT, **told}
    matter = Matter(frozenset(answers["state"]), frozenset(), (), Exclusions())
    week = week_of(NOW - timedelta(weeks=weeks_ago))
    header = headers.header_of(Source(week, "en", answers, matter), WORK)
    return Seen(CaseId(number.to_bytes(16, "big")), week, header, has_mail=False)


def test_the_last_four_weeks_stand_against_the_eight_before() -> None:
    ago = [0, 1, 3, 4, 11]
    (one,) = campaigns.found(
        [seen(n, weeks) for n, weeks in enumerate(ago)], NOW, campaigns.patterns_of
    )
    assert one.pattern == PATTERN
    assert [case[-1] for case in one.recent] == [0, 1, 2]
    assert [case[-1] for case in one.earlier] == [3, 4]
    assert one.is_rising


def test_what_rises_most_stands_first_and_what_is_rare_is_left_out() -> None:
    rising = [seen(n, 0) for n in range(4)]
    falling = [seen(n, 6, state=("IR",)) for n in range(4, 9)]
    rare = [seen(n, 0, state=("RU",)) for n in range(9, 11)]
    found = campaigns.found([*falling, *rare, *rising], NOW, campaigns.patterns_of)
    assert [(one.pattern.state, one.is_rising) for one in found] == [("CN", True), ("IR", False)]


def test_a_report_counts_for_each_of_its_states_kinds_and_ways() -> None:
    one = seen(1, 0, state=("CN", "IR", "unknown"), kinds=("threat", "following"), channel=())
    assert set(campaigns.patterns_of(one)) == {
        Pattern(state, kind, campaigns.NOT_TOLD)
        for state in ("CN", "IR")
        for kind in ("threat", "following")
    }


@given(st.lists(st.tuples(st.integers(0, 11), st.sampled_from(["CN", "IR"])), max_size=20))
def test_every_report_is_counted_once_and_in_no_order_of_arrival(
    told: list[tuple[int, str]],
) -> None:
    those = [seen(n, weeks, state=(state,)) for n, (weeks, state) in enumerate(told)]
    found = campaigns.found(those, NOW, campaigns.patterns_of)
    assert found == campaigns.found(reversed(those), NOW, campaigns.patterns_of)
    for one in found:
        assert len(one.recent) + len(one.earlier) >= campaigns.LEAST
        named = {each.id for each in those if each.header.matter.states == {one.pattern.state}}
        assert {*one.recent, *one.earlier} == named


def test_a_tactic_counts_whichever_state_is_behind_it() -> None:
    states = ["CN", "IR", "unknown", "RU"]
    those = [
        seen(n, 0, state=(state,), kinds=("documents",), tactics=("documents.refused",) * 2)
        for n, state in enumerate(states)
    ]
    before = [seen(9, 6, kinds=("documents",), tactics=("documents.refused", "documents.entry"))]
    assert campaigns.found(those, NOW, campaigns.patterns_of) == ()
    (one,) = campaigns.found([*those, *before], NOW, campaigns.tactics_of)
    assert one.pattern == Pattern(campaigns.NOT_TOLD, "documents.refused", campaigns.NOT_TOLD)
    assert (len(one.recent), len(one.earlier), one.is_rising) == (4, 1, True)


def test_only_tactics_that_rise_are_shown_and_never_of_what_is_hidden(office: Office) -> None:
    refused = {**THREAT, "kinds": ("documents",), "tactics": ("documents.refused",)}
    visits = {**THREAT, "kinds": ("family",), "tactics": ("family.visit",)}
    old = [in_work(office, {**visits, "state": (state,)})[0] for state in ("CN", "IR", "RU")]
    office.later(weeks=5)
    new = {in_work(office, {**refused, "state": (state,)})[0] for state in ("CN", "IR", "RU")}
    office.come_in("mei", "max")
    with office.desk("mei") as desk:
        view = campaigns.look(desk)
    assert [(one.pattern.kind, set(one.recent)) for one in view.tactics] == [
        ("documents.refused", new)
    ]
    assert not view.lacks_some
    office.recuse("max", states=frozenset({"CN"}))
    with office.desk("max") as desk:
        assert campaigns.look(desk) == campaigns.View((), (), is_cut=False, lacks_some=False)
    # A header from before tells no tactics until it is written anew.
    for is_old in (True, False):
        with office.desk("mei") as desk:
            there = acts.begin(desk, old[0], Action.WORK_ON_CASE)
            indexing.keep(desk.session, desk.ring, there, there.work)
            if is_old:
                forget_tactics(desk, old[0])
        with office.desk("mei") as desk:
            assert campaigns.look(desk).lacks_some == is_old


def forget_tactics(desk: Desk, case: CaseId) -> None:
    """Let the header of a report be one from before there were tactics in any."""
    row = desk.session.get_one(HeaderRow, case)
    keys, place = indexing.keys_of(desk.ring)[row.epoch_id], places.header(case, row.rev)
    said = {**indexing.reader(keys)(row.box_sealed, case, row.rev)}
    del said["tactics"]
    row.box_sealed = records.close(keys.headers, said, place, header_records.FLOOR_BYTES)


def test_only_casework_looks_and_the_log_says_so(office: Office, seeds: Seeds) -> None:
    with pytest.raises(HiddenError), office.desk("rei") as desk:
        campaigns.look(desk)
    with office.desk("mei") as desk:
        assert campaigns.look(desk) == campaigns.View((), (), is_cut=False, lacks_some=False)
    assert "campaigns.viewed" in noted(office.app, seeds, "")


def test_supervisors_see_new_reports_too_and_nobody_old_or_declined_ones(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(office, THREAT)
    office.later(weeks=13)
    new = {sent(office, THREAT)[0] for _ in range(3)}
    work = {in_work(office, THREAT)[0] for _ in range(3)}
    with office.desk("mei") as desk:
        (one,) = campaigns.look(desk).campaigns
    assert (one.pattern, set(one.recent), one.earlier) == (PATTERN, work, ())
    office.rings.pop("susan")  # she comes in again, and is handed the keys of since
    office.later(minutes=1)
    with office.desk("susan") as desk:
        (one,) = campaigns.look(desk).campaigns
    assert set(one.recent) == new | work
    monkeypatch.setattr(campaigns, "MOST_READ", 5)
    with office.desk("susan") as desk:
        assert campaigns.look(desk).is_cut


def test_a_header_from_before_says_nothing_of_channels_and_counts_without() -> None:
    record = header_records.written(HEADER)
    old = {name: value for name, value in record.items() if name != "channels"}
    assert header_records.read(old) == replace(HEADER, channels=())
    oldest = {name: value for name, value in old.items() if name != "tactics"}
    assert header_records.read(oldest) == replace(HEADER, channels=(), tactics=None)
    assert header_records.read(header_records.written(header_records.read(oldest))) == replace(
        HEADER, channels=(), tactics=None
    )


def test_what_stands_for_a_tactic_stands_for_no_other_and_unknown_ones_are_passed_over() -> None:
    codes = tuple(tactic.code for tactic in TACTICS)
    assert len({header_records.mark_of(code) for code in codes}) == len(codes)
    every = header_records.written(replace(HEADER, tactics=codes))
    assert header_records.read(every).tactics == codes
    later = replace(HEADER, tactics=("documents.refused", "documents.not_yet"))
    assert header_records.read(header_records.written(later)).tactics == ("documents.refused",)
    # The letters stand in headers that were written: they never change.
    assert header_records.mark_of("documents.refused") == "HAd"


def test_a_header_has_no_empty_list_but_what_a_walk_asks_of_every_record() -> None:
    record = header_records.written(HEADER)
    empty = {name for name, value in record.items() if value == []}
    assert empty <= {*("states", "organisations", "people", "rules"), *("regions", "not", "flags")}
    # One from before had them, and says the same.
    before = {**record, "joined": [], "requests": [], "tasks": [], "channels": []}
    assert header_records.read(before) == header_records.read(record)


def test_with_every_channel_a_header_is_no_longer_than_others() -> None:
    channels = tuple(option.code for option in LISTS["channel"])
    kinds = tuple(kind.code for kind in KINDS)[:6]
    full = records.encode(header_records.written(replace(HEADER, channels=channels, kinds=kinds)))
    usual = records.encode(header_records.written(HEADER))
    floor = header_records.FLOOR_BYTES
    assert len(pad(full, floor)) <= len(pad(usual, floor)) + floor // 2
    tactics = tuple(tactic.code for tactic in TACTICS[:6])
    some = replace(HEADER, channels=channels[:3], tactics=tactics)
    few = records.encode(header_records.written(some))
    assert len(pad(few, floor)) == floor


def test_a_scan_since_a_week_walks_in_the_order_of_every_list(office: Office) -> None:
    for _ in range(3):
        in_work(office)
    with office.desk("mei") as desk:
        every = list(scans.Scan(desk).of([State.ACTIVE]))
        since = list(scans.Scan(desk).received_since([State.ACTIVE], week_of(office.clock())))
    assert since == every
