"""Pull: hand somebody the report to look at next, or let them pass one on.

Reviewers are handed what nobody has looked at, caseworkers what waits for an owner, supervisors
both. Which of them comes next is for `next_case`; they are opened here, for whoever asks.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from admin import (
    acts,
    case_words,
    headers,
    leases,
    likeness_of_texts,
    reading,
    scans,
    unlocking,
    unopened,
)
from admin.authority import authorize
from admin.desk import Desk
from admin.errors import AlteredError, HiddenError, InHandError
from admin.facts import Lease
from admin.headers import of_person
from admin.next_case import FLOOD, Header, Nothing, NothingNextError, Person, next_case
from admin.permissions import CASEWORKER, REVIEWER, SUPERVISOR, Action
from admin.scans import BATCH, Scan, Seen
from admin.skips import Skip, SkipReason
from crypto.roles import Group
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

MOST_URGENT: Final = 1024
READ_BY: Final[Mapping[State, frozenset[str]]] = {
    State.RECEIVED: frozenset({REVIEWER, SUPERVISOR}),
    State.TRIAGED: frozenset({CASEWORKER, SUPERVISOR}),
}


def next_for(desk: Desk) -> CaseId:
    """Return the report that this person looks at next, in their hands now.

    One that was altered is passed by. Raises NothingNextError, which says why, HiddenError, and
    AlteredError where nothing else waits.
    """
    return _handed_out(desk, wants_lighter=False)


def lighter_for(desk: Desk) -> CaseId:
    """Return the next report of a low or medium level that has no files, as `next_for` does."""
    return _handed_out(desk, wants_lighter=True)


def _handed_out(desk: Desk, *, wants_lighter: bool) -> CaseId:
    if desk.ring.person.is_kept_back:
        # Their button does what it does on every quiet day.
        raise NothingNextError(Nothing.NOTHING_WAITS)
    authorize(desk.ring.person, Action.PULL_CASE)
    states = [state for state, roles in READ_BY.items() if roles & desk.ring.person.roles]
    pool = _Pool(desk, states, wants_lighter=wants_lighter)
    altered: list[CaseId] = []
    for chosen in _in_turn(pool):
        # Before the claim: whoever comes to the log has taken hold of all reports.
        if unopened.is_met(desk, chosen):
            altered.append(chosen)
        elif _claim(desk, chosen, states):
            for case in altered:
                desk.note(unopened.ALARM, case)
            return chosen
    if altered:
        raise AlteredError(altered[0])
    raise NothingNextError(pool.why_nothing)


def _in_turn(pool: "_Pool") -> Iterator[CaseId]:
    """Return the reports in the order in which this person is handed them."""
    while True:
        try:
            chosen = pool.choose()
        except NothingNextError as nothing:
            pool.why_nothing = nothing.why
            if nothing.why is Nothing.HANDS_FULL or not pool.fill():
                return
        else:
            pool.drop(chosen)
            yield chosen


def take(desk: Desk, case: CaseId) -> None:
    """Take a report into one's hands that Next did not hand out.

    Raises HiddenError, InHandError while somebody else has it, EnoughForTodayError, OverLimitError,
    and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.PULL_CASE)
    reading.open_story(desk.session, desk.ring, there, desk.now)
    leases.claim(desk, case)


def skip(desk: Desk, case: CaseId, reason: SkipReason) -> None:
    """Pass a report on, with a reason and without any blame.

    A conflict hides it from this person at once. Who needs a break may be handed it again. Raises
    HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.PULL_CASE)
    member = desk.ring.person.id
    desk.note("case.skipped", case, reason)
    reading.pass_on(desk.session, desk.ring, there, desk.now)
    lease = leases.holder(desk.session, desk.ring, case, desk.now)
    if lease is not None and lease.holder == member:
        leases.drop(desk.session, case)
    work = replace(there.work, kept=None) if there.work.keeper(desk.now) == member else there.work
    skipped = Skip(member, reason)
    if reason is not SkipReason.NEED_A_BREAK and skipped not in work.skips:
        work = replace(work, skips=(*work.skips, skipped))
    if work != there.work:
        acts.keep(desk, there, work, "case.skipped")


class _Pool:
    """Those of the waiting reports that were looked at so far, from the most urgent on.

    All urgent ones are among them from the beginning, for a flood is only seen as a whole, and all
    whose reporters answered this person. `why_nothing` says why there was none at last.
    """

    def __init__(self, desk: Desk, states: Collection[State], *, wants_lighter: bool) -> None:
        self.why_nothing = Nothing.NOTHING_WAITS
        self._desk, self._held = desk, leases.living(desk.session, desk.ring, desk.now)
        self._wants_lighter = wants_lighter
        scan, me = Scan(desk), desk.ring.person.id
        names = (of_person("asks", me), of_person("asked_last", me))
        mine = tuple(scan.listed(names, states))
        # What does not exist for somebody is not in their hands either: it fills no place.
        held = [case for case, lease in self._held.items() if lease.holder == me]
        in_hand = sum(one.header.state in states for one in scan.these(held))
        self._fills = in_hand + sum(me in one.header.of("asks") for one in mine)
        self._waiting = {one.id: one for one in mine}
        self._owns_overdue = Group.CASEWORK in desk.ring.person.groups and _owns_overdue(scan)
        self._rest = scan.of(states)
        for one in islice(self._rest, MOST_URGENT):
            self._waiting[one.id] = one
            if not _is_urgent(one):
                break
        self._groups = _groups(desk, self._waiting.values())

    def fill(self) -> bool:
        """Look at some more; say whether there were any."""
        batch = {one.id: one for one in islice(self._rest, BATCH)}
        self._waiting |= batch
        return bool(batch)

    def drop(self, case: CaseId) -> None:
        """Leave out a report that was chosen: it is handed out, or is not for this person."""
        del self._waiting[case]

    def choose(self) -> CaseId:
        """Return the next report of these. Raises NothingNextError."""
        now = self._desk.now
        every = [_header(one, self._held.get(one.id), self._groups, now) for one in self._seen]
        if self._wants_lighter:
            heavy = case_words.with_files(self._desk.session, self._waiting.keys())
            every = [replace(one, has_files=one.case in heavy) for one in every]
        return CaseId(next_case(every, self._person(), now).header.case)

    @property
    def _seen(self) -> Collection[Seen]:
        return self._waiting.values()

    def _person(self) -> Person:
        person = self._desk.ring.person
        every = frozenset(one.header.language for one in self._seen)
        skipped = (one.id for one in self._seen if _is_passed_over(one.header, person.id))
        return Person(
            id=person.id,
            languages=every if person.card is None else person.card.languages,
            is_supervisor=SUPERVISOR in person.roles,
            held=self._fills,
            owns_overdue=self._owns_overdue,
            skipped=frozenset(skipped),
            wants_lighter=self._wants_lighter,
        )


def _claim(desk: Desk, case: CaseId, states: Collection[State]) -> bool:
    """Take a report in hand, unless somebody was quicker; say whether it is."""
    try:
        # Whoever loses lets go of the report at once: nobody waits in a ring.
        with desk.session.begin_nested():
            leases.claim(desk, case, states)
    except (HiddenError, InHandError):
        return False
    return True


def _is_passed_over(header: headers.Header, member: bytes) -> bool:
    """Say whether somebody passed a report on, or decided on it before an appeal."""
    return member in header.of("skipped") or member in header.of("decided")


def _is_urgent(one: Seen) -> bool:
    return one.header.level is Level.URGENT


def _owns_overdue(scan: Scan) -> bool:
    desk = scan.desk
    mine = (one.header for one in scans.owned(scan, desk.ring.person.id))
    return any(header.level >= Level.HIGH and header.due < desk.now for header in mine)


def _header(one: Seen, lease: Lease | None, groups: Mapping[bytes, bytes], now: datetime) -> Header:
    header = one.header
    return Header(
        case=one.id,
        level=header.level,
        due=header.due,
        week=one.week,
        language=header.language,
        group=groups.get(one.id, one.id),
        held_by=lease.holder if lease else (header.keeper(now) or None),
        is_waiting="waiting" in header.marks,
        skips=len(header.of("skipped")),
        asked_by=next(iter(header.of("asked_last")), None),
        answered_at=header.dates.get("answered"),
    )


def _groups(desk: Desk, seen: Iterable[Seen]) -> Mapping[bytes, bytes]:
    """Return the groups of near-identical texts, if so many urgent reports wait."""
    urgent = [one.id for one in seen if _is_urgent(one)]
    if len(urgent) <= FLOOD:
        return {}
    return likeness_of_texts.groups(unlocking.stories(desk, urgent))
