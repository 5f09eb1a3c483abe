"""Campaigning: the page of what is told of more often than before."""

from flask import Response

from admin import campaigns
from admin.campaigns import Campaign
from admin.keyring import Ring
from admin.permissions import Action
from admin.web import guard
from admin.web.context import case_desk
from admin.web.rendering import page
from forms.questions import QUESTIONS
from reporting.names import Name
from reporting.web import labels


@guard.requires(Action.SEE_CAMPAIGNS)
def show_campaigns(ring: Ring) -> Response:
    """Show patterns, the rising ones first, with the reports behind each."""
    with case_desk(ring) as at:
        view = campaigns.look(at)
    told = tuple((one, *_told(one)) for one in view.campaigns)
    return page("campaigns.html", told=told, at=view, least=campaigns.LEAST)


def _told(one: Campaign) -> tuple[Name, Name, Name | None]:
    pattern = one.pattern
    state, kind = (
        labels.label_of(QUESTIONS[name], code)
        for name, code in (("state", pattern.state), ("kinds", pattern.kind))
    )
    if pattern.channel == campaigns.NOT_TOLD:
        return state, kind, None
    return state, kind, labels.label_of(QUESTIONS["channel"], pattern.channel)
