"""Publishing words: what the tables and the steps of published figures are called for staff."""

from collections.abc import Mapping
from typing import Final

from admin.publication.outlook import Step
from forms.wording import msgid

EPS: Final = "eps"
PART: Final = "part_{}"
TABLES: Final[Mapping[str, str]] = {
    "total": msgid("All reports together"),
    "tactic": msgid("By what was done"),
    "origin": msgid("By government"),
    "region": msgid("By region of Japan"),
    "target": msgid("By who was targeted"),
    "verif": msgid("By how sure it is"),
    "tactic_origin": msgid("By what was done and by government"),
    "tactic_target": msgid("By what was done and by who was targeted"),
    "region_verif": msgid("By region of Japan and by how sure it is"),
}
STEPS: Final[Mapping[Step, str]] = {
    Step.DRAFT: msgid("A draft. Nobody outside has seen it."),
    Step.UNSIGNED: msgid("Announced. Two officers have to sign it."),
    Step.SIGNED: msgid("Signed by two officers. It is drawn from 16 April on."),
    Step.DUE: msgid("Signed by two officers. It can be drawn now."),
    Step.RESERVED: msgid(
        "The draw began and did not end. What it costs is spent. Draw again: it goes on to the "
        "same numbers, and never makes others."
    ),
    Step.DRAWN: msgid("Drawn. The figures become public on 1 July."),
    Step.OVERDUE: msgid("Overdue: it was drawn, and its day to become public is over."),
    Step.PUBLISHED: msgid("Public."),
    Step.BURNT: msgid("Given up. It is never published, and what it cost stays spent."),
}
# What is typed on the machine of the service.
COMMANDS: Final[Mapping[Step, str]] = {
    Step.DRAFT: "tomoshibi stats plan {} --announce",
    Step.DUE: "tomoshibi stats draw {}",
    Step.RESERVED: "tomoshibi stats draw {}",
    Step.DRAWN: "tomoshibi stats render {} FOLDER",
    Step.OVERDUE: "tomoshibi stats render {} FOLDER",
}
# What is typed into the form of a plan, by its fields.
LABELS: Final[Mapping[str, str]] = {
    EPS: msgid("What it may cost (ε)"),
    **{PART.format(name): label for name, label in TABLES.items()},
}
WORDS: Final[Mapping[str, object]] = {"tables": TABLES, "steps": STEPS, "commands": COMMANDS}
