"""Standing: how far somebody has come in the office, signed step by step by two managers.

An append-only list of signed steps for each person (FORMAT.md 14). Nobody rises by a row planted
in the database, nor by one manager alone. Whose keys can open anything is the roster's matter:
a standing only narrows what its member may do with them.

What it cannot show: a day that both its signers made up, and newest steps that were held back. So
whoever is suspended or has left is also removed from the roster, which remembers its head.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from crypto.cosigned import Cosigned
from crypto.envelope import ROW_BYTES, OpenError, Secret, opening
from crypto.roster import Roster
from crypto.signing import Document, Prefix

_NEEDED: Final = 2

# Whose signing key it is, by the key: a person may have had several.
Managers = Mapping[bytes, bytes]


@unique
class Stage(StrEnum):
    """How far somebody has come; the words stand in signed steps and never change."""

    INVITED = "invited"
    VETTED = "vetted"
    TRAINEE = "trainee"
    PROBATION = "probation"
    MEMBER = "member"
    SUSPENDED = "suspended"
    LEFT = "left"


# Who is suspended goes back to the stage before, which is not in the table, or leaves.
_NEXT: Final[Mapping[Stage, frozenset[Stage]]] = MappingProxyType(
    {
        Stage.INVITED: frozenset({Stage.VETTED, Stage.LEFT}),
        Stage.VETTED: frozenset({Stage.TRAINEE, Stage.LEFT}),
        Stage.TRAINEE: frozenset({Stage.PROBATION, Stage.SUSPENDED, Stage.LEFT}),
        Stage.PROBATION: frozenset({Stage.MEMBER, Stage.SUSPENDED, Stage.LEFT}),
        Stage.MEMBER: frozenset({Stage.SUSPENDED, Stage.LEFT}),
        Stage.SUSPENDED: frozenset({Stage.LEFT}),
        Stage.LEFT: frozenset({Stage.INVITED}),
    }
)


class StandingError(Exception):
    """A standing does not hold at step n: altered, moved, missing, or signed by the wrong people.

    Of a proposal it says that nothing can come of it at that place.
    """

    def __init__(self, n: int) -> None:
        super().__init__(f"the standing does not hold at step {n}")
        self.n = n


@dataclass(frozen=True, slots=True)
class Held:
    """A stage, and the day it began, as those who signed it say."""

    stage: Stage
    day: date


@dataclass(frozen=True, slots=True)
class Progress:
    """Every stage that somebody came to, and the hashes of the steps that say so, in order.

    The caller guarantees that it came from `verify`: nothing else has looked at signatures.
    """

    member: bytes
    held: tuple[Held, ...]
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if len(self.member) != ROW_BYTES:
            raise ValueError("the id of a person has 16 bytes")

    @property
    def stage(self) -> Stage:
        """The stage in force. Raises LookupError before the first."""
        return self.held[-1].stage

    @property
    def since(self) -> date:
        """The day the stage in force began. Raises LookupError before the first."""
        return self.held[-1].day

    @property
    def next(self) -> frozenset[Stage]:
        """The stages that may follow."""
        if not self.held:
            return frozenset({Stage.INVITED})
        if self.stage is Stage.SUSPENDED:
            return _NEXT[self.stage] | {self.held[-2].stage}
        return _NEXT[self.stage]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a step would do, the ids of those who signed it, and how many more have to."""

    held: Held
    signers: frozenset[bytes]
    missing: int


def newcomer(member: bytes) -> Progress:
    """Return the beginning of somebody who has no stage yet."""
    return Progress(member, (), ())


def founder(member: bytes, day: date) -> Progress:
    """Return the beginning of somebody whom the roster's founding names: a member since then."""
    return Progress(member, (Held(Stage.MEMBER, day),), ())


def managers_of(roster: Roster) -> Managers:
    """Return the signing keys of the managers as they are now.

    For `verify` the caller takes those who ever were (`Succession.once_managers`): a step outlives
    its signers.
    """
    return {person.signing_key: person.id for person in roster.managers}


def verify(beginning: Progress, stored: Iterable[bytes], managers: Managers) -> Progress:
    """Return the progress that these steps make. Raises StandingError at the first that fails.

    `beginning` is what the roster says of this person: a newcomer or a founder.
    """
    progress = beginning
    for step in stored:
        progress = extend(progress, step, managers)
    return progress


def extend(progress: Progress, step: bytes, managers: Managers) -> Progress:
    """Return the progress with one step more. Raises StandingError unless all about it holds."""
    proposal = weigh(progress, step, managers)
    if proposal.missing:
        raise StandingError(len(progress.hashes))
    digest = Cosigned.decode(Prefix.STANDING, step).hash
    return replace(
        progress, held=(*progress.held, proposal.held), hashes=(*progress.hashes, digest)
    )


def propose(progress: Progress, held: Held, seed: Secret, managers: Managers) -> bytes:
    """Return a proposal for the next place only, with the signature of this seed.

    Raises StandingError for a stage that cannot follow, and for a seed whose holder may not sign.
    """
    document = _document(len(progress.hashes), _prev(progress), progress.member, held)
    proposal = Cosigned.write(Prefix.STANDING, document, seed).encode()
    weigh(progress, proposal, managers)
    return proposal


def countersign(progress: Progress, proposal: bytes, seed: Secret, managers: Managers) -> bytes:
    """Return the proposal with one signature more.

    The caller guarantees that the signer was shown what `weigh` says of it. Raises StandingError
    for what `weigh` refuses, and for a seed whose holder may not sign it or has done so.
    """
    with _refusing(progress):
        signed = Cosigned.decode(Prefix.STANDING, proposal).countersigned(seed).encode()
    weigh(progress, signed, managers)
    return signed


def weigh(progress: Progress, proposal: bytes, managers: Managers) -> Proposal:
    """Return what a proposal would do.

    Raises StandingError where nothing can come of it: it is about somebody else or another place,
    its stage cannot follow, or somebody signed it who has no say.
    """
    with _refusing(progress):
        signed = Cosigned.decode(Prefix.STANDING, proposal)
        held = _next(progress, signed.document())
        signers = _signers(progress.member, signed.signers, managers)
        return Proposal(held, signers, _NEEDED - len(signers))


@contextmanager
def _refusing(progress: Progress) -> Iterator[None]:
    try:
        yield
    except OpenError:
        raise StandingError(len(progress.hashes)) from None


def _next(progress: Progress, document: Document) -> Held:
    with opening():
        held = Held(Stage(str(document.get("stage"))), date.fromisoformat(str(document.get("day"))))
    # One comparison for place, member and spelling: what a writer writes, and nothing else.
    written = _document(len(progress.hashes), _prev(progress), progress.member, held)
    if document != written or held.stage not in progress.next:
        raise OpenError
    return held


def _signers(member: bytes, keys: frozenset[bytes], managers: Managers) -> frozenset[bytes]:
    signers = frozenset(managers[key] for key in keys if key in managers) - {member}
    # Fewer people than keys: a stranger, the member, or one manager with an old and a new key.
    if len(signers) != len(keys) or len(signers) > _NEEDED:
        raise OpenError
    return signers


def _prev(progress: Progress) -> str:
    return progress.hashes[-1].hex() if progress.hashes else ""


def _document(n: int, prev: str, member: bytes, held: Held) -> Document:
    return {
        "n": n,
        "prev": prev,
        "member": member.hex(),
        "stage": held.stage,
        "day": held.day.isoformat(),
    }
