"""People guards: the rules that two people are two people. Each compares persons, never roles.

Pure, and named as in the table of a case's life. What each of them asks for stands there.
"""

from datetime import timedelta
from typing import Final

from admin.facts import NOBODY, Facts
from reporting.triage import Level

COUNTERSIGN_WITHIN: Final = timedelta(hours=4)
DECLINES: Final = ("decline", "decline_t")
# What an escalation begins, and what ends it.
_ESCALATED: Final = ("escalate", "release")
# Who made one of these moves has had a hand in the case: they escalated it, gave it back, sent it
# back, joined it, parted it or declined it. To have owned it counts as well.
HANDLED: Final = frozenset(
    {
        *("escalate", "release", "mis_triage", "return"),
        *("merge", "merge_t", "merge_a", "unmerge"),
        *DECLINES,
    }
)


def fresh_eyes(facts: Facts) -> bool:
    """Say whether the actor has had no hand in the case."""
    handled = any(deed.by == facts.actor and deed.name in HANDLED for deed in facts.deeds)
    return not (handled or has_owned(facts))


def calm_or_two(facts: Facts) -> bool:
    """Say whether nothing sounds dangerous, or a supervisor agrees who is not the actor."""
    is_calm = facts.triage.weight <= Level.MEDIUM and not facts.triage.any_danger
    return is_calm or countersigned(facts, facts.name, facts.actor)


def probation_countersigned(facts: Facts) -> bool:
    """Say whether the actor is past probation, or a supervisor agrees who is not the actor."""
    return not facts.on_probation or countersigned(facts, facts.name, facts.actor)


def not_quarantiner(facts: Facts) -> bool:
    """Say whether it was set aside by somebody else than the actor."""
    deed = facts.last("quarantine")
    return deed is not None and deed.by != facts.actor


def second_confirmed(facts: Facts) -> bool:
    """Say whether somebody else than whoever set it aside agrees, having read it since."""
    return _agreed_since(facts, "quarantine")


def second_seen(facts: Facts) -> bool:
    """Say whether somebody else than whoever declined it agrees, having read it since."""
    return _agreed_since(facts, *DECLINES)


def owner_agreed(facts: Facts) -> bool:
    """Say whether the owner agreed, or another supervisor where no owner is there."""
    if facts.owner == NOBODY or facts.owner_has_left:
        return countersigned(facts, facts.name, facts.actor)
    return facts.owner in _agreeing(facts, facts.name) - {facts.actor}


def escalation_settled(facts: Facts) -> bool:
    """Say whether no escalation stands, or as many take it back as stand behind it.

    Before anybody agreed, that is whoever escalated it; afterwards it takes two again.
    """
    deed = facts.last(*_ESCALATED)
    if facts.escalated_at is None or deed is None or deed.name != "escalate":
        return True
    if facts.escalation_waits:
        return deed.by == facts.actor
    by_owner = facts.owner in _agreeing(facts, facts.name) - {facts.actor, NOBODY}
    return by_owner or countersigned(facts, facts.name, facts.actor)


def offboarding_or_lapsed(facts: Facts) -> bool:
    """Say whether the owner is gone, or nobody agreed in time to what was escalated."""
    return facts.owner_has_left or _escalation_lapsed(facts)


def not_proposer_nor_owner(facts: Facts) -> bool:
    """Say whether the actor never owned the case, and the closing was proposed by somebody else."""
    proposal = facts.proposal
    return proposal is not None and proposal.by != facts.actor and not has_owned(facts)


def message_ready(facts: Facts) -> bool:
    """Say whether a message is in the reporter's language, and a second person read own words."""
    message = facts.message
    if message is None or message.language != facts.language:
        return False
    return message.is_template or message.read_by not in {NOBODY, message.written_by}


def has_owned(facts: Facts) -> bool:
    """Say whether the actor owns the case or did before."""
    return facts.is_owner or facts.actor in facts.earlier_owners


def countersigned(facts: Facts, action: str, but: bytes) -> bool:
    """Say whether a supervisor, not that person, agrees to an action exactly as it stands now."""
    supervisors = {sign.by for sign in facts.countersigns if sign.is_supervisor}
    return bool((_agreeing(facts, action) & supervisors) - {but, NOBODY})


def _escalation_lapsed(facts: Facts) -> bool:
    # Once agreed to it stays so: what anybody edits later would undo what two people decided.
    if facts.escalated_at is None or facts.last("escalate") is None:
        return False
    return facts.escalation_waits and facts.now - facts.escalated_at >= COUNTERSIGN_WITHIN


def _agreeing(facts: Facts, action: str) -> frozenset[bytes]:
    """Return who agrees to an action; an edit since leaves their agreement without effect."""
    stands = facts.decided.get(action)
    return frozenset(
        sign.by
        for sign in facts.countersigns
        if stands and sign.action == action and sign.decided == stands
    )


def _agreed_since(facts: Facts, *names: str) -> bool:
    deed, look = facts.last(*names), facts.second_look
    if deed is None or look is None:
        return False
    return look.agrees and look.at >= deed.at and look.by not in {NOBODY, deed.by}
