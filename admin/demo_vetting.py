"""Demo vetting: the papers, the steps and the ties of made-up people, dated back by some months."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from admin import dossiers, steps
from admin.accounts import Duties
from admin.conduct import CONDUCT
from admin.desk import Desk
from admin.dossiers import Dossier
from admin.stages import Checked, Vetting
from crypto.standing import Held, Stage, managers_of
from forms.ties import Declared, Tie, TieKind
from reporting.clock import day_of

# How many days ago each step was signed: of somebody who works, and of somebody in training.
MEMBERS: Final[Mapping[Stage, int]] = {
    Stage.INVITED: 150,
    Stage.VETTED: 140,
    Stage.TRAINEE: 130,
    Stage.PROBATION: 100,
    Stage.MEMBER: 10,
}
TRAINEES: Final[Mapping[Stage, int]] = {
    Stage.INVITED: 40,
    Stage.VETTED: 30,
    Stage.TRAINEE: 20,
}
PAPERS_AGO: Final = {True: 145, False: 35}
ORGANISATIONS: Final = ("Lantern Legal Aid", "Harbour Women's Shelter")
# Something for the managers to decide.
TIES: Final[Mapping[str, tuple[Tie, ...]]] = {
    "Sora Lind": (Tie(TieKind.NATIONALITY, "SE"), Tie(TieKind.TRAVEL, "SE")),
}


def vet(first: Desk, second: Desk, member: bytes, duties: Duties) -> None:
    """Let two managers file somebody's papers, and sign how far they came for these duties."""
    today, works = day_of(first.now), bool(duties.roles)
    papers = _papers(first.ring.person.id, today - timedelta(days=PAPERS_AGO[works]))
    dossiers.keep(first, member, Dossier(papers=papers))
    managers = managers_of(first.verified)
    progress = steps.progress_of(first.session, first.verified, member)
    for stage, ago in (MEMBERS if works else TRAINEES).items():
        step = first.ring.propose_step(progress, Held(stage, today - timedelta(days=ago)), managers)
        step = second.ring.countersign_step(progress, step, managers)
        progress = steps.append(first.session, first.verified, progress, step)


def ties_of(name: str) -> Declared:
    """Return what one of the made-up people declares."""
    return Declared(
        ties=TIES.get(name, ()),
        languages=("ja", "en"),
        region="kanto",
        is_woman=True,
        in_government=False,
        names=(name,),
    )


def _papers(manager: bytes, day: date) -> Vetting:
    return Vetting(
        references=tuple(Checked(name, day, manager) for name in ORGANISATIONS),
        interviews=(Checked("", day, manager),),
        conduct=(Checked(CONDUCT.version, day, manager),),
    )
