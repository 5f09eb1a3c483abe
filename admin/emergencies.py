"""Emergencies: that two people decided to tell somebody outside, because a life is in danger.

Pure but for the record that it is kept in. Nothing is sent from here: whoever signed says it by
voice. Whom they may tell is what the reporter chose, and nothing else.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from admin import fact_records as facts
from admin.facts import NOBODY, Answer, Danger, Triage
from forms.answers import Answers
from reporting import records
from reporting.records import Record
from reporting.triage import Level

VALID_FOR: Final = timedelta(hours=24)
CHOICE: Final = "c_life"
_WITHIN_DAYS: Final = (Danger.HARM_SOON, Danger.MISSING)


@unique
class To(StrEnum):
    """Who is told; the words stand in sealed records and never change."""

    EMERGENCY_SERVICE = "emergency_service"
    HELPER = "helper"
    RELATIVE = "relative"
    POLICE = "police"


@unique
class Item(StrEnum):
    """What is told; the words stand in sealed records and never change."""

    DANGER = "danger"
    PLACE = "place"
    TIME = "time"
    NAME = "name"
    LOOKS = "looks"
    LANGUAGE = "language"
    HEALTH = "health"
    REACH = "reach"


NAMED: Final = frozenset({To.HELPER, To.RELATIVE})
_ALLOWED: Final[Mapping[str, tuple[To, ...]]] = MappingProxyType(
    {
        "support": (To.EMERGENCY_SERVICE, To.HELPER, To.RELATIVE),
        "police": (To.EMERGENCY_SERVICE, To.HELPER, To.RELATIVE, To.POLICE),
    }
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to tell what, and why; `name` is that of a helper or relative."""

    to: To
    items: frozenset[Item]
    why: str = field(repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Emergency:
    """A plan that somebody proposed, and the second person who signed it."""

    by: bytes
    at: datetime
    plan: Plan
    signed_by: bytes = NOBODY
    signed_at: datetime | None = None
    has_lapsed: bool = False

    @property
    def id(self) -> bytes:
        """What tells it from any other, and changes with everything that is signed."""
        plan = self.plan
        signed: Record = {
            "by": self.by.hex(),
            "at": facts.seconds(self.at),
            "to": plan.to,
            "items": sorted(plan.items),
            "why": plan.why,
            "name": plan.name,
        }
        return hashlib.sha256(records.encode(signed)).digest()[:16]

    @property
    def until(self) -> datetime:
        """When it is over: a day after it was proposed, or a day after it was signed."""
        return (self.signed_at or self.at) + VALID_FOR

    def is_waiting(self, now: datetime) -> bool:
        """Say whether a second person can still sign it."""
        return self.signed_at is None and now < self.until

    def is_in_force(self, now: datetime) -> bool:
        """Say whether two people signed it, not too long ago."""
        return self.signed_at is not None and now < self.until

    def is_due_to_lapse(self, now: datetime) -> bool:
        """Say whether its time is over, and nobody has written that down."""
        return not self.has_lapsed and now >= self.until


def allowed(choice: str, keep_to: Answers) -> tuple[To, ...]:
    """Return whom the reporter lets the team tell; a question that was skipped allows nobody."""
    family = "not_family" not in keep_to.get("contact_rule", ())
    return tuple(to for to in _ALLOWED.get(choice, ()) if family or to is not To.RELATIVE)


def is_one(triage: Triage) -> bool:
    """Say whether a person found that it is urgent, and a life or liberty at stake within days."""
    found = (triage.dangers.get(danger) for danger in _WITHIN_DAYS)
    return triage.weight is Level.URGENT and Answer.YES in found


def find(emergencies: Iterable[Emergency], number: bytes) -> Emergency | None:
    """Return the emergency of a number, if there is one."""
    return next((one for one in emergencies if one.id == number), None)


def written(one: Emergency) -> Record:
    """Return an emergency as a record."""
    return {
        "by": one.by.hex(),
        "at": facts.seconds(one.at),
        "to": one.plan.to,
        "items": sorted(one.plan.items),
        "why": one.plan.why,
        "name": one.plan.name,
        "signed_by": one.signed_by.hex(),
        "signed_at": facts.maybe(facts.seconds, one.signed_at),
        "has_lapsed": one.has_lapsed,
    }


def read(record: Record) -> Emergency:
    """Return the emergency that a record holds. Raises OpenError and ValueError."""
    plan = Plan(
        to=To(records.text(record, "to")),
        items=frozenset(map(Item, records.texts(record, "items"))),
        why=records.text(record, "why"),
        name=records.text(record, "name"),
    )
    return Emergency(
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        plan=plan,
        signed_by=records.row(record, "signed_by"),
        signed_at=facts.one(facts.moments(record, "signed_at")),
        has_lapsed=records.truth(record, "has_lapsed"),
    )
