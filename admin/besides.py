"""Besides: what stands beside a conversation: warnings, words not sent yet, further pages."""

from dataclasses import dataclass, field

from admin import contact, drafts, emergency, handing, interpreting, names, own_words
from admin.cases import Opened
from admin.desk import Desk
from admin.interpreting import LentSeen
from admin.likeness import is_near
from admin.own_words import DraftSeen
from admin.permissions import SUPERVISOR


@dataclass(frozen=True, slots=True)
class Beside:
    """What whoever answers a reporter has to know; `reads_first` says that a colleague does.

    `is_let_in` says that the reporter had not wanted this person's community. `kept_out` are those
    whom the reporter named, `like_them` the colleagues with such a name.
    """

    is_watched: bool
    reads_first: bool
    drafts: tuple[DraftSeen, ...] = field(repr=False)
    may_see_contact: bool
    may_see_emergency: bool
    may_hand: bool
    is_let_in: bool
    kept_out: tuple[str, ...] = field(repr=False)
    like_them: tuple[str, ...] = field(repr=False)
    lent: tuple[LentSeen, ...] = field(repr=False)
    may_lend: bool


def of(desk: Desk, there: Opened) -> Beside:
    """Return it for a report that is open."""
    me, language = desk.ring.person, there.facets.answer_in
    # For supervisors alone: colleagues need not know whom somebody keeps out.
    kept_out = there.matter.exclusions.people if SUPERVISOR in me.roles else ()
    team = sorted(names.of_team(desk)) if kept_out else []
    may_go = drafts.may_go_unread(language, on_probation=me.limits.needs_countersign)
    return Beside(
        is_watched=drafts.is_watched(there.facets.answers),
        reads_first=not may_go,
        drafts=own_words.of(desk, there),
        may_see_contact=contact.may_see(me, there.work),
        may_see_emergency=emergency.may_see(me, there.work),
        may_hand=handing.may_see(me, there),
        is_let_in=me.id in there.work.let_in,
        kept_out=kept_out,
        like_them=tuple(name for name in team if any(is_near(name, one) for one in kept_out)),
        lent=interpreting.seen(desk, there.work),
        may_lend=interpreting.may_see(desk, there),
    )
