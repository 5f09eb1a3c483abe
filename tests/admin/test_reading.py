"""What somebody reads is counted by the server, and what is theirs to read is not."""

import os
from contextlib import suppress
from dataclasses import replace

import pytest

from admin import (
    agreements,
    casework,
    digest,
    keeping_for,
    linking,
    moves,
    pull,
    reading,
    reading_counts,
)
from admin.errors import EnoughForTodayError, HiddenError, OverLimitError
from admin.keyring import Ring
from admin.skips import SkipReason
from admin.tripwires import LIMITS, Kind
from crypto.standing import Stage
from reporting.errors import BusyError
from reporting.ids import CaseId
from tests.builders_cases import CALM, URGENT, Office
from tests.builders_staff import the_staff
from tests.metered import counted, has_read

WORKERS = 8
EACH = 3
LEFT = 4
MOST_TRIES = 200


def opens(office: Office, name: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)


def stories(office: Office, name: str) -> int:
    return counted(office.app, office.id(name), Kind.STORIES, office.clock)


def is_refused(office: Office, name: str, case: CaseId) -> bool:
    """Open a report at the limit; say whether it was refused."""
    has_read(office.app, office.id(name), Kind.STORIES, office.clock)
    try:
        opens(office, name, case)
    except OverLimitError:
        return True
    assert stories(office, name) == LIMITS[Kind.STORIES]
    return False


def test_what_next_hands_out_and_what_is_in_ones_hands_is_not_counted(office: Office) -> None:
    handed, other = office.report(URGENT), office.report()
    with office.desk("rei") as desk:
        assert pull.next_for(desk) == handed
    assert not is_refused(office, "rei", handed)
    assert is_refused(office, "rei", other)


def handed_and_read(office: Office, name: str) -> CaseId:
    with office.desk(name) as desk:
        case = pull.next_for(desk)
    opens(office, name, case)
    return case


def passes_on(
    office: Office, name: str, case: CaseId, why: SkipReason = SkipReason.LANGUAGE
) -> None:
    with office.desk(name) as desk:
        pull.skip(desk, case, why)


@pytest.mark.parametrize("why", sorted(SkipReason))
def test_what_was_handed_out_read_and_passed_on_counts_once(
    office: Office, why: SkipReason
) -> None:
    office.report({**CALM, "state": ("CN",)})
    case = handed_and_read(office, "rei")
    assert stories(office, "rei") == 0
    passes_on(office, "rei", case, why)
    if why is not SkipReason.CONFLICT:
        opens(office, "rei", case)
        passes_on(office, "rei", case, why)
    assert stories(office, "rei") == 1
    assert counted(office.app, office.id("rei"), Kind.STATE, office.clock) == 1


def test_what_is_passed_on_unread_was_not_read_and_what_was_counted_is_not_counted_again(
    office: Office,
) -> None:
    unread, own = office.report(URGENT), office.report()
    with office.desk("rei") as desk:
        assert pull.next_for(desk) == unread
    passes_on(office, "rei", unread)
    assert stories(office, "rei") == 0
    opens(office, "rei", own)
    passes_on(office, "rei", own)
    assert stories(office, "rei") == 1


def test_who_decided_about_a_report_and_leaves_the_rest_to_others_is_not_counted(
    office: Office,
) -> None:
    office.report()
    case = handed_and_read(office, "both")
    office.triage("both", case)
    office.make("both", case, "accept")
    office.come_in("both")
    assert handed_and_read(office, "both") == case
    passes_on(office, "both", case)
    assert stories(office, "both") == 0


def test_an_owner_who_passes_their_own_on_was_not_handed_it(office: Office) -> None:
    case = office.assigned("mei")
    office.later(days=1)
    opens(office, "mei", case)
    passes_on(office, "mei", case)
    assert stories(office, "mei") == 0


def test_whoever_passes_on_one_after_another_reads_no_more_than_the_limit(office: Office) -> None:
    mine = office.assigned("both")
    for _ in range(3):
        office.report()
    has_read(office.app, office.id("both"), Kind.STORIES, office.clock, less=1)
    passes_on(office, "both", handed_and_read(office, "both"))
    assert stories(office, "both") == LIMITS[Kind.STORIES]
    with office.desk("both") as desk:
        next_one = pull.next_for(desk)
    with pytest.raises(OverLimitError) as refused:
        opens(office, "both", next_one)
    assert refused.value.kind is Kind.STORIES
    # Nobody has to keep what they were not shown, and what they work on stays theirs to read.
    passes_on(office, "both", next_one)
    office.later(minutes=1)
    opens(office, "both", mine)
    assert stories(office, "both") == LIMITS[Kind.STORIES]


def test_what_is_given_to_somebody_has_a_wide_limit_of_its_own(office: Office) -> None:
    first, second = office.report(), office.report()
    has_read(office.app, office.id("rei"), Kind.GIVEN, office.clock, less=1)
    handed_and_read(office, "rei")
    with office.desk("rei") as desk:
        other = pull.next_for(desk)
    assert other in {first, second}
    with pytest.raises(OverLimitError) as refused:
        opens(office, "rei", other)
    assert str(refused.value) == "the limit of given is reached: confirm"


def test_what_somebody_owns_is_not_counted(office: Office) -> None:
    case = office.assigned("mei")
    office.later(days=1)
    assert not is_refused(office, "mei", case)
    assert is_refused(office, "max", case)


def test_what_somebody_keeps_for_later_is_not_counted(office: Office) -> None:
    case = office.report()
    with office.desk("rei") as desk:
        keeping_for.keep(desk, case, "")
    assert stories(office, "rei") == 1
    office.later(hours=20)
    assert not is_refused(office, "rei", case)


def test_a_second_person_reads_what_they_are_asked_about(office: Office) -> None:
    proposed, declined = office.proposed("mei"), office.declined("rei")
    assert not is_refused(office, "max", proposed)
    assert not is_refused(office, "robin", declined)
    # Not what they decided themselves, on another day.
    office.later(days=1)
    assert is_refused(office, "rei", declined)
    with office.desk("robin") as desk:
        agreements.second_look(desk, declined, agrees=False)
    office.later(days=1)
    assert is_refused(office, "robin", declined)


def test_a_report_counts_once_a_day_and_beside_another_one_as_well(office: Office) -> None:
    first, second = office.report(), office.report()
    for _twice in range(2):
        opens(office, "rei", first)
    assert stories(office, "rei") == 1
    with office.desk("rei") as desk:
        linking.compare(desk, first, second)
    assert stories(office, "rei") == 2
    office.later(days=1)
    opens(office, "rei", first)
    assert stories(office, "rei") == 1


def test_whoever_makes_a_report_their_own_without_opening_it_has_read_it(office: Office) -> None:
    taken, assigned, escalated = office.report(), office.accepted(), office.report(URGENT)
    office.triage("rei", escalated, URGENT)
    with office.desk("robin") as desk:
        pull.take(desk, taken)
    office.make("mei", assigned, "assign")
    office.make("rei", escalated, "escalate")
    with office.desk("susan") as desk:
        agreements.countersign(desk, escalated, "escalate")
    with office.desk("max") as desk:
        moves.take(desk, escalated, office.rev(escalated))
    assert (stories(office, "robin"), stories(office, "mei"), stories(office, "max")) == (1, 1, 1)
    given = office.accepted()
    office.make("mei", given, "assign", assignee=office.id("max"))
    assert stories(office, "mei") == 1


def test_searches_that_find_next_to_nothing_are_counted(office: Office) -> None:
    has_read(office.app, office.id("rei"), Kind.SEARCHES, office.clock, less=1)
    with office.desk("rei") as desk:
        reading.note(desk, Kind.SEARCHES)
    with pytest.raises(OverLimitError) as refused, office.desk("rei") as desk:
        reading.note(desk, Kind.SEARCHES)
    assert str(refused.value) == "the limit of searches is reached: confirm"


def test_a_limit_is_told_once_and_a_limit_that_is_none_is_not_told(office: Office) -> None:
    office.come_in("susan", "simon", "rei")
    has_read(office.app, office.id("rei"), Kind.FILES, office.clock)
    for kind in (Kind.FILES, Kind.FILES, Kind.STORIES):
        with office.desk("rei") as desk:
            reading.tell(desk, kind)
    with office.desk("susan") as desk:
        (line,) = digest.mine(desk.session, desk.ring, desk.verified)
    assert (line.member, line.detail) == (office.id("rei"), "files")


def test_nothing_is_allowed_where_nothing_is_stopped(office: Office) -> None:
    has_read(office.app, office.id("rei"), Kind.FILES, office.clock)
    with office.desk("susan") as desk:
        reading.allow(desk, office.id("rei"), "Go on.")
        assert not reading.stopped(desk)
        assert not digest.mine(desk.session, desk.ring, desk.verified)


def test_where_nothing_counts_nobody_reads(office: Office) -> None:
    case, ring = office.report(), office.rings["rei"]
    office.rings["rei"] = replace(ring, meter=None)
    with pytest.raises(HiddenError):
        opens(office, "rei", case)


def test_on_probation_the_limit_of_the_stage_comes_first(office: Office) -> None:
    cases, ring = [office.report() for _ in range(21)], office.rings["rei"]
    standing = replace(ring.person.standing, stage=Stage.PROBATION)
    office.rings["rei"] = replace(ring, person=replace(ring.person, standing=standing))
    for case in cases[:20]:
        opens(office, "rei", case)
    opens(office, "rei", cases[0])
    with pytest.raises(EnoughForTodayError):
        opens(office, "rei", cases[20])


def test_counts_and_lines_go_when_their_days_are_over(office: Office) -> None:
    case = office.report()
    opens(office, "rei", case)
    with office.desk("rei") as desk:
        reading.unmask(desk, "to_decide")
    swept = []
    for hours in (0, 15, 24):
        office.later(hours=hours)
        with the_staff(office.app).service.begin() as session:
            now = office.clock()
            swept.append((reading_counts.sweep(session, now), digest.sweep(session, now)))
    assert swept == [(0, 0), (1, 0), (0, 2)]


def reads(
    office: Office, ring: Ring, cases: list[CaseId]
) -> int:  # pragma: no cover - in the child
    """Open reports one after another; say how many were shown."""
    office.rings["rei"], shown = ring, 0
    for case in cases:
        for _ in range(MOST_TRIES):
            with suppress(BusyError):
                try:
                    opens(office, "rei", case)
                    shown += 1
                except OverLimitError:
                    pass
                break
    return shown


def test_eight_processes_read_no_more_than_the_limit(office: Office) -> None:
    cases = [office.report() for _ in range(WORKERS * EACH)]
    has_read(office.app, office.id("rei"), Kind.STORIES, office.clock, less=LEFT)
    ring = office.rings["rei"]
    the_staff(office.app).service.database.engine.dispose()
    pipes = []
    for worker in range(WORKERS):
        read, write = os.pipe()
        if os.fork() == 0:  # pragma: no cover - the child ends by itself
            try:
                the_staff(office.app).service.database.forget_connections()
                mine = cases[worker * EACH : worker * EACH + EACH]
                os.write(write, bytes([reads(office, ring, mine)]))
            finally:
                os._exit(0)
        os.close(write)
        pipes.append(read)
    shown = 0
    for pipe in pipes:
        with os.fdopen(pipe, "rb") as answers:
            shown += answers.read()[0]
    for _ in range(WORKERS):
        os.wait()
    assert shown == LEFT
    assert stories(office, "rei") == LIMITS[Kind.STORIES]
