"""Practice: made-up reports for those who learn, shown as real ones are; nothing can be done."""

from typing import Final

from flask import Response

from admin import practice
from admin.authority import authorize
from admin.errors import HiddenError
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import guard, translating
from admin.web.rendering import page
from admin.web.wording import FLAGS
from reporting.web import labels

PRACTICE: Final = "/staff/practice"


@guard.requires(Action.PRACTISE)
def show_practice(ring: Ring) -> Response:
    """Show the made-up reports as the queue shows real ones."""
    return page("practice.html", samples=practice.samples(), asked=translating.of(ring))


@guard.requires(Action.PRACTISE)
def show_sample(ring: Ring, sample: int) -> Response:
    """Show one made-up report."""
    rule = authorize(ring.person, Action.PRACTISE)
    if sample > practice.LAST:
        raise HiddenError(Action.PRACTISE, rule=f"{rule}: no such sample")
    shown = practice.sample(sample)
    return page(
        "practice_case.html",
        sample=shown,
        answers=tuple(labels.answered(shown.answers)),
        reasons=tuple(labels.reason(reason) for reason in shown.judgement.reasons),
        flags=tuple(FLAGS[flag] for flag in shown.judgement.flags),
    )
