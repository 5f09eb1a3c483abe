"""Casting: the pages on which people and acts in a report are entered, changed and taken off."""

from typing import Final

from flask import Response

from admin import browsers, casting, whole
from admin.cast import Cast, Entry, Figure, Happened, Part
from admin.casting import Seen
from admin.desk import Desk
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import browser, guard, once
from admin.web import whole_words as words
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.rendering import keyed
from admin.web.whole import PAGE, UNFIT
from forms import days
from forms.base import Fields, Form
from forms.whole import FITS, FigureForm, HappenedForm, OffForm
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.web import language
from reporting.web.context import now
from reporting.web.rendering import to

NEW: Final = 0  # an entry that is not there yet has no number
WHERE: Final = {
    casting.LINE: "line",
    casting.PART: "part",
    casting.TACTIC: "tactic",
    casting.BY: "done_by",
    casting.TO: "done_to",
}


@guard.requires(Action.WORK_ON_CASE)
def show_new_figure(ring: Ring, case: CaseId) -> Response:
    """Ask for a person or a body."""
    return _figure_page(ring, case, NEW, None)


@guard.requires(Action.WORK_ON_CASE)
def add_figure(ring: Ring, case: CaseId) -> Response:
    """Enter a person or a body, once however often the button is pressed."""
    form = FigureForm.of(browser.posted(FigureForm))
    if form.validate():
        with deciding(form, WHERE), case_desk(ring) as at:
            if _is_first(at, form, case, NEW):
                casting.add_figure(at, case, _figure(form))
            return _back(case, "people")
    return _figure_page(ring, case, NEW, form)


@guard.requires(Action.WORK_ON_CASE)
def show_figure(ring: Ring, case: CaseId, number: int) -> Response:
    """Show what stands there of a person, to be changed."""
    return _figure_page(ring, case, number, None)


@guard.requires(Action.WORK_ON_CASE)
def change_figure(ring: Ring, case: CaseId, number: int) -> Response:
    """Say something else of a person; what was said before stays in the history."""
    form = FigureForm.of(browser.posted(FigureForm))
    if form.validate():
        with deciding(form, WHERE), case_desk(ring) as at:
            if _is_first(at, form, case, number):
                seen = Seen(number, form.versions.number)
                casting.change_figure(at, case, seen, _figure(form))
            return _back(case, "people")
    return _figure_page(ring, case, number, form)


@guard.requires(Action.WORK_ON_CASE)
def take_off_figure(ring: Ring, case: CaseId, number: int) -> Response:
    """Take a person off."""
    form = OffForm.of(browser.posted(OffForm))
    with case_desk(ring) as at:
        if _is_first(at, form, case, number):
            casting.take_off_figure(at, case, Seen(number, form.versions.number))
    return _back(case, "people")


@guard.requires(Action.WORK_ON_CASE)
def show_new_act(ring: Ring, case: CaseId) -> Response:
    """Ask for an act."""
    return _act_page(ring, case, NEW, None)


@guard.requires(Action.WORK_ON_CASE)
def add_act(ring: Ring, case: CaseId) -> Response:
    """Enter an act, once however often the button is pressed."""
    form = HappenedForm.of(browser.posted(HappenedForm))
    if form.fits(day_of(now())):
        with deciding(form, WHERE), case_desk(ring) as at:
            if _is_first(at, form, case, NEW):
                casting.add_happened(at, case, _happened(form))
            return _back(case, "acts")
    return _act_page(ring, case, NEW, form)


@guard.requires(Action.WORK_ON_CASE)
def show_act(ring: Ring, case: CaseId, number: int) -> Response:
    """Show what stands there of an act, to be changed."""
    return _act_page(ring, case, number, None)


@guard.requires(Action.WORK_ON_CASE)
def change_act(ring: Ring, case: CaseId, number: int) -> Response:
    """Say something else of an act; what was said before stays in the history."""
    form = HappenedForm.of(browser.posted(HappenedForm))
    if form.fits(day_of(now())):
        with deciding(form, WHERE), case_desk(ring) as at:
            if _is_first(at, form, case, number):
                seen = Seen(number, form.versions.number)
                casting.change_happened(at, case, seen, _happened(form))
            return _back(case, "acts")
    return _act_page(ring, case, number, form)


@guard.requires(Action.WORK_ON_CASE)
def take_off_act(ring: Ring, case: CaseId, number: int) -> Response:
    """Take an act off."""
    form = OffForm.of(browser.posted(OffForm))
    with case_desk(ring) as at:
        if _is_first(at, form, case, number):
            casting.take_off_happened(at, case, Seen(number, form.versions.number))
    return _back(case, "acts")


def _figure(form: FigureForm) -> Figure:
    return Figure(form.name, Part(form.part.data), form.relation_code)


def _happened(form: HappenedForm) -> Happened:
    return Happened(
        tactic=form.tactic.data,
        when=form.when(day_of(now())),
        place=form.place.data,
        by=form.by_number,
        to=form.to_number,
        sentence=form.told,
    )


def _figure_page(ring: Ring, case: CaseId, number: int, form: FigureForm | None) -> Response:
    with case_desk(ring) as at:
        figures = whole.look_to_write(at, case).cast.figures
        entry = casting.find(figures, case, number) if number else None
    return keyed(
        "figure.html",
        UNFIT if form else 200,
        case_id=case,
        number=number,
        form=form or FigureForm.of(_figure_fields(entry)),
        once=once.number(),
        parts=words.PARTS,
        relations={
            label: {f"{name}:{code}": text for code, text in words.RELATIONS[name].items()}
            for name, label in words.OF_LIST.items()
        },
    )


def _act_page(ring: Ring, case: CaseId, number: int, form: HappenedForm | None) -> Response:
    with case_desk(ring) as at:
        cast = whole.look_to_write(at, case).cast
        entry = casting.find(cast.happened, case, number) if number else None
    shown = form or HappenedForm.of(_act_fields(entry))
    return keyed(
        "act.html",
        UNFIT if form else 200,
        case_id=case,
        number=number,
        form=shown,
        once=once.number(),
        tactics=words.TACTIC_GROUPS,
        places={"": words.NOBODY_KNOWN, **words.PLACES},
        figures=_choices(cast, shown),
    )


def _choices(cast: Cast, form: HappenedForm) -> dict[str, str]:
    """Return whom an act can be about: who stands there, and who is chosen already."""
    chosen = {form.by_number, form.to_number}
    found = {"": language.gettext(words.NOBODY_KNOWN)}
    for number, entry in enumerate(cast.figures, 1):
        if entry.now is not None or number in chosen:
            part = language.gettext(words.PARTS[entry.last.part])
            found[str(number)] = f"{number} · {entry.last.line} ({part})"
    return found


def _figure_fields(entry: Entry[Figure] | None) -> Fields:
    if entry is None:
        return {}
    figure = entry.last
    kind = FITS.get(figure.part, "")
    return {
        "versions": (str(len(entry.versions)),),
        "line": (figure.line,),
        "part": (figure.part,),
        "relation": (f"{kind}:{figure.relation}" if figure.relation else "",),
    }


def _act_fields(entry: Entry[Happened] | None) -> Fields:
    if entry is None:
        return {}
    act, when = entry.last, days.typed(entry.last.when)
    filled = {
        "versions": str(len(entry.versions)),
        "tactic": act.tactic,
        "year": when.year,
        "month": when.month,
        "day": when.day,
        "place": act.place,
        "done_by": str(act.by or ""),
        "done_to": str(act.to or ""),
        "sentence": act.sentence,
    }
    return {name: (text,) for name, text in filled.items()}


def _is_first(at: Desk, form: Form, case: CaseId, number: int) -> bool:
    """Say whether this form comes for the first time."""
    sent = (str(field.data) for field in form if field.name != "once")
    mark = once.mark(form["once"].data, type(form).__name__, case.hex(), str(number), *sent)
    return browsers.take_in(at.session, browser.keys(), mark, at.now)


def _back(case: CaseId, part: str) -> Response:
    return to(f"{PAGE.format(case.hex())}#{part}")
