"""Vetting: the pages on which managers file papers, sign steps and decide about ties."""

from collections.abc import Callable
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Response

from admin import covering, letting_go, vetting
from admin.conduct import CONDUCT
from admin.desk import Desk
from admin.keyring import Ring
from admin.permissions import Action
from admin.recusal import Outcome
from admin.stages import Lack
from admin.subjects import Subject
from admin.vetting import Decision
from admin.web import browser, guard
from admin.web.context import desk
from admin.web.rendering import page
from admin.web.vetted import LACKS, OUTCOMES, STAGES
from crypto.standing import Stage
from forms.base import Form
from forms.declaration import VoiceForm
from forms.ties import LABELS
from forms.vetting import ConductForm, InterviewForm, ReferencesForm, SignOffForm
from reporting import names
from reporting.clock import day_of
from reporting.web import language
from reporting.web.context import now
from reporting.web.rendering import to

UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY
HEX: Final = 16
FORMS: Final = (ReferencesForm, InterviewForm, ConductForm, SignOffForm, VoiceForm)


@guard.requires(Action.VET)
def show_vetting(ring: Ring) -> Response:
    """Show who is at which stage, what they lack, and what ends when."""
    with desk(ring) as at:
        people = vetting.everybody(at)
    return page(
        "vetting.html",
        people=people,
        stages=STAGES,
        lacks=LACKS,
        today=day_of(now()),
        onward=vetting.onward,
    )


@guard.requires(Action.VET)
def show_subject(ring: Ring, member: bytes) -> Response:
    """Show the file of one person."""
    return _subject_page(ring, member, Form.of({}))


@guard.requires(Action.VET)
def file_references(ring: Ring, member: bytes) -> Response:
    """File two references that two organisations confirmed."""
    form = ReferencesForm.of(browser.posted(ReferencesForm))

    def keep(at: Desk) -> None:
        vetting.record_references(at, member, form.organisations)

    return _kept(ring, member, form, keep)


@guard.requires(Action.VET)
def file_interview(ring: Ring, member: bytes) -> Response:
    """File that the interview was held."""
    form = InterviewForm.of(browser.posted(InterviewForm))
    return _kept(ring, member, form, partial(vetting.record_interview, member=member))


@guard.requires(Action.VET)
def file_conduct(ring: Ring, member: bytes) -> Response:
    """File that somebody signed the rules of conduct on paper."""
    form = ConductForm.about(CONDUCT.version, browser.posted(ConductForm))
    return _kept(ring, member, form, partial(vetting.record_conduct, member=member))


@guard.requires(Action.VET)
def propose_step(ring: Ring, member: bytes) -> Response:
    """Sign a step as the first."""
    form = SignOffForm.about(list(Stage), browser.posted(SignOffForm))

    def keep(at: Desk) -> None:
        vetting.propose_step(at, member, Stage(form.stage.data))

    return _kept(ring, member, form, keep)


@guard.requires(Action.VET)
def sign_step(ring: Ring, member: bytes) -> Response:
    """Sign a step as the second."""
    form = SignOffForm.about(list(Stage), browser.posted(SignOffForm))

    def keep(at: Desk) -> None:
        vetting.sign_step(at, member, Stage(form.stage.data))

    return _kept(ring, member, form, keep)


@guard.requires(Action.VET)
def drop_step(ring: Ring, member: bytes) -> Response:
    """Take a proposed step away."""
    form = Form.of(browser.posted(Form))
    return _kept(ring, member, form, partial(vetting.drop_step, member=member))


@guard.requires(Action.VET)
def decide_tie(ring: Ring, member: bytes) -> Response:
    """Keep what this manager decides about one tie."""
    form = VoiceForm.of(browser.posted(VoiceForm))

    def keep(at: Desk) -> None:
        tie = int(form.tie.data or "0", HEX)
        outcome = Outcome(form.outcome.data)
        letting_go.decide(
            at, member, Decision(form.digest.data, tie, outcome, form.reason.data.strip())
        )

    return _kept(ring, member, form, keep)


@guard.requires(Action.VIEW_COVERAGE)
def show_coverage(ring: Ring) -> Response:
    """Show how many could read what; no report is looked at."""
    with desk(ring) as at:
        found = covering.view(at)
    return page(
        "coverage.html",
        found=found,
        states=_countries(),
        spoken={one.code: one for one in names.tongues()},
    )


def _kept(ring: Ring, member: bytes, form: Form, keep: Callable[[Desk], object]) -> Response:
    """Do what a valid form asks for and show the file again; or show the form with its problems."""
    if not form.validate():
        return _subject_page(ring, member, form, UNFIT)
    with desk(ring) as at:
        keep(at)
    return to(f"/staff/vetting/{member.hex()}")


def _subject_page(ring: Ring, member: bytes, form: Form, status: int = HTTPStatus.OK) -> Response:
    with desk(ring) as at:
        subject = vetting.view(at, member)
    today = day_of(now())
    return page(
        "subject.html",
        status,
        one=subject,
        is_own=member == ring.person.id,
        form=form,
        forms={blank.__name__: _shown(blank, form) for blank in FORMS},
        following=_following(subject, today),
        stages=STAGES,
        lacks=LACKS,
        outcomes=OUTCOMES,
        ties=LABELS,
        states=_countries(),
        conduct=CONDUCT,
        today=today,
    )


def _shown(kind: type[Form], sent: Form) -> Form:
    """Return a form of the page: as it was sent, if it is the one that was, or empty."""
    return sent if isinstance(sent, kind) else kind.of({})


def _following(subject: Subject, today: date) -> list[tuple[Stage, tuple[Lack, ...]]]:
    """Return the stages that may follow, in their order, each with what it lacks."""
    return [
        (stage, subject.lacks(stage, today)) for stage in Stage if stage in subject.progress.next
    ]


def _countries() -> dict[str, names.Name]:
    return {one.code: one for one in names.countries(language.current().code)}
