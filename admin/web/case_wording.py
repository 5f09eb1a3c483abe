"""Case wording: the words of the pages about one report and of the lists, as message ids."""

from collections.abc import Mapping
from typing import Final

from admin.facts import Answer, Danger
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

LISTS_OF_CASES: Final[Mapping[str, str]] = {
    "received": msgid("New reports"),
    "mine": msgid("Mine"),
    "triaged": msgid("Waiting for an owner"),
    "waiting": msgid("Waiting for the reporter"),
    "approvals": msgid("Waiting for a second person"),
    "second_look": msgid("Second look"),
    "set_aside": msgid("Set aside"),
    "overdue": msgid("Overdue"),
}
# With g before it.
LIST_KEYS: Final[Mapping[str, str]] = {
    "received": "n",
    "mine": "m",
    "triaged": "t",
    "waiting": "w",
    "approvals": "p",
    "second_look": "s",
    "set_aside": "a",
    "overdue": "o",
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
