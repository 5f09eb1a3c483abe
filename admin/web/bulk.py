"""Bulk: the pages on which somebody does one small thing with many reports."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, bulk, searching
from admin.bulk import Act, Line, What
from admin.keyring import Ring
from admin.list_rules import Look
from admin.permissions import Action, is_allowed
from admin.sought import Sought
from admin.web import browser, guard, once
from admin.web.case_wording import PLEASE_CHOOSE, STATES, VERDICTS
from admin.web.context import case_desk
from admin.web.planning_words import TASK_KINDS
from admin.web.rendering import keyed
from admin.work_codes import FLAGS
from forms import bulk as asked_for
from forms.bulk import BulkForm, SeenForm
from forms.people import OnceForm
from forms.wording import Message, msgid
from reporting.ids import CaseId
from reporting.web.context import now
from reporting.web.rendering import to

DONE: Final = "/staff/bulk/done"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY
NO_SUCH: Final = msgid(
    "No report that you may open begins with this number, or more than one does."
)
WHATS: Final[Mapping[str, str]] = {
    What.ASSIGN: msgid("Give them an owner"),
    What.FLAG: msgid("Set a flag"),
    What.TASK: msgid("Give somebody a task about each"),
    What.LINK: msgid("Link them with one report"),
}


def choices(ring: Ring) -> dict[str, object]:
    """Return what a page offers under a list of reports that can be chosen; nothing to others."""
    if not is_allowed(Action.BULK, ring.person.marks):
        return {"bulk": None}
    return _offered(ring, BulkForm.of({}))


@guard.requires(Action.BULK)
def show_bulk(ring: Ring) -> Response:
    """Show what would come of it, before anything is done."""
    form = BulkForm.of(browser.posted(BulkForm))
    if not form.validate():
        return _page(ring, form, (), UNFIT)
    act = _act(form, _other(ring, form))
    if act is None:
        return _refused(ring, form)
    with case_desk(ring) as at:
        lines = bulk.preview(at, [CaseId(bytes.fromhex(case)) for case in form.cases.data], act)
    return _page(ring, form, lines, HTTPStatus.OK, act.other.hex())


@guard.requires(Action.BULK)
def do_bulk(ring: Ring) -> Response:
    """Do it, once however often the button is pressed."""
    form = SeenForm.of(browser.posted(SeenForm))
    if not form.validate():
        return _page(ring, form, (), UNFIT)
    act = _act(form, _other(ring, form))
    if act is None:
        return _refused(ring, form)
    with case_desk(ring) as at:
        mark = once.mark(form.once.data, "bulk")
        is_new = browsers.take_in(at.session, browser.keys(), mark, at.now)
    if is_new:
        seen = [(CaseId(bytes.fromhex(case)), rev) for case, rev in form.seen]
        bulk.carry_out(partial(case_desk, ring), seen, act)
    return to(DONE)


@guard.requires(Action.BULK)
def show_bulk_done(ring: Ring) -> Response:
    """Show what was done last, and offer to take it back."""
    with case_desk(ring) as at:
        batch = bulk.last(at)
        can_undo = batch is not None and bulk.can_take_back(batch, at.now)
    return keyed(
        "bulk_done.html",
        batch=batch,
        can_undo=can_undo,
        flags=FLAGS,
        whats=WHATS,
        once=once.number(),
    )


@guard.requires(Action.BULK)
def undo_bulk(ring: Ring) -> Response:
    """Take back what was done last."""
    form = OnceForm.of(browser.posted(OnceForm))
    with case_desk(ring) as at:
        mark = once.mark(form.once.data, "bulk undo")
        is_new = browsers.take_in(at.session, browser.keys(), mark, at.now)
    if is_new:
        bulk.take_back(partial(case_desk, ring))
    return to(DONE)


def _act(form: BulkForm | SeenForm, other: bytes | None) -> Act | None:
    """Return what is asked for; nothing where the report to link with is not found."""
    if other is None:
        return None
    return Act(
        what=What(form.what.data),
        who=form.who.number,
        flag=form.flag.data,
        task=form.kind.data,
        due=form.due_day,
        text=form.text.data.strip(),
        other=other,
        verdict=form.verdict.data,
    )


def _other(ring: Ring, form: BulkForm | SeenForm) -> bytes | None:
    """Return the one report that begins with what was typed; none where it is not asked for.

    In a unit of work of its own: it takes hold of the log, and what follows of reports.
    """
    if form.what.data != What.LINK:
        return b""
    with case_desk(ring) as at:
        found = searching.search(Look(at), Sought(number=form.start), None).rows
    return found[0].case if len(found) == 1 else None


def _refused(ring: Ring, form: BulkForm | SeenForm) -> Response:
    form.refuse("number", Message(NO_SUCH))
    return _page(ring, form, (), UNFIT)


def _offered(ring: Ring, form: BulkForm | SeenForm) -> dict[str, object]:
    with case_desk(ring) as at:
        people = bulk.assignees(at)
    return {
        "bulk": form,
        "bulk_whats": WHATS,
        "bulk_people": {"": "\u2013", **people},
        "bulk_flags": {"": PLEASE_CHOOSE, **{code: flag.label for code, flag in FLAGS.items()}},
        "bulk_tasks": {"": PLEASE_CHOOSE, **TASK_KINDS},
        "bulk_verdicts": {code: VERDICTS[code] for code in asked_for.VERDICTS},
    }


def _page(
    ring: Ring, form: BulkForm | SeenForm, lines: tuple[Line, ...], status: int, other: str = ""
) -> Response:
    return keyed(
        "bulk.html",
        status,
        form=form,
        lines=lines,
        other=other,
        ready=[line for line in lines if not line.why_not],
        once=once.number(),
        states=STATES,
        today=now().date().isoformat(),
        **_offered(ring, form),
    )
