"""Searching: the page on which somebody looks for reports; what they look for is in no address."""

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Response

from admin import browsers, indexing, saved_searches, searching, unopened
from admin.keyring import Ring
from admin.list_rules import Look
from admin.permissions import Action, is_allowed
from admin.saved_searches import FullError, Latest
from admin.searching import Back
from admin.sought import Owner, Sought
from admin.web import browser, bulk, due_wording, guard, leaving_out, once, planning_words
from admin.web.case_wording import STATE_LINKS, STATES, VERIFICATIONS
from admin.web.context import case_desk
from admin.web.rendering import keyed
from admin.work_codes import FLAGS
from forms.base import Fields
from forms.searching import OWNERS as OWNER_CODES
from forms.searching import STATES as STATE_CODES
from forms.searching import KeepForm, KeptForm, SearchForm
from forms.wording import Message, msgid
from reporting import names
from reporting.triage import Level
from reporting.web import language
from reporting.web.context import now
from reporting.web.rendering import to

PAGE: Final = "/staff/search"
FOUND: Final = "/staff/search/found"
ANY: Final = msgid("Any")
OWNERS: Final = dict(
    zip(
        OWNER_CODES,
        (msgid("Anybody or nobody"), msgid("Me"), msgid("Nobody yet")),
        strict=True,
    )
)


@guard.requires(Action.SEARCH)
def ask_search(ring: Ring) -> Response:
    """Ask what is looked for."""
    return _page(ring, SearchForm.of({}), None)


@guard.requires(Action.SEARCH)
def search_cases(ring: Ring) -> Response:
    """Look for reports: what is found has a page of its own, to which one can come back."""
    form = SearchForm.of(browser.posted(SearchForm))
    if not form.validate():
        return _page(ring, form, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _to_found(ring, Latest(sought_of(form), form.before.data))


@guard.requires(Action.SEARCH)
def show_found(ring: Ring) -> Response:
    """Show the reports that were looked for last."""
    strange = indexing.fold(partial(case_desk, ring))
    with case_desk(ring) as at:
        last = saved_searches.latest(at)
        if last is None:
            return to(PAGE)
        before = Back.read(last.before) if last.before else None
        look = Look(at, strange)
        found = searching.search(look, last.sought, before, is_shown_again=last.is_shown)
        if not last.is_shown:
            saved_searches.remember(at, replace(last, is_shown=True))
    leaving_out.after(ring, look.scan)
    return _page(ring, SearchForm.of(_fields(last.sought)), found)


@guard.requires(Action.SEARCH)
def keep_search(ring: Ring) -> Response:
    """Keep a search under a name."""
    form = KeepForm.of(browser.posted(KeepForm))
    if not form.validate():
        return _page(ring, form, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    mark = once.mark(form.once.data, "search")
    try:
        with case_desk(ring) as at:
            if browsers.take_in(at.session, browser.keys(), mark, at.now):
                is_shared = bool(form.shared.data)
                saved_searches.keep(
                    at, form.name.data.strip(), sought_of(form), is_shared=is_shared
                )
    except FullError as full:
        form.refuse("name", Message(str(full)))
        return _page(ring, form, None, HTTPStatus.CONFLICT)
    return to(FOUND)


@guard.requires(Action.SEARCH)
def use_kept(ring: Ring) -> Response:
    """Look for reports as somebody did before, or keep that no longer."""
    form = KeptForm.of(browser.posted(KeptForm))
    if form.do.data == "remove":
        with case_desk(ring) as at:
            saved_searches.take_away(at, form.search.number)
        return to(PAGE)
    with case_desk(ring) as at:
        sought = saved_searches.find(at, form.search.number).sought
    return _to_found(ring, Latest(sought))


def sought_of(form: SearchForm) -> Sought:
    """Return what a valid form looks for."""
    first, last = form.weeks
    return Sought(
        number=form.start,
        states=frozenset(form.states.data),
        levels=frozenset(Level(int(level)) for level in form.levels.data),
        kinds=frozenset(form.kinds.data),
        country=form.country.data,
        language=form.language.data,
        flag=form.flag.data,
        verification=form.verification.data,
        state_link=form.state_link.data,
        owner=Owner(form.owner.data),
        first_week=first,
        last_week=last,
        words=form.words.data.strip(),
    )


def _to_found(ring: Ring, latest: Latest) -> Response:
    with case_desk(ring) as at:
        saved_searches.remember(at, latest)
    return to(FOUND)


def _fields(sought: Sought) -> Fields:
    """Return the fields of a form that looks for the same."""
    one = {
        "number": sought.number,
        "words": sought.words,
        "country": sought.country,
        "language": sought.language,
        "flag": sought.flag,
        "verification": sought.verification,
        "state_link": sought.state_link,
        "owner": str(sought.owner),
        "first_week": _week(sought.first_week),
        "last_week": _week(sought.last_week),
    }
    return {
        **{name: (value,) for name, value in one.items()},
        "levels": tuple(str(int(level)) for level in sought.levels),
        "states": tuple(sought.states),
        "kinds": tuple(sought.kinds),
    }


def _week(week: int) -> str:
    return f"{week // 100}-W{week % 100:02}" if week else ""


def _page(
    ring: Ring, form: SearchForm, found: searching.Found | None, status: int = HTTPStatus.OK
) -> Response:
    with case_desk(ring) as at:
        kept = saved_searches.kept(at)
        left_out = unopened.count(at.session, ring) if found else 0
    asked = sought_of(form) if found else None
    return keyed(
        "search.html",
        status,
        form=form,
        kept=kept,
        called=next((one.name for one in kept if one.sought == asked), ""),
        keeping=form if isinstance(form, KeepForm) else KeepForm.of({}),
        may_share=saved_searches.may_share(ring),
        once=once.number(),
        found=found,
        unopened=left_out,
        countries=names.countries(language.current().code),
        flags=FLAGS,
        may_mark=is_allowed(Action.MARK_IDENTIFIER, ring.person.marks),
        owners=OWNERS,
        verifications={"": ANY, **VERIFICATIONS},
        state_links={"": ANY, **STATE_LINKS},
        searchable=STATE_CODES,
        states=STATES,
        name="search",
        when=partial(due_wording.left, now=now()),
        why=due_wording.why,
        **planning_words.WORDS,
        **(bulk.choices(ring) if found else {"bulk": None}),
    )
