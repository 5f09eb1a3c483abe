"""Besides: what stands beside a conversation: warnings, words not sent yet, further pages."""

from dataclasses import dataclass, field

from admin import contact, drafts, emergency, own_words
from admin.cases import Opened
from admin.desk import Desk
from admin.own_words import DraftSeen


@dataclass(frozen=True, slots=True)
class Beside:
    """What whoever answers a reporter has to know; `reads_first` says that a colleague does."""

    is_watched: bool
    reads_first: bool
    drafts: tuple[DraftSeen, ...] = field(repr=False)
    may_see_contact: bool
    may_see_emergency: bool


def of(desk: Desk, there: Opened) -> Beside:
    """Return it for a report that is open."""
    me, language = desk.ring.person, there.facets.answer_in
    may_go = drafts.may_go_unread(language, on_probation=me.limits.needs_countersign)
    return Beside(
        is_watched=drafts.is_watched(there.facets.answers),
        reads_first=not may_go,
        drafts=own_words.of(desk, there),
        may_see_contact=contact.may_see(me, there.work),
        may_see_emergency=emergency.may_see(me, there.work),
    )
