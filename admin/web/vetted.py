"""Vetted: the words of stages, of what a step lacks, and of what becomes of a tie."""

from collections.abc import Mapping
from typing import Final

from admin import vetting
from admin.recusal import Outcome
from admin.stages import Lack
from crypto.standing import Stage
from forms.wording import msgid

STAGES: Final[Mapping[Stage, str]] = {
    Stage.INVITED: msgid("invited"),
    Stage.VETTED: msgid("vetted"),
    Stage.TRAINEE: msgid("in training"),
    Stage.PROBATION: msgid("on probation"),
    Stage.MEMBER: msgid("member"),
    Stage.SUSPENDED: msgid("suspended"),
    Stage.LEFT: msgid("left the team"),
}
LACKS: Final[Mapping[Lack, str]] = {
    Lack.REFERENCES: msgid("two references from two organisations"),
    Lack.INTERVIEW: msgid("the interview"),
    Lack.CONDUCT: msgid("the signed rules of conduct, in the version of now"),
    Lack.DAYS: msgid("more days in this stage"),
    Lack.DECLARATION: msgid("a declaration of ties that counts"),
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.RECUSED: msgid("does not see such reports"),
    Outcome.NOTED: msgid("sees them; the tie is noted"),
}
NO_STEP: Final[Mapping[str, str]] = {
    vetting.OWN: msgid("Nobody has a say about themself. Two colleagues have to do this."),
    vetting.LACKING: msgid("Something is still missing for this step. The page says what."),
    vetting.ON_ROSTER: msgid("Please let this person go on the people page first, then sign this."),
    vetting.VOID: msgid("This step cannot follow now. Please look at the page again."),
    vetting.TWICE: msgid("You have signed this already. Another roster manager has to sign it."),
    vetting.CHANGED: msgid("They declared something else meanwhile. Please look at it again."),
}
