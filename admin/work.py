"""Work: what the team knows about its work on one report, as one value.

It stands in a record under the report's key (`work_records`). A report that nobody touched has
none: then everything follows from what its reporter answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from admin.cast import NO_CAST, Cast
from admin.clocks import Question
from admin.contact_asks import Ask
from admin.counted import NO_MAIN, Counted, Main
from admin.drafts import Draft
from admin.emergencies import Emergency
from admin.facts import (
    NOBODY,
    Closing,
    Countersign,
    Deed,
    Handover,
    Look,
    Proposal,
    Term,
    Triage,
    foreseen_in,
)
from admin.grades import NO_GRADES, Grades
from admin.handed import Handed
from admin.hold_asks import HoldAsked
from admin.interpreters import Lent
from admin.links import NO_LINKS, PROPOSED, Links, Together
from admin.people_guards import DECLINES
from admin.planned import WITH_TASKS, Kept, Task, handed_over
from admin.recodings import Recoding
from admin.skips import Skip, SkipReason
from admin.unknowns import Unknown
from forms.answers import Answers
from reporting.models import State
from reporting.records import Record
from reporting.threads import Message
from reporting.triage import level_of

_NO_CLOSING: Final = Closing()
_NO_NOTE: Final = Handover()
# An owner without a person: whoever is on duty takes the case from there.
DUTY_DESK: Final = b"the duty desk..."


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the reporter, who asked it, and when the reporter wrote next.

    `again` is when it was asked once more, `left` since when work goes on without an answer.
    """

    by: bytes
    at: datetime
    answered: datetime | None = None
    again: datetime | None = None
    left: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the team waits for an answer."""
        return self.answered is None and self.left is None

    @property
    def question(self) -> Question:
        """The question as the clocks take it."""
        return Question(self.at, self.again, self.answered)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message to the reporter that is ready to be sent.

    `code` is that of the ready text, whose words the caller puts into `text`; own words have none,
    and need a second reader.
    """

    language: str
    text: str = field(repr=False)
    code: str = ""
    written_by: bytes = NOBODY
    read_by: bytes = NOBODY


@dataclass(frozen=True, slots=True)
class Last:
    """The last move, as far as it can be taken back: what it was, and the record from before it.

    `rev` is the revision that the case had after it, `message` the row that it posted, if any.
    """

    name: str
    role: str
    to: State
    by: bytes
    at: datetime
    rev: int
    before: Record = field(repr=False)
    message: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything about the work on one report.

    `since` is when it came into its state. `touched` is the last act of anybody, of any kind.
    `reason` is the code of the last
    move's. `items` name what a move left to be done by what does not exist yet. Once
    `contact_shredded`, nobody reads the ways of contact any more. `hold_asked` waits for a second
    person. `kept` is for whom it is kept for a while. `answered` is when the team first wrote to
    its reporter, and `wants_answer` whether they had allowed that when it last went on.
    """

    state: State
    since: datetime
    received: datetime
    triage: Triage
    deeds: tuple[Deed, ...] = ()
    owner: bytes = NOBODY
    earlier_owners: frozenset[bytes] = frozenset()
    countersigns: tuple[Countersign, ...] = ()
    second_look: Look | None = None
    escalated_at: datetime | None = None
    questions: tuple[Asked, ...] = ()
    proposal: Proposal | None = None
    closing: Closing = _NO_CLOSING
    prepared: Prepared | None = None
    reason: str = ""
    handover: Handover = _NO_NOTE
    next_check: date | None = None
    term: Term | None = None
    skips: tuple[Skip, ...] = ()
    unmasked_by: frozenset[bytes] = frozenset()
    items: tuple[str, ...] = ()
    contact_shredded: bool = False
    hold_asked: HoldAsked | None = None
    links: Links = NO_LINKS
    contact_asks: tuple[Ask, ...] = ()
    drafts: tuple[Draft, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    touched: Deed | None = None
    last: Last | None = None
    tasks: tuple[Task, ...] = ()
    flags: frozenset[str] = frozenset()
    kept: Kept | None = None
    handed: Handed | None = None
    grades: Grades = NO_GRADES
    cast: Cast = field(default=NO_CAST, repr=False)
    unknowns: tuple[Unknown, ...] = ()
    lent: tuple[Lent, ...] = ()
    main: Main = NO_MAIN
    counted: Counted | None = None
    recodings: tuple[Recoding, ...] = ()
    answered: datetime | None = None
    wants_answer: bool = True

    @property
    def let_in(self) -> frozenset[bytes]:
        """Those of the reporter's community to whom two people handed it in spite of their wish."""
        one = self.handed
        return frozenset() if one is None or one.is_waiting else frozenset({one.to})

    @property
    def grade_waiting(self) -> int:
        """The number of the grade that waits for a second person, 0 where nobody works on it."""
        return self.grades.waiting if self.state in WITH_TASKS else 0

    @property
    def open_questions(self) -> tuple[Asked, ...]:
        """The questions that the reporter has not written after, and that are waited for."""
        return tuple(asked for asked in self.questions if asked.is_open)

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """The tasks that are still to be done."""
        return tuple(task for task in self.tasks if task.is_open)

    @property
    def skipped_by(self) -> frozenset[bytes]:
        """Those who passed the report on."""
        return frozenset(skip.by for skip in self.skips)

    @property
    def proposed_together(self) -> Together | None:
        """The proposal to set it aside with others, if nobody did anything with it since."""
        together, touched = self.links.together, self.touched
        if together is None or touched is None or self.state is not State.RECEIVED:
            return None
        return together if (touched.name, touched.by) == (PROPOSED, together.by) else None

    @property
    def deciders_before(self) -> frozenset[bytes]:
        """Those who decided on it until it was last declined: somebody else looks at it again."""
        declines = [n for n, deed in enumerate(self.deeds, start=1) if deed.name in DECLINES]
        return frozenset(deed.by for deed in self.deeds[: max(declines, default=0)])

    def is_conflict_of(self, member: bytes) -> bool:
        """Say whether somebody said that this report is none for them to see."""
        return Skip(member, SkipReason.CONFLICT) in self.skips

    def keeper(self, now: datetime) -> bytes:
        """Return who keeps the report for themselves, nobody where nobody does any more."""
        return self.kept.by if self.kept is not None and self.kept.is_living(now) else NOBODY

    def without_drafts_of(self, member: bytes) -> "Work":
        """Return it without what somebody has not sent."""
        return replace(self, drafts=tuple(one for one in self.drafts if one.by != member))

    def without_draft(self, draft: bytes) -> "Work":
        """Return it without one message that was not sent yet."""
        return replace(self, drafts=tuple(one for one in self.drafts if one.id != draft))

    def with_item(self, item: str) -> "Work":
        """Return it with something more that is left to be done."""
        return self if item in self.items else replace(self, items=(*self.items, item))

    def without_item(self, item: str) -> "Work":
        """Return it without something that is done."""
        return replace(self, items=tuple(other for other in self.items if other != item))

    def without_owner(self) -> "Work":
        """Return it with nobody as owner; who was one stays known."""
        return replace(self, owner=NOBODY, earlier_owners=self._owners_so_far, escalated_at=None)

    def owned_by(self, member: bytes) -> "Work":
        """Return it with an owner, who does what nobody else was to do; earlier ones stay known."""
        tasks = handed_over(self.tasks, DUTY_DESK, member)
        earlier = self._owners_so_far - {member}
        return replace(self, owner=member, earlier_owners=earlier, tasks=tasks)

    @property
    def _owners_so_far(self) -> frozenset[bytes]:
        return self.earlier_owners | ({self.owner} - {NOBODY, DUTY_DESK})


def of_facets(answers: Answers, received: datetime) -> Work:
    """Return the work on a report that nobody touched."""
    triage = Triage(proposed=level_of(answers), foreseen=foreseen_in(answers))
    return Work(state=State.RECEIVED, since=received, received=received, triage=triage)


def heard(work: Work, conversation: Iterable[Message]) -> Work:
    """Return it with the questions that the reporter has written after counted as answered."""
    messages = tuple(conversation)
    questions = tuple(_heard(asked, messages) for asked in work.questions)
    return replace(work, questions=questions)


def brought_back(work: Work) -> Work:
    """Return it as it goes on after its reporter took the report back and changed their mind."""
    return replace(
        work.without_owner(),
        state=State.RECEIVED,
        countersigns=(),
        second_look=None,
        proposal=None,
        prepared=None,
        contact_asks=(),
        drafts=(),
        next_check=None,
        term=None,
        last=None,
        links=replace(work.links, joined=None, together=None),
        tasks=(),
        kept=None,
        handed=None,
        lent=(),
    )


def _heard(asked: Asked, messages: tuple[Message, ...]) -> Asked:
    if asked.answered is not None:
        return asked
    minute = asked.at.replace(second=0, microsecond=0)
    after_it = False
    for message in messages:
        if after_it and message.from_reporter:
            # Messages tell the minute: an answer in the same one is no earlier than the question.
            return replace(asked, answered=max(asked.at, message.sent))
        after_it = after_it or (message.asks and message.sent == minute)
    return asked
