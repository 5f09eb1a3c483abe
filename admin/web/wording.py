"""Wording: the words of the staff pages for each code, as message ids."""

from collections.abc import Mapping
from typing import Final

from admin.checkpoints import Standing
from admin.circles import Circle
from admin.leaving import Item
from crypto.roles import Group, Role
from forms import codebook
from forms.wording import msgid
from reporting.triage import Level
from reporting.uploads import Refusal

KINDS: Final[Mapping[str, str]] = {kind.code: kind.label for kind in codebook.KINDS}

LEVELS: Final[Mapping[Level, str]] = {
    Level.URGENT: msgid("Urgent"),
    Level.HIGH: msgid("High"),
    Level.MEDIUM: msgid("Medium"),
    Level.LOW: msgid("Low"),
}

ROLES: Final[Mapping[Role, str]] = {
    Role.REVIEWER: msgid("reviewer"),
    Role.CASEWORKER: msgid("caseworker"),
    Role.SUPERVISOR: msgid("supervisor"),
    Role.STEWARD: msgid("steward"),
    Role.STATISTICS_OFFICER: msgid("statistics officer"),
    Role.AUDITOR: msgid("auditor"),
    Role.ADMINISTRATOR: msgid("administrator"),
}

# What a group's key opens.
GROUPS: Final[Mapping[Group, str]] = {
    Group.INTAKE: msgid("new reports"),
    Group.CASEWORK: msgid("reports that are worked on"),
    Group.PUBLICATION: msgid("figures"),
    Group.AUDIT: msgid("the log"),
}

WHO_HAS: Final[Mapping[str, str]] = {
    Group.INTAKE: msgid("A reviewer or a supervisor has to sign in once."),
    Group.CASEWORK: msgid("A caseworker or a supervisor has to sign in once."),
    Group.PUBLICATION: msgid("A statistics officer or a roster manager has to sign in once."),
    Group.AUDIT: msgid("Another auditor or a roster manager has to sign in once."),
    Circle.STAFF: msgid("A roster manager has to sign in once."),
    Circle.MANAGERS: msgid("Another roster manager has to sign in once."),
    Circle.SUPERVISORS: msgid("Another supervisor has to sign in once."),
}

VERBS: Final[Mapping[str, str]] = {
    "alarm.raised": msgid("met something that was altered in the database"),
    "login.ok": msgid("signed in"),
    "login.failed": msgid("could not sign in"),
    "step_up": msgid("showed a second factor once more"),
    "step_up.failed": msgid("showed a wrong second factor"),
    "factor.added": msgid("added a second factor of their own"),
    "factor.removed": msgid("took a second factor of their own away"),
    "session.ended": msgid("ended where somebody was signed in"),
    "people.viewed": msgid("looked at the people"),
    "invited": msgid("asked somebody to join"),
    "invitation.withdrawn": msgid("called an invitation off"),
    "key.enrolled": msgid("a person's keys were made"),
    "key.lost": msgid("a person lost their keys and was asked to make new ones"),
    "key.replaced": msgid("reports got new keys because somebody had left"),
    "key.passphrase_changed": msgid("changed a passphrase"),
    "key.released": msgid("keys that were kept back were let go"),
    "duress": msgid("signed in because somebody forced them"),
    "alert.seen": msgid("saw a warning"),
    "key.rotated": msgid("made the next key of a group"),
    "key.shared": msgid("handed keys on to colleagues"),
    "roster.genesis": msgid("the office was founded"),
    "backup.made": msgid("a backup was made"),
    "restored": msgid("the office was brought back from a backup"),
    "roster.proposed": msgid("proposed who belongs, or what they do"),
    "roster.signed": msgid("signed a proposal"),
    "roster.declined": msgid("took a proposal away"),
    "role.granted": msgid("somebody belongs now, with these roles"),
    "role.changed": msgid("somebody has these roles now"),
    "leaving.ticked": msgid("kept the list of somebody's leaving"),
    "leaving.confirmed": msgid("confirmed that everything about somebody's leaving is done"),
    "offboarded": msgid("let somebody go"),
    "vetting.viewed": msgid("looked at somebody's vetting"),
    "vetting.recorded": msgid("filed a paper of somebody's vetting"),
    "vetting.proposed": msgid("proposed a step of vetting"),
    "vetting.signed": msgid("signed a step of vetting"),
    "vetting.declined": msgid("took a proposed step away"),
    "declaration.made": msgid("declared their ties"),
    "declaration.attested": msgid("said that their declaration still holds"),
    "declaration.overdue": msgid("came in with a declaration that is due"),
    "conduct.signed": msgid("signed the rules of conduct"),
    "recusal.decided": msgid("decided about somebody's tie"),
    "access.lapsed": msgid("somebody's keys were kept back until they declare"),
    "access.restored": msgid("somebody declared, and is given keys again"),
    "queue.viewed": msgid("looked at the queue"),
    "case.received": msgid("report opened for the first time"),
    "case.opened": msgid("opened a report"),
    "search.run": msgid("looked for reports"),
    "bulk.shown": msgid("saw what would be done with many reports"),
    "bulk.done": msgid("did one thing with many reports"),
    "bulk.undone": msgid("took back what was done with many reports"),
    "link.unjudged": msgid("took back what was said of two reports"),
    "search.kept": msgid("kept a search"),
    "search.removed": msgid("took a kept search away"),
    "list.viewed": msgid("looked at a list of reports"),
    "case.claimed": msgid("took a report in hand"),
    "case.renewed": msgid("kept a report in hand"),
    "case.skipped": msgid("passed a report on"),
    "names.unmasked": msgid("uncovered numbers and addresses in a story"),
    "translation.added": msgid("translated the words of a reporter"),
    "known.viewed": msgid("looked at what is known of a report"),
    "fields.edited": msgid("wrote down what was found in a report"),
    "level.set": msgid("set the level of a report"),
    "assigned": msgid("took a report on from the duty desk"),
    "countersigned": msgid("agreed to what a colleague does"),
    "countersign.taken_back": msgid("took back that they agreed to what a colleague does"),
    "second_look": msgid("looked again at what a colleague decided"),
    "accept": msgid("accepted a report"),
    "escalate": msgid("sent a report to the duty desk"),
    "quarantine": msgid("set a report aside"),
    "release_quarantine": msgid("brought back what was set aside"),
    "decline": msgid("declined a report"),
    "decline_t": msgid("declined a report after triage"),
    "assign": msgid("gave a report to somebody"),
    "mis_triage": msgid("sent a report back to triage"),
    "release": msgid("gave a report back to the team"),
    "watch": msgid("watches a report until a day"),
    "wake": msgid("went on with a report that was watched"),
    "propose_close": msgid("proposed to close a report"),
    "approve_close": msgid("closed a report"),
    "return": msgid("sent a report back to its owner"),
    "reopen": msgid("opened a closed report again"),
    "purge_quarantine": msgid("a report that was set aside was erased"),
    "retain_end": msgid("a closed report came to its last day and was erased"),
    "retain_end_d": msgid("a declined report came to its last day and was erased"),
    "retain_end_m": msgid("a joined report came to its last day and was erased"),
    "retention.changed": msgid("the last day of a report changed"),
    "retention.warned": msgid("a reporter was told of the last day"),
    "contact.shredded": msgid("the ways of contact of a report were made unreadable"),
    "hold.asked": msgid("asked for a report to be held back"),
    "hold.refused": msgid("did not hold a report back after all"),
    "hold.set": msgid("held a report back from being erased"),
    "hold.renewed": msgid("held a report back for longer"),
    "hold.told": msgid("told the reporter of a hold"),
    "hold.lifted": msgid("a hold on a report ended"),
    "merge": msgid("joined a report to another one"),
    "merge_t": msgid("joined a report to another one after triage"),
    "merge_a": msgid("joined a report that somebody worked on to another one"),
    "unmerge": msgid("parted a report from another one"),
    "joined": msgid("another report was joined to this one"),
    "parted": msgid("another report was parted from this one"),
    "link.suggested": msgid("looked for reports of the same incident"),
    "link.judged": msgid("said whether two reports tell of the same incident"),
    "link.key.made": msgid("made the key with which identifiers are marked"),
    "link.token.made": msgid("marked an identifier in a report"),
    "link.token.removed": msgid("an identifier was taken off a report"),
    "campaigns.viewed": msgid("looked at what is told of more often"),
    "link.told": msgid("noted that a report of theirs was joined"),
    "flood.viewed": msgid("looked at reports that look the same"),
    "flood.proposed": msgid("proposed to set aside reports that look the same"),
    "message.read": msgid("read a new message"),
    "message.sent": msgid("answered the reporter"),
    "message.drafted": msgid("wrote words that a second person has to read"),
    "message.edited": msgid("changed words that were not sent yet"),
    "message.agreed": msgid("read what a colleague wrote to the reporter, and agreed"),
    "message.returned": msgid("sent back what a colleague wrote to the reporter"),
    "message.discarded": msgid("threw away words that were not sent"),
    "contact.asked": msgid("asked to open the way to reach a reporter"),
    "contact.agreed": msgid("agreed that the way to reach a reporter is opened"),
    "contact.refused": msgid("did not agree that the way to reach a reporter is opened"),
    "contact.opened": msgid("opened the way to reach a reporter"),
    "contact.unanswered": msgid("no second person came in time after contact was opened"),
    "emergency.proposed": msgid("proposed to tell somebody outside in an emergency"),
    "emergency.signed": msgid("signed as the second that somebody outside is told"),
    "emergency.lapsed": msgid("the time of an emergency is over"),
    "case.printed": msgid("printed a report without names"),
    "figure.added": msgid("entered a person in a report"),
    "figure.changed": msgid("changed a person in a report"),
    "figure.removed": msgid("took a person in a report off"),
    "happened.added": msgid("entered an act in a report"),
    "happened.changed": msgid("changed an act in a report"),
    "happened.removed": msgid("took an act in a report off"),
    "unknown.asked": msgid("wrote down an open question about a report"),
    "unknown.answered": msgid("answered an open question about a report"),
    "unknown.dropped": msgid("dropped an open question about a report"),
    "handed.proposed": msgid("proposed to hand a report to somebody its reporter did not want"),
    "handed.agreed": msgid("agreed that a report is handed to somebody its reporter did not want"),
    "handed.taken_back": msgid("took a report back that had been handed on"),
    "interpreter.asked": msgid("asked somebody to translate one text of a report"),
    "interpreter.opened": msgid("opened a text to translate it"),
    "interpreter.answered": msgid("sent a translation"),
    "interpreter.declined": msgid("said that they cannot translate a text"),
    "interpreter.ended": msgid("a text of a report is with no translator any more"),
    "graded": msgid("graded a report"),
    "graded.proposed": msgid("graded a report, and a second person has to agree"),
    "graded.agreed": msgid("agreed as the second to the grade of a report"),
    "graded.refused": msgid("did not agree to the grade of a report"),
    "graded.viewed": msgid("looked at the grades of a report"),
    "file.downloaded": msgid("took out a file"),
    "file.copy_downloaded": msgid("took out a clean copy of a file"),
    "file.cleaned": msgid("had a clean copy of a file made"),
    "file.cleaning": msgid("began to have a clean copy of a file made"),
    "file.not_cleaned": msgid("no clean copy of a file came of it"),
    "file.cleaning.allowed": msgid("let a clean copy of a file be tried once more"),
    "file.previewed": msgid("was shown a blurred picture"),
    "file.shown": msgid("looked at a picture"),
    "file.verified": msgid("checked whether a file is unchanged"),
    "evidence.viewed": msgid("looked at what is known of the files of a report"),
    "file.sent": msgid("sent a file to the reporter"),
    "reading.limit": msgid("read as much today as is usual, and was asked who they are"),
    "reading.stopped": msgid("read so much today that it was stopped"),
    "reading.allowed": msgid("let somebody go on who was stopped"),
    "reading.viewed": msgid("looked at what others read unusually much of"),
    "figures.viewed": msgid("looked at the figures of the team"),
    "note.added": msgid("wrote a note"),
    "task.made": msgid("gave somebody a task"),
    "task.done": msgid("did a task"),
    "task.cancelled": msgid("took a task away"),
    "flag.set": msgid("set a flag"),
    "flag.cleared": msgid("took a flag away"),
    "case.kept": msgid("keeps a report for later"),
    "case.given_up": msgid("keeps a report no longer"),
    "check.moved": msgid("chose another day for the next look"),
    "history.viewed": msgid("looked at this log"),
    "audit.verified": msgid("checked this log"),
    "audit.exported": msgid("took out a copy of this log"),
    "access.denied": msgid("was refused"),
    "recusal.hit": msgid("asked for a report that is hidden from them"),
    "appeal": msgid("put a declined report back for another look"),
    "appealed": msgid("the reporter asked for another look"),
    "withdrawn": msgid("the reporter took the report back"),
    "withdraw.undone": msgid("the reporter brought the report back"),
    "erased": msgid("what was taken back was erased"),
    "consent.given": msgid("the reporter allowed or chose something for the first time"),
    "consent.changed": msgid("the reporter changed a choice"),
    "consent.revoked": msgid("the reporter allows less than before"),
}

STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.HOLDS: msgid("holds"),
    Standing.LOST: msgid("does not hold: the log was cut off or rewritten before this row"),
    Standing.FORGED: msgid("is false: this person did not sign this"),
    Standing.UNKNOWN: msgid("cannot be checked: the keys of this person are not known here"),
}

FLAGS: Final[Mapping[str, str]] = {
    "danger_event:device_unsafe": msgid(
        "Their device may be watched. Write nothing that says what this is about."
    ),
    "actor:scam_possible": msgid("Somebody may only pretend to be an official. Check that first."),
    "relation:insider": msgid("Somebody was asked to take part. They may be at risk, or probing."),
}

NOT_SENT: Final[Mapping[Refusal, str]] = {
    Refusal.NOTHING: msgid("Please choose a file first."),
    Refusal.TOO_LARGE: msgid("A file is larger than this site takes, so it was not sent."),
    Refusal.FULL: msgid("This conversation holds as many files of the team as it can."),
    Refusal.CLOSED: msgid("The disk is nearly full, so files are refused. Tell the operator."),
}

OTHER_NAME: Final = msgid("That is not the name above. Please type it as it stands there.")
TO_SEE_TO: Final[Mapping[Item, str]] = {
    Item.DEVICES: msgid("They have given back devices, sticks and security keys."),
    Item.SHEETS: msgid("Sheets for recovery and notes of theirs are destroyed."),
    Item.PASSPHRASES: msgid("They are out of every shared passphrase manager."),
    Item.ACCOUNTS: msgid("Shared accounts outside have new passphrases."),
    Item.CASES: msgid("What they were doing for reports is in other hands."),
    Item.SECRECY: msgid("They were told what they must keep secret for good."),
}

WRONG_NAME_OR_PASSPHRASE: Final = msgid(
    "Name and passphrase do not belong together. Please type both again."
)
WRONG_PASSPHRASE: Final = msgid("This is not your passphrase. Please type it again.")
WRONG_PASSKEY: Final = msgid("This passkey was not taken. Please ask for it once more.")
WRONG_CODE: Final = msgid(
    "This code is wrong, too old, or was used before. Please wait for the next one."
)
SIGN_IN_ENDED: Final = msgid(
    "That took too long, or too many codes were wrong. Please begin again."
)
TIME_OVER: Final = msgid(
    "You are signed out. What you typed is below: copy it, then sign in again."
)
DECLARE_FIRST: Final = msgid(
    "Nothing was done. Your declaration is due: please make it first, then everything opens again."
)
NOT_OUR_PAGE: Final = msgid("This page was out of date, so nothing was done. Please try once more.")
TOO_BUSY: Final = msgid(
    "Nothing was done, because the site is very busy. Please wait a moment, then try again."
)
CONVERSATION_FULL: Final = msgid("This conversation holds as many messages as it can.")
