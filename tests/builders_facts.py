"""Facts of made-up cases: one in which nothing stands against a move, to be spoiled by tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from admin.case_table import OWNER, REPORTER, SYSTEM
from admin.facts import (
    NOBODY,
    Answer,
    Assignee,
    Closing,
    Countersign,
    Danger,
    Deed,
    Facts,
    Handover,
    Lease,
    Look,
    Message,
    Proposal,
    Survivor,
    Term,
    Triage,
)
from admin.permissions import CASEWORKER
from admin.transitions import TABLE
from reporting.triage import Level

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
CASE, OTHER_CASE = b"case" * 4, b"else" * 4
ACTOR, COLLEAGUE, SUPERVISING, EARLIER = (bytes([n]) * 16 for n in range(1, 5))
STANDS = b"as it stands"
COUNTERSIGN = {
    name: Countersign(name, STANDS, SUPERVISING, is_supervisor=True) for name in TABLE.transitions
}

FIT = Assignee(
    COLLEAGUE, is_hidden=False, reads_language=True, has_interpreter=False, held=3, capacity=10
)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def the_facts(name: str, role: str) -> Facts:
    """Return facts under which nothing holds back this move in this role."""
    return replace(
        _FACTS,
        name=name,
        role=role,
        actor=NOBODY if role in {REPORTER, SYSTEM} else ACTOR,
        owner=ACTOR if role == OWNER else COLLEAGUE,
        owner_has_left=role == SYSTEM,
        triage=replace(_TRIAGE, level=Level.URGENT if name == "escalate" else Level.LOW),
        since=days_ago(1) if name == "undo_withdraw" else days_ago(40),
        has_unread_mail=name == "wake",
    )


def roles_of(role: str) -> frozenset[str]:
    """Return the roles that somebody has who acts in this one."""
    return frozenset({CASEWORKER if role == OWNER else role})


_TRIAGE = Triage(
    proposed=Level.LOW,
    level=Level.LOW,
    level_reason="they are being followed right now",
    may_be_state=True,
    reaches_abroad=True,
    dangers=dict.fromkeys(Danger, Answer.NO),
    states=frozenset({"unknown"}),
    organisations=frozenset({"none"}),
)
_FACTS = Facts(
    case=CASE,
    actor=ACTOR,
    now=NOW,
    since=days_ago(40),
    triage=_TRIAGE,
    on_probation=False,
    has_unread_mail=False,
    is_on_hold=False,
    opens=True,
    deeds=(
        Deed("quarantine", EARLIER, days_ago(80)),
        Deed("decline", EARLIER, days_ago(60)),
    ),
    lease=Lease(ACTOR, NOW + timedelta(minutes=20)),
    countersigns=(
        *COUNTERSIGN.values(),
        Countersign("merge_a", STANDS, COLLEAGUE, is_supervisor=False),
    ),
    decided=dict.fromkeys(TABLE.transitions, STANDS),
    second_look=Look(COLLEAGUE, days_ago(40), agrees=True),
    reason="because",
    language="zh-Hant",
    message=Message("zh-Hant", is_template=True, written_by=ACTOR),
    survivor=Survivor(
        OTHER_CASE,
        judgement="same_incident",
        is_live=True,
        is_visible=True,
        opens=True,
        ended_by="retain_end",
    ),
    assignee=FIT,
    handover=Handover("all", "nothing", "a call"),
    next_check=TODAY + timedelta(days=30),
    closing=Closing(
        *("helped", "supported", "claimed", "worked_on"),
        digest=b"digest",
        is_graded=True,
        is_agreed=True,
    ),
    proposal=Proposal(COLLEAGUE, b"digest"),
    term=Term(
        TODAY - timedelta(days=1),
        warned_month=TODAY - timedelta(days=31),
        warned_week=TODAY - timedelta(days=8),
    ),
    code_entered=True,
    word_typed=True,
)
