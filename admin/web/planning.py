"""Planning: tasks, flags, keeping a report for oneself, and the day of the next look."""

from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, flagging, follow_up, keeping_for, screen, tasks
from admin.desk import Desk
from admin.keyring import Ring
from admin.permissions import Action
from admin.tasks import NewTask
from admin.web import browser, guard, once
from admin.web.case import PAGE
from admin.web.case_wording import PLEASE_CHOOSE
from admin.web.context import case_desk
from admin.web.explaining import deciding
from admin.web.planning_words import TASK_KINDS
from admin.web.rendering import keyed
from forms.base import Form
from forms.people import OnceForm
from forms.planning import CheckForm, EndForm, FlagForm, KeepForm, TaskForm
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.web.context import now
from reporting.web.rendering import to

UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY
TASK_PLACES: Final = {tasks.WHO: "who", tasks.DUE: "due"}
CHECK_PLACES: Final = {follow_up.DAY: "next_check"}


@guard.requires(Action.WORK_ON_CASE)
def show_task(ring: Ring, case: CaseId) -> Response:
    """Ask what is to be done, by whom and until when."""
    return _task_page(ring, case, TaskForm.of({"who": (ring.person.id.hex(),)}))


@guard.requires(Action.WORK_ON_CASE)
def add_task(ring: Ring, case: CaseId) -> Response:
    """Give somebody a task, once however often the button is pressed."""
    form = TaskForm.of(browser.posted(TaskForm))
    if form.validate():
        with deciding(form, TASK_PLACES), case_desk(ring) as at:
            if _is_first(at, form, "task", case, form.kind.data, form.due.data, form.text.data):
                who = form.who.number
                new = NewTask(form.kind.data, who, form.due_day, form.text.data.strip())
                tasks.make(at, case, new)
            return to(_place(case, "tasks"))
    return _task_page(ring, case, form, UNFIT)


@guard.requires(Action.WORK_ON_CASE)
def end_task(ring: Ring, case: CaseId, number: int) -> Response:
    """Say that a task is done, or that nobody does it any more."""
    form = EndForm.of(browser.posted(EndForm))
    with case_desk(ring) as at:
        tasks.end(at, case, number, is_done=form.done.data == "yes")
    return to(_place(case, "tasks"))


@guard.requires(Action.WORK_ON_CASE)
def set_flag(ring: Ring, case: CaseId) -> Response:
    """Set a flag."""
    form = FlagForm.of(browser.posted(FlagForm))
    if form.validate():
        with case_desk(ring) as at:
            flagging.raise_flag(at, case, form.flag.data)
    return to(_place(case, "flags"))


@guard.requires(Action.WORK_ON_CASE)
def clear_flag(ring: Ring, case: CaseId) -> Response:
    """Take a flag away."""
    form = FlagForm.of(browser.posted(FlagForm))
    if form.validate():
        with case_desk(ring) as at:
            flagging.clear_flag(at, case, form.flag.data)
    return to(_place(case, "flags"))


@guard.requires(Action.PULL_CASE)
def show_keep(ring: Ring, case: CaseId) -> Response:
    """Ask why somebody keeps a report for later."""
    return _page(ring, case, "keep.html", KeepForm.of({}))


@guard.requires(Action.PULL_CASE)
def keep_case(ring: Ring, case: CaseId) -> Response:
    """Keep a report for oneself for a day."""
    form = KeepForm.of(browser.posted(KeepForm))
    if not form.validate():
        return _page(ring, case, "keep.html", form, UNFIT)
    with case_desk(ring) as at:
        if _is_first(at, form, "keep", case, form.why.data):
            keeping_for.keep(at, case, form.why.data.strip())
    return to(PAGE.format(case.hex()))


@guard.requires(Action.PULL_CASE)
def give_up_case(ring: Ring, case: CaseId) -> Response:
    """Keep a report no longer."""
    browser.posted(OnceForm)
    with case_desk(ring) as at:
        keeping_for.give_up(at, case)
    return to(PAGE.format(case.hex()))


@guard.requires(Action.WORK_ON_CASE)
def show_check(ring: Ring, case: CaseId) -> Response:
    """Ask on which day somebody looks again."""
    return _page(ring, case, "check.html", CheckForm.of({}))


@guard.requires(Action.WORK_ON_CASE)
def move_check(ring: Ring, case: CaseId) -> Response:
    """Look again on another day."""
    form = CheckForm.of(browser.posted(CheckForm))
    if form.validate():
        with deciding(form, CHECK_PLACES), case_desk(ring) as at:
            if _is_first(at, form, "check", case, form.next_check.data):
                follow_up.set_check(at, case, form.day)
            return to(PAGE.format(case.hex()))
    return _page(ring, case, "check.html", form, UNFIT)


def _task_page(ring: Ring, case: CaseId, form: TaskForm, status: int = HTTPStatus.OK) -> Response:
    with case_desk(ring) as at:
        people = screen.assignees(at, screen.look(at, case))
    return keyed(
        "task.html",
        status,
        case_id=case,
        form=form,
        once=once.number(),
        task_kinds={"": PLEASE_CHOOSE, **TASK_KINDS},
        people=people,
        today=day_of(now()).isoformat(),
    )


def _page(
    ring: Ring, case: CaseId, template: str, form: Form, status: int = HTTPStatus.OK
) -> Response:
    with case_desk(ring) as at:
        screen.look(at, case)
    return keyed(template, status, case_id=case, form=form, once=once.number())


def _is_first(
    at: Desk, form: TaskForm | KeepForm | CheckForm, kind: str, case: CaseId, *sent: str
) -> bool:
    """Say whether this form comes for the first time."""
    mark = once.mark(form.once.data, kind, case.hex(), *sent)
    return browsers.take_in(at.session, browser.keys(), mark, at.now)


def _place(case: CaseId, part: str) -> str:
    return f"{PAGE.format(case.hex())}#{part}"
