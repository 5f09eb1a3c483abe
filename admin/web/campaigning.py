"""Campaigning: the page of what is told of more often than before."""

from flask import Response

from admin import campaigns
from admin.campaigns import Campaign
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import guard
from admin.web.context import case_desk
from admin.web.rendering import page
from forms.codebook import group_of
from forms.questions import QUESTIONS, detail_of
from reporting.names import Name
from reporting.web import labels


@guard.requires(Action.SEE_CAMPAIGNS)
def show_campaigns(ring: Ring) -> Response:
    """Show patterns, the rising ones first, with the reports behind each."""
    with case_desk(ring) as at:
        view = campaigns.look(at)
    return page(
        "campaigns.html",
        told=tuple((one, *_told(one)) for one in view.campaigns),
        tactics=tuple((one, _tactic(one)) for one in view.tactics),
        at=view,
        least=campaigns.LEAST,
    )


def _tactic(one: Campaign) -> Name:
    code = one.pattern.kind
    return labels.label_of(QUESTIONS[detail_of(group_of(code))], code)


def _told(one: Campaign) -> tuple[Name, Name, Name | None]:
    pattern = one.pattern
    state, kind = (
        labels.label_of(QUESTIONS[name], code)
        for name, code in (("state", pattern.state), ("kinds", pattern.kind))
    )
    if pattern.channel == campaigns.NOT_TOLD:
        return state, kind, None
    return state, kind, labels.label_of(QUESTIONS["channel"], pattern.channel)
