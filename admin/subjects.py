"""Subjects: people as the managers see them while they vet them.

Put together from the signed steps, from what each person said of themself, and from the managers'
files; nothing of it is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from admin import dossiers, letters, steps, voices, words
from admin.desk import Desk
from admin.dossiers import Dossier, Filed
from admin.letters import Kind
from admin.recusal import Outcome, Voice, decided, suggested
from admin.stages import Candidate, Lack, Vetting, lacking
from admin.standing import Standing
from admin.words import Word, Words
from crypto import standing
from crypto.roster import Roster
from crypto.standing import Progress, Proposal, Stage, StandingError, managers_of, newcomer
from forms.ties import Tie
from reporting.records import Record


@dataclass(frozen=True, slots=True)
class TieSeen:
    """A tie, what the rules suggest, what managers said last, and what came of it, if anything."""

    tie: Tie = field(repr=False)
    suggested: Outcome
    voices: tuple[Voice, ...] = field(repr=False)
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody as the managers see them. `words` and `proposals` are one each, or none."""

    id: bytes
    name: str = field(repr=False)
    is_listed: bool
    progress: Progress
    standing: Standing
    dossier: Dossier = field(repr=False)
    words: Words = field(repr=False)
    ties: tuple[TieSeen, ...] = field(repr=False)
    proposals: tuple[Proposal, ...]

    def lacks(self, stage: Stage, today: date) -> tuple[Lack, ...]:
        """Return what is missing before they may come to a stage."""
        return lacking(self._candidate, stage, today) if self.progress.held else ()

    @property
    def papers(self) -> Vetting:
        """Their papers, with the code of conduct as they signed it themself."""
        own = tuple(one for word in self.words for one in word.conduct)
        return replace(self.dossier.papers, conduct=(*self.dossier.papers.conduct, *own))

    @property
    def _candidate(self) -> Candidate:
        return Candidate(self.progress, self.papers, self.standing.declaration_due)


def subjects(desk: Desk) -> Mapping[bytes, Subject]:
    """Return everybody who is on the roster, or was asked to join.

    Raises NotHandedOnError while this manager cannot read the files, and AlarmError.
    """
    filed = dossiers.read_all(desk)
    said = letters.read(desk.session, desk.ring, Kind.WORD)
    progress = steps.progress_of_all(desk.session, desk.verified)
    return {
        member: _subject(
            desk.verified,
            progress.get(member, newcomer(member)),
            filed.get(member, Filed()),
            said.get(member, {}),
        )
        for member in filed.keys() | progress.keys()
    }


def _subject(verified: Roster, progress: Progress, filed: Filed, said: Record) -> Subject:
    person = verified.people.get(progress.member)
    heard = () if person is None else words.heard(said, person)
    return Subject(
        id=progress.member,
        name=filed.name,
        is_listed=person is not None,
        progress=progress,
        standing=words.standing_by(progress, heard),
        dossier=filed.dossier,
        words=heard,
        ties=tuple(tie for word in heard for tie in _ties(verified, word, filed.dossier)),
        proposals=_proposals(verified, progress, filed.dossier.proposed),
    )


def _ties(verified: Roster, word: Word, dossier: Dossier) -> tuple[TieSeen, ...]:
    made, managers = word.declaration, verified.succession.once_managers
    heard = [
        voice
        for voice in voices.heard(made.member, dossier.ballots, managers)
        if voice.of == made.digest
    ]
    outcomes = decided(made, heard)
    return tuple(
        TieSeen(
            tie,
            suggested(tie),
            tuple(voice for voice in heard if voice.tie == tie),
            outcomes.get(tie),
        )
        for tie in made.declared.ties
    )


def _proposals(verified: Roster, progress: Progress, step: bytes) -> tuple[Proposal, ...]:
    """Return the step that waits for a signature; one that has become void is none."""
    try:
        return (standing.weigh(progress, step, managers_of(verified)),)
    except StandingError:
        return ()
