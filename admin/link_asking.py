"""Link asking: ask a reporter, with one press, whether the team may compare what they told."""

from dataclasses import replace
from typing import Final

from admin import acts, casework, link_consent, ready_texts, telling
from admin.cases import Opened
from admin.casework import MESSAGE, Words
from admin.desk import Desk
from admin.permissions import Action
from admin.transitions import NotNowError
from forms.choices import LINK
from forms.wording import msgid
from reporting.ids import CaseId

TEXT: Final = "ask_link"
SENT: Final = "message.sent"
ANSWERED: Final = msgid("The reporter has answered this already. Nobody asks again.")
ASKED: Final = msgid("The reporter was asked already. Wait for the answer.")


def ask(desk: Desk, case: CaseId) -> None:
    """Send the ready text that asks for it, once.

    Raises HiddenError, NotNowError with a sentence, MailboxFullError, and AlarmError.
    """
    there = acts.begin(desk, case, Action.SEND_MESSAGE)
    if link_consent.choices_of(desk.session, there).answer(LINK):
        raise NotNowError(MESSAGE, ANSWERED)
    if there.work.links.asked is not None:
        raise NotNowError(MESSAGE, ASKED)
    words = _words(there)
    casework.require_quiet(there, words)
    desk.note(SENT, case)
    there = casework.posted(desk.session, desk.ring, there, words, desk.now)
    acts.keep_links(desk, there, replace(there.work.links, asked=desk.now), SENT)


def _words(there: Opened) -> Words:
    language = telling.language_for(there, TEXT)
    return Words(there.id, ready_texts.text_of(TEXT, language), language, code=TEXT)
