"""Only what a manager signed themself is a voice about somebody's tie."""

import secrets

from admin.recusal import Outcome, Voice
from admin.voices import Ballot, heard
from crypto.cosigned import Cosigned
from crypto.envelope import make_key
from crypto.signing import Prefix, public_key
from forms.ties import Tie, TieKind

MEMBER, AIKO = secrets.token_bytes(16), secrets.token_bytes(16)
VOICE = Voice("", Tie(TieKind.TRAVEL, "MM"), Outcome.NOTED, "A holiday.", AIKO)


def test_what_nobody_signed_is_no_voice() -> None:
    ballots = [Ballot(VOICE, b""), Ballot(VOICE, secrets.token_bytes(200))]
    assert list(heard(MEMBER, ballots, {public_key(make_key()): AIKO})) == []


def test_what_somebody_signed_about_something_else_is_no_voice() -> None:
    seed = make_key()
    signed = Cosigned.write(Prefix.VOICE, {"member": "somebody else"}, seed).encode()
    assert list(heard(MEMBER, [Ballot(VOICE, signed)], {public_key(seed): AIKO})) == []
