"""Case wording: the words of the pages about one report and of the lists, as message ids."""

from collections.abc import Mapping
from typing import Final

from admin.facts import Answer, Danger
from admin.linking import Why
from admin.links import Verdict
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
    Verdict.DIFFERENT: msgid("Two different incidents"),
    Verdict.UNSURE: msgid("Not sure"),
}
WHYS: Final[Mapping[str, str]] = {
    Why.SAME_WORDS: msgid("almost the same words"),
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

LISTS_OF_CASES: Final[Mapping[str, str]] = {
    "received": msgid("New reports"),
    "mine": msgid("Mine"),
    "tasks": msgid("My tasks"),
    "triaged": msgid("Waiting for an owner"),
    "waiting": msgid("Waiting for the reporter"),
    "approvals": msgid("Waiting for a second person"),
    "second_look": msgid("Second look"),
    "set_aside": msgid("Set aside"),
    "overdue": msgid("Overdue"),
    "ends_soon": msgid("Erased soon"),
    "joined_mail": msgid("Joined, with new mail"),
    "told": msgid("Joined with yours"),
    "unmerge": msgid("Joined, but left alone"),
}
# Hardly ever anything is in them: while they are empty, they are not shown.
SHOWN_WHEN_FILLED: Final = frozenset({"joined_mail", "told", "unmerge"})
# What stands where a list is empty.
EMPTY_LISTS: Final[Mapping[str, str]] = {
    "received": msgid("Nothing is waiting."),
    "mine": msgid("You have no report in hand. “Next report” on the first page brings one."),
    "tasks": msgid("You have no open task."),
    "triaged": msgid("Every report that was accepted has an owner."),
    "waiting": msgid("No question to a reporter is open."),
    "approvals": msgid("Nobody needs you as the second person just now."),
    "second_look": msgid("Nothing that a colleague declined or set aside waits for you."),
    "set_aside": msgid("Nothing is set aside."),
    "overdue": msgid("Nothing is late."),
    "ends_soon": msgid("No report is erased within the next month."),
    "joined_mail": msgid("Nobody wrote whose report was joined to another one."),
    "told": msgid("No report was joined to one of yours."),
    "unmerge": msgid("Every joined report has one that leads it."),
}
# With g before it.
LIST_KEYS: Final[Mapping[str, str]] = {
    "received": "n",
    "mine": "m",
    "tasks": "k",
    "triaged": "t",
    "waiting": "w",
    "approvals": "p",
    "second_look": "s",
    "set_aside": "a",
    "overdue": "o",
    "ends_soon": "e",
    "joined_mail": "j",
    "told": "y",
    "unmerge": "u",
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

PASSED_ON: Final = msgid("Passed on. Somebody else gets it.")
TAKEN_BACK: Final = msgid("Taken back. It is as it was before.")
PLEASE_CHOOSE: Final = msgid("Please choose")
OUTCOME: Final = msgid("Outcome")
HOW_SURE: Final = msgid("How sure is what happened?")
HOW_SURE_OF_STATE: Final = msgid("How sure is it that a state is behind it?")
