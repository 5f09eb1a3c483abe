"""What can go wrong in this package, in words for operators; knows nothing of HTTP."""


class ReportingError(Exception):
    """Base of every error raised on purpose here; its text never holds words, codes or keys."""


class SettingsError(ReportingError):
    """A setting is missing, unknown or wrong; the text names it and says what to do."""


class OfficeError(ReportingError):
    """The keys that reports would be sealed to are missing or are not the pinned ones."""


class VisitGoneError(ReportingError):
    """No living visit belongs to this cookie: it expired, was erased, or never was."""


class DraftFullError(ReportingError):
    """The draft would grow past its limit; what was saved before stays as it is."""


class DraftChangedError(ReportingError):
    """The draft is not any more what was read from it; nothing was stored."""


class FileGoneError(ReportingError):
    """There is no such file any more, or there never was."""


class FileTooLargeError(ReportingError):
    """A file is larger than one may be; nothing of it was kept."""


class FileEmptyError(ReportingError):
    """A file holds nothing; so does what a telephone sends of one that lies elsewhere."""


class FilesFullError(ReportingError):
    """As many files, or as much of them, as one report holds are here already."""


class FilesClosedError(ReportingError):
    """The store runs low and takes no files, so that words still find a place."""


class AlreadySentError(ReportingError):
    """The draft has become a report and takes no more changes."""


class CodeUnknownError(ReportingError):
    """No mailbox answers to this code; whether one ever did is not said."""


class MailboxClosedError(ReportingError):
    """The visit holds no open mailbox, or its time is over."""


class MailboxFullError(ReportingError):
    """The conversation has reached its limit of messages."""


class ChoicesAlteredError(ReportingError):
    """What the reporter signed was altered in the database; nothing is allowed, nothing added."""


class TakenBackError(ReportingError):
    """The report was taken back; until its reporter changes their mind, nothing is added to it."""


class HeldBackError(ReportingError):
    """A report may not be erased for now."""


class NotTakenBackError(ReportingError):
    """There is no taking back to undo: it never was, or its seven days are over."""


class AppealClosedError(ReportingError):
    """Another look cannot be asked for: nothing was declined, it was asked for, or is too late."""


class UnansweredError(ReportingError):
    """The reporter has written as much as fits before the office answers."""


class BusyError(ReportingError):
    """All places for this kind of request are taken; trying again a little later works."""
