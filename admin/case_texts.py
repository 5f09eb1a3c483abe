"""Case texts: everything that was written of many reports, for a search that looks through it.

In memory only. That each of them exists for whoever looks has been seen by its header. What was
altered has no text here: whoever opens it by itself is told.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Final

from sqlalchemy import select

from admin import case_words, cases
from admin.desk import Desk
from admin.errors import NotHandedOnError
from crypto.envelope import OpenError
from reporting import threads
from reporting.models import CaseWrap, Wrapped

_BETWEEN: Final = "\n"  # no word that is looked for has it


def of_all(desk: Desk, wanted: Collection[bytes]) -> Mapping[bytes, str]:
    """Return what reporters wrote, what was answered, noted and translated, by report."""
    is_case = CaseWrap.wrapped == Wrapped.CASE
    wraps = desk.session.scalars(select(CaseWrap).where(CaseWrap.case_id.in_(wanted), is_case))
    found: dict[bytes, str] = {}
    for wrap in wraps.all():
        with suppress(OpenError, NotHandedOnError):
            found[wrap.case_id] = _of(desk, wrap)
    return found


def _of(desk: Desk, wrap: CaseWrap) -> str:
    session, case, key = desk.session, wrap.case_id, desk.ring.case_key(wrap)
    messages = threads.read(session, case, cases.thread_key(session, case, key))
    texts = [case_words.story_of(session, case, key)]
    texts += [message.text for message in messages]
    texts += [note.text for note in case_words.notes_of(session, case, key)]
    return _BETWEEN.join(texts)
