"""Case wording: the words of the pages about one report, as message ids."""

from collections.abc import Mapping
from typing import Final

from admin.cleaning.kinds import Kind as FileKind
from admin.custody import Deed
from admin.facts import Answer, Danger
from admin.grading import Standing
from admin.links import Kind, Verdict, Why
from admin.phases import Phase, WaitingOn
from admin.transitions import TABLE
from forms.codebook import LISTS
from forms.wording import msgid

STATES: Final[Mapping[str, str]] = {code: state.label for code, state in TABLE.states.items()}
MOVES: Final[Mapping[str, str]] = {name: move.label for name, move in TABLE.transitions.items()}

DANGERS: Final[Mapping[Danger, str]] = {
    Danger.HARM_SOON: msgid("May somebody be killed, hurt or taken within days?"),
    Danger.MISSING: msgid("Is somebody missing, or just taken?"),
    Danger.DATE_SET: msgid("Is there a date: removal, hearing, travel, or a visit to an embassy?"),
    Danger.LOCATED: msgid("Does the other side know where they are, or follow them now?"),
    Danger.CHILD: msgid("Is a child affected?"),
    Danger.SELF_HARM: msgid("May somebody hurt themselves?"),
}

ANSWERS: Final[Mapping[Answer, str]] = {
    Answer.YES: msgid("Yes"),
    Answer.NO: msgid("No"),
    Answer.NOT_KNOWN: msgid("Not known"),
}

UNMASKING: Final[Mapping[str, str]] = {
    "to_decide": msgid("I cannot decide without them"),
    "to_help": msgid("I need them to help this person"),
    "to_compare": msgid("I compare this report with another one"),
}

SKIPS: Final[Mapping[str, str]] = {
    "language": msgid("I do not read this language well enough"),
    "distressing": msgid("This one is too heavy for me today"),
    "conflict": msgid("I may know somebody in it"),
    "unsure": msgid("I am not sure; somebody else should look"),
    "need_a_break": msgid("I need a break"),
}

FILE_KINDS: Final[Mapping[FileKind, str]] = {
    FileKind.JPEG: msgid("A picture (JPEG)"),
    FileKind.PNG: msgid("A picture (PNG)"),
    FileKind.WEBP: msgid("A picture (WebP)"),
    FileKind.GIF: msgid("A picture (GIF)"),
    FileKind.BMP: msgid("A picture (BMP)"),
    FileKind.TIFF: msgid("A picture (TIFF)"),
    FileKind.HEIC: msgid(
        "A photo in HEIC, as many telephones take it. No clean copy can be made of it here"
    ),
    FileKind.PDF: msgid("A PDF document"),
    FileKind.TEXT: msgid("Plain text"),
    FileKind.OTHER: msgid(
        "Something else: sound, film, an office document, an archive or a program"
    ),
}

CUSTODY: Final[Mapping[Deed, str]] = {
    Deed.DOWNLOADED: msgid("The original was taken out"),
    Deed.COPY_DOWNLOADED: msgid("The clean copy was taken out"),
    Deed.CLEANED: msgid("A clean copy was made"),
    Deed.SHOWN: msgid("Shown in grey"),
    Deed.SHOWN_IN_COLOUR: msgid("Shown in colour"),
    Deed.VERIFIED: msgid("Checked: it is unchanged"),
    Deed.DIFFERS: msgid("Checked: it is NOT what came in"),
    Deed.CLEANING: msgid("The cleaner was started for a copy"),
    Deed.NOT_KEPT: msgid("The clean copy was not kept: there was no room"),
    Deed.UNCLEAN_KIND: msgid("No clean copy: this kind of file cannot be cleaned"),
    Deed.UNCLEAN_SIZE: msgid("No clean copy: the file is too large"),
    Deed.UNCLEAN_LOCKED: msgid("No clean copy: the file opens only with a passphrase"),
    Deed.UNCLEAN_BROKEN: msgid("No clean copy: the file is damaged, or asks for too much"),
    Deed.UNCLEAN_LATE: msgid("No clean copy: the file kept the cleaner busy until it was stopped"),
    Deed.UNCLEAN_KILLED: msgid("No clean copy: the file brought the cleaner down"),
    Deed.UNCLEAN_NONSENSE: msgid("No clean copy: what came back was not to be believed"),
    Deed.TRY_AGAIN: msgid("A colleague looked, and let it be tried once more"),
}

REASONS: Final[Mapping[str, str]] = {
    "no_state_link": msgid("No state behind it"),
    "private_dispute": msgid("A dispute between people"),
    "scam": msgid("A scam"),
    "other_service_fits": msgid("Others can help better"),
    "not_understood_after_asking": msgid("Not understood, even after asking"),
    "test": msgid("Only a test"),
    "abusive": msgid("Insults or threats"),
    "flood": msgid("One of many that look the same"),
    "machine": msgid("Written by a machine"),
    "hostile": msgid("Meant to harm the team or others"),
    "nothing_in_it": msgid("There is nothing in it"),
    "may_be_real": msgid("It may be real after all"),
    "reporter_wrote": msgid("The reporter wrote again"),
    "by_mistake": msgid("It was a mistake"),
    "overlooked": msgid("Something was overlooked"),
    "not_finished": msgid("Something is not finished"),
    "message_not_right": msgid("The last message is not right yet"),
    "codes_not_right": msgid("The outcome or a grade is not right yet"),
    "new_facts": msgid("Something new is known"),
    "look_earlier": msgid("I want to look earlier than planned"),
    "not_the_same": msgid("They tell of two different incidents"),
    "other_gone": msgid("The other report was taken back, declined or set aside"),
}

VERDICTS: Final[Mapping[str, str]] = {
    Verdict.SAME_INCIDENT: msgid("The same incident"),
    Verdict.SAME_ACTOR: msgid("The same people are behind both"),
    Verdict.SAME_HOUSEHOLD: msgid("It happened to the same household"),
    Verdict.SAME_CAMPAIGN: msgid("Both belong to the same campaign"),
    Verdict.DIFFERENT: msgid("Two different incidents"),
    Verdict.UNSURE: msgid("Not sure"),
}
KINDS: Final[Mapping[str, str]] = {
    Kind.PHONE: msgid("Telephone number"),
    Kind.EMAIL: msgid("E-mail address"),
    Kind.HANDLE: msgid("Account, by its name"),
    Kind.WEB: msgid("Web address"),
    Kind.PLATE: msgid("Number plate"),
    Kind.FILE: msgid("File, by its SHA-256 value"),
}
WHYS: Final[Mapping[str, str]] = {
    Why.SAME_WORDS: msgid("almost the same words"),
    Why.SAME_IDENTIFIER: msgid("the same identifier is marked in both"),
    Why.SAME_NUMBER: msgid("the same number or address stands in both"),
    Why.YOURS: msgid("in your hands"),
}

OUTCOMES: Final[Mapping[str, str]] = {
    "helped": msgid("We helped"),
    "referred": msgid("Handed on to somebody who helps"),
    "recorded_only": msgid("Kept on record, nothing more"),
    "published": msgid("Made public"),
    "no_contact": msgid("The reporter did not answer any more"),
    "not_tnr": msgid("No state was behind it"),
    "unlikely": msgid("Unlikely to be true"),
    "malicious": msgid("Planted, or meant to harm"),
}

VERIFICATIONS: Final[Mapping[str, str]] = {
    option.code: option.label for option in LISTS["verification"]
}
STATE_LINKS: Final[Mapping[str, str]] = {
    option.code: option.label for option in LISTS["state_link"]
}
TARGETS: Final[Mapping[str, str]] = {option.code: option.label for option in LISTS["target_group"]}

# How far a source, or what it says, is trusted.
TRUST: Final[Mapping[str, str]] = {
    "1": msgid("1: highly"),
    "2": msgid("2: mostly"),
    "3": msgid("3: partly"),
    "4": msgid("4: hardly"),
    "5": msgid("5: not at all"),
    "99": msgid("not known"),
}
GRADE_PARTS: Final[Mapping[str, str]] = {
    "verification": msgid("how sure it is what happened"),
    "state_link": msgid("how sure it is that a state is behind it"),
    "reliable": msgid("how reliable the source is"),
    "credible": msgid("how credible it is"),
    "sources": msgid("how many sources there are"),
    "verification_basis": msgid("what it rests on that it happened"),
    "state_link_basis": msgid("what it rests on that a state is behind it"),
}
STANDINGS_OF_GRADES: Final[Mapping[Standing, str]] = {
    Standing.HOLDS: msgid("holds now"),
    Standing.WAITS: msgid("waits for a second person"),
    Standing.REPLACED: msgid("held until another one came"),
    Standing.REFUSED: msgid("a second person did not agree"),
    Standing.VOID: msgid("never held: another grade came before a second person answered"),
}

PHASES: Final[Mapping[Phase, str]] = {
    Phase.ASSESS: msgid("Finding out"),
    Phase.PLAN: msgid("Planning"),
    Phase.ACT: msgid("Doing"),
    Phase.FOLLOW_UP: msgid("Following up"),
}
WAITING: Final[Mapping[WaitingOn, str]] = {
    WaitingOn.REPORTER: msgid("waits for the reporter"),
    WaitingOn.COLLEAGUE: msgid("waits for a colleague"),
    WaitingOn.NOBODY: msgid("waits for nobody"),
}

CONTACT_REASONS: Final[Mapping[str, str]] = {
    "danger": msgid("Somebody may be in danger"),
    "requested": msgid("The reporter asked us to contact them"),
    "arrange": msgid("Help has to be arranged with them"),
    "no_answer": msgid("We must reach them, and the mailbox stays silent"),
}
RECIPIENTS: Final[Mapping[str, str]] = {
    "emergency_service": msgid("An emergency service (119)"),
    "helper": msgid("A support organisation"),
    "relative": msgid("A person close to them whom they named"),
    "police": msgid("The police (110)"),
}
HANDING_REASONS: Final[Mapping[str, str]] = {
    "language": msgid("Nobody else of us reads the language"),
    "nobody_free": msgid("It has waited too long, and nobody else is free"),
}
INTERPRETER_REASONS: Final[Mapping[str, str]] = {
    "unread": msgid("I do not read this language"),
    "partly": msgid("I read it, but not well enough"),
    "check": msgid("A translation has to be checked"),
}
RESTS: Final[Mapping[str, str]] = {
    "cover": msgid("Cover them"),
    "leave": msgid("Leave them: I have read them, and they lead to nobody"),
}
INTERPRETER_ENDS: Final[Mapping[str, str]] = {
    "answered": msgid("translated"),
    "language": msgid("they do not know the language well enough"),
    "distressing": msgid("too heavy for them today"),
    "conflict": msgid("they may know somebody in it"),
    "taken_back": msgid("taken back"),
    "expired": msgid("nobody answered in time"),
    "stopped": msgid("ended early: somebody left, keys were changed, or the reporter took it back"),
}
CANNOT: Final[Mapping[str, str]] = {
    "language": msgid("I do not know this language well enough"),
    "distressing": msgid("This one is too heavy for me today"),
    "conflict": msgid("I may know somebody in it"),
}
EMERGENCY_ITEMS: Final[Mapping[str, str]] = {
    "danger": msgid("What the danger is"),
    "place": msgid("Where the person is"),
    "time": msgid("When it may happen"),
    "name": msgid("The name of the person"),
    "looks": msgid("What the person looks like"),
    "language": msgid("Which language the person speaks"),
    "health": msgid("What helpers must know about health"),
    "reach": msgid("How the person can be reached"),
}

PASSED_ON: Final = msgid("Passed on. Whoever comes next gets it.")
TAKEN_BACK: Final = msgid("Taken back. It is as it was before.")
PLEASE_CHOOSE: Final = msgid("Please choose")
OUTCOME: Final = msgid("Outcome")
HOW_SURE: Final = msgid("How sure is what happened?")
HOW_SURE_OF_STATE: Final = msgid("How sure is it that a state is behind it?")
