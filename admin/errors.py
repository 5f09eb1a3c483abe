"""What can go wrong on the staff side, in words for operators; knows nothing of HTTP."""

from datetime import datetime

from admin.permissions import Action
from admin.tripwires import Kind, Verdict
from forms.wording import Message


class StaffError(Exception):
    """Base of every error this package raises on purpose; its text holds no words and no keys."""


class AccountError(StaffError):
    """An account cannot be made like this; the text says what to do instead.

    `about` is the field to look at again, for a page; `message` the text for its language.
    """

    def __init__(self, text: str, limit: int = 0, about: str = "") -> None:
        super().__init__(text % {"limit": limit} if limit else text)
        self.message = Message(text, limit)
        self.about = about


class MovedOnError(StaffError):
    """Somebody did something with the report since its page was shown: who, when, and what."""

    def __init__(self, by: bytes, at: datetime, name: str) -> None:
        super().__init__(f"moved on: {name}")
        self.by = by
        self.at = at
        self.name = name


class InHandError(StaffError):
    """Somebody else has the report in hand, until a time."""

    def __init__(self, by: bytes, until: datetime) -> None:
        super().__init__("somebody else has it in hand")
        self.by = by
        self.until = until


class OnCallError(StaffError):
    """Nobody can be called like this; the text says what to do instead, and names no address."""


class NotSentError(StaffError):
    """A call did not reach the mail server; the text says why, and names no address."""


class SignInRefusedError(StaffError):
    """Name and passphrase do not belong together; whether the name exists is not said."""


class CodeRefusedError(StaffError):
    """The code or passkey is wrong, too old, or was used before; another try is left."""


class SignInEndedError(StaffError):
    """The half-finished sign-in is over: its two minutes or its five tries are used up."""


class NotEnrolledError(StaffError):
    """Passphrase and code are right, but the roster does not have these keys (yet, or any more).

    `fingerprint` is that of the keys, for comparing them with a roster manager.
    """

    def __init__(self, fingerprint: tuple[str, ...] = ()) -> None:
        super().__init__("the roster does not have these keys")
        self.fingerprint = fingerprint


class NotHandedOnError(StaffError):
    """A key that this person is entitled to was not handed on to them yet; a colleague has to."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the key of {what} was not handed on yet")
        self.what = what


class InvitationGoneError(StaffError):
    """The link was used, is too old, or never was one of ours; which of them is not said."""


class PassphraseError(StaffError):
    """A passphrase cannot be changed like this; the text says why, in words for its owner."""


class ProposalError(StaffError):
    """Nothing can come of this proposal; the text says why, in words for its maker."""


class NotVettedError(ProposalError):
    """Somebody has not come far enough for what was proposed; `lacks` is what the next step asks.

    `stage` is that step, and empty where none leads on. The words are those of the stages.
    """

    def __init__(self, member: bytes, stage: str, lacks: tuple[str, ...]) -> None:
        missing = f" Missing for {stage}: {', '.join(lacks)}." if lacks else ""
        super().__init__(
            "This person has not come far enough: two managers sign each step of vetting first."
            f"{missing}"
        )
        self.member = member
        self.stage = stage
        self.lacks = lacks


class StepError(StaffError):
    """A step of vetting, or a decision about a tie, cannot be taken like this."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotInForceError(StaffError):
    """Somebody has to declare first: nothing else opens for them today."""


class EnoughForTodayError(StaffError):
    """On probation somebody has opened as many reports today as their stage allows."""

    def __init__(self, case: bytes) -> None:
        super().__init__("as many reports as this stage allows were opened today")
        self.case = case


class OverLimitError(StaffError):
    """Somebody read as much today as is usual: a second factor is asked for, or it stops."""

    def __init__(self, kind: Kind, verdict: Verdict, limit: int, *, is_own: bool) -> None:
        super().__init__(f"the limit of {kind} is reached: {verdict}")
        self.kind = kind
        self.verdict = verdict
        self.limit = limit
        self.is_own = is_own


class NotSignedInError(StaffError):
    """No living sign-in belongs to this cookie."""


class AlarmError(StaffError):
    """What the database holds is not what this person's key ring remembers; nothing was opened."""


class AlteredError(AlarmError):
    """A report was altered that nobody asked for by its number; `case` is which."""

    def __init__(self, case: bytes) -> None:
        super().__init__("a report was altered in the database")
        self.case = case


class LogDamagedError(StaffError):
    """The audit log is not what it was; the text says where, and what to do next."""


class NoteError(StaffError):
    """A note about the end of the log cannot be made or used; the text says why."""


class ExtractError(StaffError):
    """The log cannot be taken out to this file; the text says what to do instead."""


class ArchiveError(StaffError):
    """A backup cannot be made or brought back; the text says why, and what to do instead."""


class FiguresError(StaffError):
    """Figures cannot be planned, drawn or published like this; the text says what to do next."""


class HiddenError(StaffError):
    """For this person the thing does not exist: it is missing, or no rule lets them see it.

    Which of the two is for the audit log only, which calls it `verb`. `action` and `subject` are
    what was asked for.
    """

    verb = "access.denied"

    def __init__(self, action: Action, subject: bytes = b"", rule: str = "no rule") -> None:
        super().__init__(f"{action} refused: {rule}")
        self.action = action
        self.subject = subject
        self.rule = rule


class RecusedError(HiddenError):
    """It is there, and hidden from this person by their card, by its reporter, or by themself."""

    verb = "recusal.hit"
