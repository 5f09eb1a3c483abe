"""Whole words: the words of the page of a report as a whole, as message ids."""

from collections.abc import Mapping
from typing import Final

from admin.cast import Part
from admin.facts import Danger
from admin.timeline_lines import What
from forms.codebook import KINDS, LISTS, TACTICS
from forms.whole import OF_OTHERS, OF_PERPETRATOR
from forms.wording import msgid

PARTS: Final[Mapping[str, str]] = {
    Part.VICTIM: msgid("victim"),
    Part.PERPETRATOR: msgid("said to have done it"),
    Part.SOURCE: msgid("told of it"),
    Part.INTERVENING: msgid("stepped in"),
}
# What somebody is to whoever reported, in our words: those of the form speak as the reporter does.
OTHERS: Final[Mapping[str, str]] = {
    "self": msgid("the reporter"),
    "relative": msgid("family of the reporter"),
    "friend": msgid("a friend or partner of the reporter"),
    "organisation": msgid("a group or organisation"),
    "witness": msgid("saw or heard it"),
    "professional": msgid("helps at work: lawyer, doctor, teacher, interpreter"),
    "insider": msgid("was asked to take part"),
    "unsaid": msgid("not said"),
}
PERPETRATORS: Final[Mapping[str, str]] = {
    "embassy": msgid("embassy or consulate"),
    "police": msgid("police or state security of another country"),
    "intelligence": msgid("secret service"),
    "military": msgid("military"),
    "local_official": msgid("local official or party member"),
    "court": msgid("court or prosecutor"),
    "gov_group": msgid("association close to a government"),
    "hired": msgid("somebody hired"),
    "community": msgid("somebody of the same community"),
    "family_pressed": msgid("a relative who was forced"),
    "crowd": msgid("supporters of a government"),
    "host_official": msgid("an official of this country"),
    "third_official": msgid("an official of a third country"),
    "online_unknown": msgid("unknown accounts online"),
    "scam_possible": msgid("maybe a criminal who pretends to be an official"),
    "unknown": msgid("not known"),
}
PLACES: Final[Mapping[str, str]] = {
    "home": msgid("at home or near it"),
    "work_study": msgid("at work or school"),
    "public": msgid("in the street or a public place"),
    "event": msgid("at a protest, meeting or religious place"),
    "embassy": msgid("at an embassy or consulate"),
    "travel": msgid("at an airport or border, or while travelling"),
    "online": msgid("online or by phone"),
    "origin": msgid("in the home country"),
    "third_country": msgid("in a third country"),
    "unsaid": msgid("place not said"),
}
RELATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    OF_OTHERS: OTHERS,
    OF_PERPETRATOR: PERPETRATORS,
}
# Of a part, what its code says.
OF_PART: Final[Mapping[str, Mapping[str, str]]] = {
    Part.VICTIM: OTHERS,
    Part.PERPETRATOR: PERPETRATORS,
    Part.SOURCE: OTHERS,
    Part.INTERVENING: {},
}
OF_LIST: Final[Mapping[str, str]] = {
    OF_OTHERS: msgid("Of a victim, or of who told of it"),
    OF_PERPETRATOR: msgid("Of who is said to have done it"),
}
TACTIC_LABELS: Final[Mapping[str, str]] = {tactic.code: tactic.label for tactic in TACTICS}
KIND_LABELS: Final[Mapping[str, str]] = {kind.code: kind.label for kind in KINDS}
# By group, the tactics that a form offers.
TACTIC_GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    kind.label: {
        tactic.code: tactic.label
        for tactic in TACTICS
        if tactic.group == kind.code and not tactic.is_retired
    }
    for kind in KINDS
}
NEEDS: Final[Mapping[str, str]] = {option.code: option.label for option in LISTS["need"]}
RULES: Final[Mapping[str, str]] = {option.code: option.label for option in LISTS["contact_rule"]}
WHATS: Final[Mapping[str, str]] = {
    What.RECEIVED: msgid("The report came in"),
    What.LOOKED_AGAIN: msgid("Second look"),
    What.ASKED: msgid("Question to the reporter"),
    What.ANSWERED: msgid("The reporter answered"),
    What.WROTE: msgid("The reporter wrote"),
    What.APPEALED: msgid("The reporter asked for another look"),
    What.SENT: msgid("Message to the reporter"),
    What.NOTE: msgid("Note"),
    What.TRANSLATED: msgid("Translation of the story"),
    What.TASK_MADE: msgid("New task"),
    What.TASK_DONE: msgid("Task done"),
    What.TASK_DROPPED: msgid("Task not needed any more"),
    What.HANDOVER: msgid("Handover note"),
    What.FILE_CAME: msgid("File from the reporter"),
    What.FILE_NOT_CLEANED: msgid("A file of the reporter"),
    What.FILE_SENT: msgid("File to the reporter"),
    What.EMERGENCY_PROPOSED: msgid("Emergency: somebody wants to tell"),
    What.EMERGENCY_SIGNED: msgid("Emergency: signed by a second person, to tell"),
    What.CONTACT_ASKED: msgid("Asked to read how to reach the reporter"),
    What.CONTACT_AGREED: msgid("Agreed that a colleague reads how to reach the reporter"),
    What.CONTACT_REFUSED: msgid("Did not agree that a colleague reads how to reach the reporter"),
    What.CONTACT_OPENED: msgid("Read how to reach the reporter"),
    What.HAND_PROPOSED: msgid("Proposed to hand the report to"),
    What.HAND_AGREED: msgid("Agreed to hand the report to"),
    What.GRADED: msgid("Grade given"),
    What.GRADE_AGREED: msgid("Agreed to the grade"),
    What.GRADE_REFUSED: msgid("Did not agree to the grade"),
    What.JUDGED: msgid("Said of this report and another one"),
    What.UNJUDGED: msgid("No longer said of this report and another one"),
    What.JOINED: msgid("This report was joined to another one"),
    What.LED: msgid("Another report was joined to this one"),
    What.FIGURE_ADDED: msgid("Person added"),
    What.FIGURE_CHANGED: msgid("Person changed"),
    What.FIGURE_REMOVED: msgid("Person taken off"),
    What.ACT_ADDED: msgid("Act added"),
    What.ACT_CHANGED: msgid("Act changed"),
    What.ACT_REMOVED: msgid("Act taken off"),
    What.UNKNOWN_ASKED: msgid("Open question"),
    What.UNKNOWN_ANSWERED: msgid("Open question answered"),
    What.UNKNOWN_DROPPED: msgid("Open question dropped"),
    What.RECODED: msgid("Recorded anew"),
    What.HAPPENED: msgid("It happened"),
}
FILE_KINDS: Final[Mapping[str, str]] = {
    "image": msgid("a picture"),
    "audio": msgid("sound"),
    "video": msgid("a film"),
    "text": msgid("a text"),
    "file": msgid("a file"),
}
# What the danger that somebody said yes to is, in a few words.
DANGERS: Final[Mapping[Danger, str]] = {
    Danger.HARM_SOON: msgid("somebody may be killed, hurt or taken within days"),
    Danger.MISSING: msgid("somebody is missing, or was just taken"),
    Danger.DATE_SET: msgid("there is a date: removal, hearing, travel or embassy"),
    Danger.LOCATED: msgid("the other side knows where they are, or follows them"),
    Danger.CHILD: msgid("a child is affected"),
    Danger.SELF_HARM: msgid("somebody may hurt themselves"),
}
NOBODY_KNOWN: Final = msgid("not known")
NOTHING_CHOSEN: Final = msgid("Please choose")
