"""Facts: everything the guards of a case's life look at, as plain values.

Whoever asks has opened the case in their own session and gathers the facts inside the unit of work
that makes the move. What is left out never helps a move along: without it, its guard fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from forms.answers import Answers
from reporting.clock import day_of
from reporting.triage import Level

NOBODY: Final = b""  # the reporter and due work: they have no id among the staff


@unique
class Danger(StrEnum):
    """The six danger questions; the words stand in sealed records and never change."""

    HARM_SOON = "harm_soon"
    MISSING = "missing"
    DATE_SET = "date_set"
    LOCATED = "located"
    CHILD = "child"
    SELF_HARM = "self_harm"


# What the form's codes say yes to, until a person answers.
_FORESEEN: Final[Mapping[Danger, frozenset[str]]] = MappingProxyType(
    {
        Danger.HARM_SOON: frozenset({"danger:now", "danger:soon"}),
        Danger.MISSING: frozenset({"danger_event:person_missing"}),
        Danger.DATE_SET: frozenset({"danger_event:travel_soon", "danger_event:removal_date"}),
        Danger.LOCATED: frozenset({"danger_event:known_location", "danger_event:followed_now"}),
        Danger.CHILD: frozenset({"danger_event:child"}),
        Danger.SELF_HARM: frozenset({"danger_event:self_harm", "harm:crisis"}),
    }
)


@unique
class Answer(StrEnum):
    """What somebody of the staff answers to a danger question."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has the case in hand, and until when."""

    holder: bytes
    until: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """A move that was made of this case, by its name."""

    name: str
    by: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Countersign:
    """That somebody else agrees to one action; `decided` is the hash of what was to be decided."""

    action: str
    decided: bytes
    by: bytes
    is_supervisor: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What a second person found who read again what was declined or set aside."""

    by: bytes
    at: datetime
    agrees: bool


@dataclass(frozen=True, slots=True)
class Triage:
    """What the first look found.

    `level` is the one a person gave and None before; `proposed` comes of the form. `dangers` are
    answers of people, `foreseen` what the form's codes say yes to. `states` and `organisations`
    are codes, that for unknown or none among them: empty is not coded yet.
    """

    proposed: Level
    level: Level | None = None
    level_reason: str = ""
    may_be_state: bool = False
    reaches_abroad: bool = False
    dangers: Mapping[Danger, Answer] = field(default_factory=dict, repr=False)
    foreseen: frozenset[Danger] = field(default=frozenset(), repr=False)
    states: frozenset[str] = field(default=frozenset(), repr=False)
    organisations: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def is_confirmed(self) -> bool:
        """Whether a person gave the level, with a reason where the form says another."""
        if self.level is None:
            return False
        return self.level is self.proposed or bool(self.level_reason)

    @property
    def weight(self) -> Level:
        """The level that counts: the form's until a person gave another one with a reason."""
        return self.level if self.level is not None and self.is_confirmed else self.proposed

    @property
    def any_danger(self) -> bool:
        """Whether somebody says yes to a danger, or the form does and nobody denied it yet."""
        return Answer.YES in self.dangers.values() or bool(self.foreseen - self.dangers.keys())


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is ready to be sent; `read_by` is the second reader of what is no template."""

    language: str
    is_template: bool
    written_by: bytes
    read_by: bytes = NOBODY


@dataclass(frozen=True, slots=True)
class Survivor:
    """The case that this one is to be joined to, or was.

    `is_visible` and `opens` are about the actor. `ended_by` is the move with which it was erased.
    """

    case: bytes
    judgement: str = ""
    is_live: bool = False
    is_visible: bool = False
    opens: bool = False
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Assignee:
    """Whoever is to own the case; `is_hidden` whether it does not exist for them."""

    id: bytes
    is_hidden: bool
    reads_language: bool
    has_interpreter: bool
    held: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Handover:
    """What is done, what is promised, and what is next; nothing is said by a word like none."""

    done: str = field(default="", repr=False)
    promised: str = field(default="", repr=False)
    next: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Work:
    """What is still open; referrals and revocations once there are any."""

    tasks: int = 0
    questions: int = 0
    requests: int = 0
    unsent: int = 0
    packages: int = 0
    has_open_referral: bool = False
    has_open_revocation: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a task, a question or a request is open."""
        return bool(self.tasks or self.questions or self.requests)


NOTHING_OPEN: Final = Work()


@dataclass(frozen=True, slots=True)
class Closing:
    """What is coded before a case closes; `digest` is the hash of it and of the last message.

    `is_graded` says that a whole grade stands behind its codes, `is_agreed` that a second person
    agreed where that grade takes one. Like the hash, neither is kept: they are found anew.
    """

    outcome: str = ""
    verification: str = ""
    state_link: str = ""
    retention: str = ""
    digest: bytes = b""
    is_graded: bool = False
    is_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """That somebody proposed to close the case as it stood then."""

    by: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Term:
    """The last day a case is kept, and when both sides were warned 30 and 7 days before.

    `years` are those its reporter chose, `documents` how many signed choices that was read from.
    """

    until: date
    warned_month: date | None = None
    warned_week: date | None = None
    years: int | None = None
    documents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything about one case, one actor and one moment.

    `since` is when the case came into its state. `deeds` are in their order, without those that
    were taken back. `earlier_owners` never lose anybody. `decided` is, by action, the hash of what
    stands to be decided now. `escalated_at` is set while the work goes on that an escalation began,
    and `escalation_waits` until a supervisor agreed to it.
    `name` and `role` are set by whoever decides, not by the caller.
    """

    case: bytes
    actor: bytes
    now: datetime
    since: datetime
    triage: Triage
    on_probation: bool
    has_unread_mail: bool
    is_on_hold: bool
    name: str = ""
    role: str = ""
    opens: bool = False
    owner: bytes = NOBODY
    owner_has_left: bool = False
    earlier_owners: frozenset[bytes] = frozenset()
    deeds: tuple[Deed, ...] = ()
    lease: Lease | None = None
    countersigns: tuple[Countersign, ...] = ()
    decided: Mapping[str, bytes] = field(default_factory=dict)
    second_look: Look | None = None
    escalated_at: datetime | None = None
    escalation_waits: bool = False
    reason: str = ""
    language: str = ""
    message: Message | None = None
    survivor: Survivor | None = None
    assignee: Assignee | None = None
    handover: Handover = Handover()
    work: Work = Work()
    next_check: date | None = None
    linked_report_arrived: bool = False
    closing: Closing = Closing()
    proposal: Proposal | None = None
    term: Term | None = None
    has_appealed: bool = False
    code_entered: bool = False
    word_typed: bool = False

    @property
    def is_owner(self) -> bool:
        """Whether the actor holds this case."""
        return self.actor != NOBODY and self.actor == self.owner

    @property
    def today(self) -> date:
        """The day of the moment that is asked about."""
        return day_of(self.now)

    def last(self, *names: str) -> Deed | None:
        """Return the last deed that goes by one of these names, if there is any."""
        return next((deed for deed in reversed(self.deeds) if deed.name in names), None)


def foreseen_in(answers: Answers) -> frozenset[Danger]:
    """Return the dangers to which answers of the form say yes."""
    told = {f"{name}:{code}" for name, codes in answers.items() for code in codes}
    return frozenset(danger for danger, codes in _FORESEEN.items() if not codes.isdisjoint(told))
