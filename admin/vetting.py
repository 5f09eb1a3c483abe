"""Vetting: the papers of a person, the steps that two managers sign, and what they decide of ties.

Nobody has a say about themself. Both who sign a step are asked again whether anything is missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from admin import cards, dossiers, steps, voices
from admin.authority import authorize
from admin.conduct import CONDUCT
from admin.desk import Desk
from admin.errors import HiddenError, NotVettedError, StepError
from admin.permissions import Action
from admin.recusal import Outcome, Voice
from admin.stages import Checked, Limits, Vetting, limits_of
from admin.subjects import Subject, subjects
from admin.words import Word
from crypto import acts
from crypto.standing import Held, Progress, Stage, StandingError, managers_of
from reporting.clock import day_of

OWN: Final = "own"
LACKING: Final = "lacking"
ON_ROSTER: Final = "on_roster"
VOID: Final = "void"
TWICE: Final = "twice"
CHANGED: Final = "changed"
_AWAY: Final = frozenset({Stage.SUSPENDED, Stage.LEFT})
# The next step on the way.
_ONWARD: Final[Mapping[Stage, Stage]] = MappingProxyType(
    {
        Stage.INVITED: Stage.VETTED,
        Stage.VETTED: Stage.TRAINEE,
        Stage.TRAINEE: Stage.PROBATION,
        Stage.PROBATION: Stage.MEMBER,
        Stage.LEFT: Stage.INVITED,
    }
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a manager decides of the n-th tie of the declaration with this digest, and why."""

    of: str = field(repr=False)
    n: int
    outcome: Outcome
    reason: str = field(repr=False)


def everybody(desk: Desk) -> tuple[Subject, ...]:
    """Return everybody who is on the roster, or was asked to join, by name.

    Raises NotHandedOnError while this manager cannot read the files, and AlarmError.
    """
    authorize(desk.ring.person, Action.VET)
    return tuple(sorted(subjects(desk).values(), key=lambda one: (one.name.casefold(), one.id)))


def view(desk: Desk, member: bytes) -> Subject:
    """Return one person, and note that their file was read. Raises HiddenError, AlarmError."""
    rule = authorize(desk.ring.person, Action.VET, member)
    found = _find(desk, member)
    desk.note("vetting.viewed", member, rule)
    return found


def require_stage(desk: Desk, person: acts.Person) -> None:
    """Raise NotVettedError unless somebody has come far enough for these roles.

    Whoever has any may hold keys. Without a role somebody belongs who may practise, or who was
    suspended and has to declare before two managers take that back.
    """
    found = steps.progress_of(desk.session, desk.verified, person.id)
    limits = limits_of(found.stage) if found.held else Limits()
    is_without = not person.roles and not person.is_manager
    returns = bool(found.held) and found.stage is Stage.SUSPENDED
    if limits.may_hold_group_keys or (is_without and (limits.may_practise or returns)):
        return
    subject = _find(desk, person.id)
    following = onward(found)
    lacks = [lack for stage in following for lack in subject.lacks(stage, day_of(desk.now))]
    raise NotVettedError(person.id, "".join(following), tuple(lacks))


def onward(progress: Progress) -> tuple[Stage, ...]:
    """Return the next stage on the way to keys, or none where no step leads there."""
    if not progress.held:
        return (Stage.INVITED,)
    return tuple(stage for stage in (_ONWARD.get(progress.stage),) if stage is not None)


def record_references(desk: Desk, member: bytes, organisations: Iterable[str]) -> None:
    """Keep that these organisations confirmed a reference. Raises StepError, HiddenError."""
    checked = tuple(_checked(desk, name) for name in organisations)
    subject = _recording(desk, member, "references")
    papers = subject.dossier.papers
    _keep_papers(desk, subject, replace(papers, references=(*papers.references, *checked)))


def record_interview(desk: Desk, member: bytes) -> None:
    """Keep that somebody was interviewed. Raises StepError, HiddenError."""
    subject = _recording(desk, member, "interview")
    papers = subject.dossier.papers
    _keep_papers(desk, subject, replace(papers, interviews=(*papers.interviews, _checked(desk))))


def record_conduct(desk: Desk, member: bytes) -> None:
    """Keep that somebody signed the code of conduct on paper. Raises StepError, HiddenError."""
    subject = _recording(desk, member, "conduct")
    papers = subject.dossier.papers
    signed = _checked(desk, CONDUCT.version)
    _keep_papers(desk, subject, replace(papers, conduct=(*papers.conduct, signed)))


def propose_step(desk: Desk, member: bytes, stage: Stage) -> None:
    """Sign, as the first, that somebody comes to a stage today. Raises StepError, HiddenError."""
    rule = authorize(desk.ring.person, Action.VET, member)
    subject = _others(desk, member)
    desk.note("vetting.proposed", member, rule, (stage,))
    if stage not in subject.progress.next:  # pragma: no cover - a page that another has overtaken
        raise StepError(VOID)
    _require_ready(desk, subject, stage)
    held = Held(stage, day_of(desk.now))
    with _explaining():
        step = desk.ring.propose_step(subject.progress, held, managers_of(desk.verified))
    dossiers.keep(desk, member, replace(subject.dossier, proposed=step))


def sign_step(desk: Desk, member: bytes, stage: Stage) -> Progress:
    """Sign, as the second, what a colleague proposed; return the progress that comes of it.

    `stage` is the one that the signer was shown. Raises StepError, HiddenError.
    """
    rule = authorize(desk.ring.person, Action.VET, member)
    subject = _others(desk, member)
    shown = [one for one in subject.proposals if one.held.stage is stage]
    if not shown:
        raise StepError(VOID)
    (proposal,) = shown
    if desk.ring.person.id in proposal.signers:
        raise StepError(TWICE)
    _require_ready(desk, subject, proposal.held.stage)
    desk.note("vetting.signed", member, rule, (proposal.held.stage,))
    managers = managers_of(desk.verified)
    with _explaining():
        step = desk.ring.countersign_step(subject.progress, subject.dossier.proposed, managers)
        progress = steps.append(desk.session, desk.verified, subject.progress, step)
    dossiers.keep(desk, member, replace(subject.dossier, proposed=b""))
    return progress


def drop_step(desk: Desk, member: bytes) -> None:
    """Take a proposed step away unsigned. Raises StepError, HiddenError."""
    rule = authorize(desk.ring.person, Action.VET, member)
    subject = _others(desk, member)
    desk.note("vetting.declined", member, rule)
    dossiers.keep(desk, member, replace(subject.dossier, proposed=b""))


def decide(desk: Desk, member: bytes, decision: Decision) -> None:
    """Keep a manager's voice about a tie, and hand out the card that comes of it.

    Raises StepError, also where another declaration was made meanwhile, and HiddenError.
    """
    rule = authorize(desk.ring.person, Action.VET, member)
    subject = _others(desk, member)
    word = _declared(subject, decision)
    desk.note("recusal.decided", member, rule)
    voice = Voice(
        of=decision.of,
        tie=word.declaration.declared.ties[decision.n],
        outcome=decision.outcome,
        reason=decision.reason,
        by=desk.ring.person.id,
    )
    # Decisions end with their declaration, and of each manager the last word counts.
    kept = [
        one
        for one in subject.dossier.ballots
        if one.voice.of == voice.of and (one.voice.tie, one.voice.by) != (voice.tie, voice.by)
    ]
    ballots = (*kept, voices.cast(desk.ring, member, voice))
    dossiers.keep(desk, member, replace(subject.dossier, ballots=ballots))
    cards.issue(desk.session, desk.ring, desk.verified, word, ballots)


def _find(desk: Desk, member: bytes) -> Subject:
    found = subjects(desk).get(member)
    if found is None:
        raise HiddenError(Action.VET, member, f"{Action.VET}: no such person")
    return found


def _others(desk: Desk, member: bytes) -> Subject:
    if member == desk.ring.person.id:
        raise StepError(OWN)
    return _find(desk, member)


def _recording(desk: Desk, member: bytes, what: str) -> Subject:
    rule = authorize(desk.ring.person, Action.VET, member)
    subject = _others(desk, member)
    desk.note("vetting.recorded", member, rule, (what,))
    return subject


def _keep_papers(desk: Desk, subject: Subject, papers: Vetting) -> None:
    dossiers.keep(desk, subject.id, replace(subject.dossier, papers=papers))


def _checked(desk: Desk, about: str = "") -> Checked:
    return Checked(about, day_of(desk.now), desk.ring.person.id)


def _require_ready(desk: Desk, subject: Subject, stage: Stage) -> None:
    """Raise StepError where something is missing, or the roster still lists who is to go."""
    if stage in _AWAY and subject.is_listed:
        raise StepError(ON_ROSTER)
    if subject.lacks(stage, day_of(desk.now)):
        raise StepError(LACKING)


def _declared(subject: Subject, decision: Decision) -> Word:
    for word in subject.words:
        made = word.declaration
        if made.digest == decision.of and decision.n < len(made.declared.ties):
            return word
    raise StepError(CHANGED)


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except StandingError:  # pragma: no cover - two managers who press within one moment
        raise StepError(VOID) from None
