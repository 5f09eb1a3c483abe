"""Linking: find the reports that may tell of the same incident, compare two, and judge them.

Nothing is compared but what exists for whoever looks, in memory and in their own session, and
nothing follows from a likeness: a person judges. What somebody is sure of is not proposed again
before more is marked alike in both. Every judgement stays, with who made it and what it rested on.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final

from admin import (
    acts,
    case_words,
    cases,
    following,
    grounds,
    identified,
    leases,
    link_consent,
    names,
    reading,
    unlocking,
)
from admin.authority import authorize
from admin.cases import Opened
from admin.desk import Desk
from admin.errors import HiddenError
from admin.headers import IN_WORK
from admin.links import NEEDS_CONSENT, Judged, Verdict, Why
from admin.permissions import Action
from admin.scans import Scan, Seen
from admin.transitions import NotNowError
from admin.unlocking import Unlocked
from forms.answers import Answers
from forms.masking import masked
from forms.wording import msgid
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

MOST_COMPARED: Final = 256
MOST_SHOWN: Final = 12
# Of one pair, by one person: letting the oldest go would let somebody rub out the rest, and
# counting what others said would let them keep everybody from judging.
MOST_JUDGED: Final = 40
VERDICT: Final = "verdict"
FULL: Final = msgid("Too much was said of these two already: all of it is kept, and it is full.")
NOT_AGREED: Final = msgid("For that answer both reporters have to agree to linking first.")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A report to compare with, and why."""

    case: CaseId
    level: Level
    state: State
    week: int
    language: str
    whys: tuple[Why, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of two reports beside each other. Its words never show in a `repr`.

    `has_agreed` says that its reporter lets the team say more of it than whether it is the same.
    """

    case: CaseId
    level: Level
    state: State
    received: datetime
    language: str
    answers: Answers = field(repr=False)
    story: str = field(repr=False)
    has_agreed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of two reports, with their name."""

    judged: Judged
    who: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports beside each other, what holds of both, and all that was said so far.

    `whys` are what speaks for comparing them now.
    """

    here: Side
    there: Side
    whys: tuple[Why, ...]
    verdict: str
    said: tuple[Said, ...] = field(repr=False)


def proposed(desk: Desk, case: CaseId) -> tuple[Proposed, ...]:
    """Return the reports that this one may be compared with: those alike first, then one's own.

    The ones with the same identifier are among them wherever they stand in any order.

    Raises HiddenError, and AlarmError for what was altered.
    """
    authorize(desk.ring.person, Action.LINK_CASES, case)
    there = cases.opened(desk.session, desk.ring, case, Action.LINK_CASES)
    reading.look(desk, there)
    others = (one.id for one in Scan(desk).of(IN_WORK) if _is_open(there, one))
    same = identified.beside(desk, there)
    unlocked = unlocking.reports(desk, same | set(islice(others, MOST_COMPARED)))
    open_to = (one for one in unlocked if _is_to_judge(desk, there, one))
    held = leases.living(desk.session, desk.ring, desk.now)
    me, text = (
        desk.ring.person.id,
        grounds.Words(case_words.story_of(desk.session, case, there.key)),
    )
    found = []
    for one in open_to:
        lease = held.get(one.id)
        is_mine = me in {one.work.owner, lease.holder if lease else b""}
        alike = text.like(unlocking.story_of(desk, one))
        holds = {Why.SAME_IDENTIFIER: one.id in same, **alike, Why.YOURS: is_mine}
        whys = tuple(why for why, is_so in holds.items() if is_so)
        if whys:
            found.append(_proposed(there, one, whys))
    desk.note("link.suggested", case)
    return tuple(sorted(found, key=_order)[:MOST_SHOWN])


def marked_alike(
    desk: Desk, case: CaseId, besides: Collection[CaseId] = ()
) -> tuple[Proposed, ...]:
    """Return the reports with the same identifier, but for these, with what was said of each pair.

    Raises HiddenError, and AlarmError for what was altered.
    """
    there = cases.opened(desk.session, desk.ring, case, Action.LINK_CASES)
    others = sorted(identified.beside(desk, there) - set(besides))
    found = (following.visible(desk, other) for other in others)
    return tuple(_marked_alike(there, one) for one in found if one is not None)


def judged(desk: Desk, there: Opened) -> tuple[Proposed, ...]:
    """Return the reports about which somebody said something, as far as they exist here."""
    links = there.work.links
    others = dict.fromkeys(one.other for one in links.judged if links.verdict_on(one.other))
    found = (following.visible(desk, CaseId(other)) for other in others)
    return tuple(_proposed(there, one, ()) for one in found if one is not None)


def compare(desk: Desk, case: CaseId, other: CaseId) -> Pair:
    """Return two reports beside each other, and note that both were read.

    Raises HiddenError, EnoughForTodayError on probation, OverLimitError for whoever read many
    today, and AlarmError for what was altered.
    """
    here = acts.begin_bound(desk, case, Action.LINK_CASES, other)
    there = _other(desk, here, other)
    sides = _read(desk, here), _read(desk, there)
    # Whoever parts two of which one does not open for them says it to the other one alone.
    turned = _turned(there.work.links.on(case), other)
    found = dict.fromkeys((*here.work.links.on(other), *turned))
    called = names.all_called(desk, {one.by for one in found})
    said = tuple(Said(one, called[one.by]) for one in sorted(found, key=lambda one: one.at))
    whys = grounds.of(desk, here, there, grounds.shared(desk, here, there))
    return Pair(*sides, whys=whys, verdict=here.work.links.verdict_on(other), said=said)


def judge(desk: Desk, case: CaseId, other: CaseId, verdict: Verdict) -> None:
    """Say of two reports what both have in common; it is kept with each of them.

    Raises HiddenError, NotNowError for what a reporter has not agreed to, and AlarmError for what
    was altered.
    """
    here = acts.begin_bound(desk, case, Action.LINK_CASES, other)
    there = _other(desk, here, other)
    if verdict in NEEDS_CONSENT and not grounds.have_agreed(desk, here, there):
        raise NotNowError(VERDICT, NOT_AGREED)
    mine = sum(one.by == desk.ring.person.id for one in here.work.links.on(other))
    if mine >= MOST_JUDGED:
        raise NotNowError(VERDICT, FULL)
    shared = grounds.shared(desk, here, there)
    whys = grounds.of(desk, here, there, shared)
    for one, another in ((here, there), (there, here)):
        desk.note("link.judged", one.id, verdict)
        said = Judged(another.id, verdict, desk.ring.person.id, desk.now, whys, shared)
        acts.keep_links(desk, one, one.work.links.judging(said), "link.judged")


def take_back(desk: Desk, case: CaseId, other: CaseId) -> None:
    """Take back what this person said of two reports; that they said it stays with both of them.

    Raises HiddenError, and AlarmError for what was altered.
    """
    here = acts.begin_bound(desk, case, Action.LINK_CASES, other)
    there = _other(desk, here, other)
    for one, another in ((here, there), (there, here)):
        desk.note("link.unjudged", one.id)
        left = one.work.links.taking_back(another.id, desk.ring.person.id, desk.now)
        acts.keep_links(desk, one, left, "link.unjudged")


def having_told(desk: Desk, case: CaseId) -> None:
    """Note that this person knows that a report of theirs was joined. Raises HiddenError."""
    there = acts.begin(desk, case, Action.LINK_CASES)
    desk.note("link.told", case)
    acts.keep_links(desk, there, there.work.links.having_told(desk.ring.person.id), "link.told")


def _other(desk: Desk, here: Opened, other: CaseId) -> Opened:
    if other == here.id:
        raise HiddenError(Action.LINK_CASES, other, "a report is compared with another one")
    return acts.begin(desk, other, Action.LINK_CASES)


def _turned(said: Iterable[Judged], other: bytes) -> Iterable[Judged]:
    """Return what stands with the other report as it would stand here."""
    return (replace(one, other=other) for one in said)


def _is_open(there: Opened, one: Seen) -> bool:
    return one.id != there.id and there.work.links.may_propose(one.id, 0)


def _is_to_judge(desk: Desk, there: Opened, one: Unlocked) -> bool:
    """Say whether neither report says that somebody is sure of both, as things stand now."""
    both = (there.work.links, one.id), (one.work.links, there.id)
    if all(links.may_propose(other, 0) for links, other in both):
        return True
    shared = identified.shared(desk.session, there.work, one.work)
    return all(links.may_propose(other, shared) for links, other in both)


def _read(desk: Desk, there: Opened) -> Side:
    """Note, first, that a report is read, then return it; numbers in it are masked."""
    desk.note("case.opened", there.id, "compare")
    reading.look(desk, there)
    with cases.sounding_alarm():
        story = case_words.story_of(desk.session, there.id, there.key)
    return Side(
        case=there.id,
        level=there.work.triage.weight,
        state=there.work.state,
        received=there.facets.received,
        language=there.facets.language,
        answers=there.facets.answers,
        story=masked(story),
        has_agreed=link_consent.is_given(desk.session, there),
    )


def _marked_alike(there: Opened, one: Opened) -> Proposed:
    found = _proposed(there, one, (Why.SAME_IDENTIFIER,))
    # Whoever parts two of which one does not open for them says it to the other one alone.
    return found if found.verdict else replace(found, verdict=one.work.links.verdict_on(there.id))


def _proposed(there: Opened, one: Opened | Unlocked, whys: tuple[Why, ...]) -> Proposed:
    return Proposed(
        case=one.id,
        level=one.work.triage.weight,
        state=one.work.state,
        week=one.case.received_week,
        language=one.facets.language,
        whys=whys,
        verdict=there.work.links.verdict_on(one.id),
    )


def _order(one: Proposed) -> tuple[bool, int, bytes]:
    return one.whys == (Why.YOURS,), -one.level, one.case
