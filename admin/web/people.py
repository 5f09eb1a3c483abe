"""People: who is who, asking somebody to join, and what is proposed about them."""

from http import HTTPStatus
from typing import Final

from flask import Response, request

from admin import accounts, browsers, candidates, directory, joining, membership, proposals
from admin.accounts import Duties
from admin.directory import PersonPage, Standing
from admin.joining import Wish
from admin.keyring import Ring
from admin.permissions import Action, is_allowed
from admin.web import alerts, browser, guard, once, translating
from admin.web.context import desk, staff
from admin.web.explaining import explaining
from admin.web.rendering import page
from admin.web.wording import OTHER_NAME
from crypto.envelope import Secret
from crypto.roles import Role
from forms.people import DutiesForm, InviteForm, OnceForm, RemovalForm
from forms.wording import Message
from reporting.settings import Transport
from reporting.web.context import runtime
from reporting.web.rendering import to

PEOPLE: Final = "/staff/people"
UNFIT: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@guard.requires(Action.VIEW_PEOPLE)
def people(ring: Ring) -> Response:
    """Show who is who."""
    return people_page(ring)


def people_page(ring: Ring) -> Response:
    """Show who is who; to roster managers also who is on the way, and what waits for them."""
    with desk(ring) as at:
        shown = directory.view(at)
    may_invite = is_allowed(Action.INVITE, ring.person.marks)
    return page(
        "people.html",
        people=shown,
        may_invite=may_invite,
        alerts=alerts.of(ring),
        asked=translating.of(ring),
    )


@guard.requires(Action.VIEW_PEOPLE)
def person(ring: Ring, member: bytes) -> Response:
    """Show one person."""
    with desk(ring) as at:
        shown = directory.person(at, member)
    is_ours = shown.standing is Standing.BELONGS
    may_end = is_ours and is_allowed(Action.END_SESSIONS, ring.person.marks)
    return page("person.html", one=shown, once=once.number(), may_end=may_end)


@guard.requires(Action.INVITE)
def show_invite(_ring: Ring) -> Response:
    """Ask whom to invite."""
    return page("invite.html", form=InviteForm.of({}), once=once.number())


@guard.requires(Action.INVITE)
def invite(ring: Ring) -> Response:
    """Invite somebody, and show their link this one time."""
    form = InviteForm.of(browser.posted(InviteForm))
    if form.validate():
        with explaining(form):
            return _invited(ring, form)
    return page("invite.html", UNFIT, form=form, once=once.number())


@guard.requires(Action.INVITE)
def call_off(ring: Ring, member: bytes) -> Response:
    """Forget that somebody was asked."""
    form = OnceForm.of(browser.posted(OnceForm))
    mark = once.mark(form.once.data, "call-off", member.hex())
    with desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            candidates.call_off(at, member)
    return to(PEOPLE)


@guard.requires(Action.INVITE)
def invite_again(ring: Ring, member: bytes) -> Response:
    """Let somebody make new keys, and show their link this one time."""
    form = OnceForm.of(browser.posted(OnceForm))
    mark = once.mark(form.once.data, "new-keys", member.hex())
    with desk(ring) as at:
        name = directory.person(at, member).called
        if not browsers.take_in(at.session, browser.keys(), mark, at.now):
            return page("invited.html", name=name, link="")
        token = joining.invite_again(at, member)
    return page("invited.html", name=name, link=_link(token))


@guard.requires(Action.SIGN_ROSTER)
def show_duties(ring: Ring, member: bytes) -> Response:
    """Ask what somebody is to do from now on."""
    with desk(ring) as at:
        shown = directory.for_proposal(at, member)
    is_manager = ("yes",) if shown.duties.is_manager else ()
    fields = {"roles": tuple(shown.duties.roles), "manager": is_manager}
    return _duties_page(shown, DutiesForm.of(fields))


@guard.requires(Action.SIGN_ROSTER)
def propose(ring: Ring, member: bytes) -> Response:
    """Propose what somebody is to do from now on; a colleague signs it too."""
    form = DutiesForm.of(browser.posted(DutiesForm))
    if form.validate():
        with explaining(form):
            return _proposed(ring, member, form)
    with desk(ring) as at:
        shown = directory.for_proposal(at, member)
    return _duties_page(shown, form, UNFIT)


@guard.requires(Action.REMOVE_PERSON)
def show_removal(ring: Ring, member: bytes) -> Response:
    """Ask whether somebody leaves."""
    with desk(ring) as at:
        shown = directory.for_removal(at, member)
    return page("remove.html", one=shown, form=RemovalForm.of({}), once=once.number())


@guard.requires(Action.REMOVE_PERSON)
def remove(ring: Ring, member: bytes) -> Response:
    """Let somebody go whose name was typed."""
    form = RemovalForm.of(browser.posted(RemovalForm))
    with desk(ring) as at:
        shown = directory.person(at, member)
    if form.validate():
        with explaining(form):
            typed = accounts.read_name(form.name.data)
            if typed == shown.called:
                return _removed(ring, member, form)
            form.refuse("name", Message(OTHER_NAME))
    return page("remove.html", UNFIT, one=shown, form=form, once=once.number())


def _invited(ring: Ring, form: InviteForm) -> Response:
    wish = Wish(accounts.read_name(form.name.data), _duties(form))
    mark = once.mark(form.once.data, "invite", wish.name)
    with desk(ring) as at:
        if not browsers.take_in(at.session, browser.keys(), mark, at.now):
            return page("invited.html", name=wish.name, link="")
        token = candidates.ask(at, staff().door, wish)
    return page("invited.html", name=wish.name, link=_link(token))


def _link(token: Secret) -> str:
    scheme = "https" if runtime().settings.transport is Transport.HTTPS else "http"
    return f"{scheme}://{request.host}/staff/join/{token.reveal().hex()}"


def _duties_page(shown: PersonPage, form: DutiesForm, status: int = HTTPStatus.OK) -> Response:
    return page("duties.html", status, one=shown, form=form, once=once.number())


def _proposed(ring: Ring, member: bytes, form: DutiesForm) -> Response:
    duties, compared = _duties(form), form.shown.data
    mark = once.mark(form.once.data, "propose", member.hex(), *form.roles.data, form.manager.data)
    with desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            proposals.propose(at, member, duties, compared)
    return to(PEOPLE)


def _removed(ring: Ring, member: bytes, form: RemovalForm) -> Response:
    mark = once.mark(form.once.data, "remove", member.hex())
    with desk(ring) as at:
        if browsers.take_in(at.session, browser.keys(), mark, at.now):
            membership.remove(at, member)
    return to(PEOPLE)


def _duties(form: InviteForm | DutiesForm) -> Duties:
    roles = frozenset(Role(role) for role in form.roles.data)
    return accounts.check_duties(Duties(roles, is_manager=bool(form.manager.data)))
