"""Problems: what a page says when it was not let in, or when nothing was done."""

from typing import Final

from forms.wording import msgid

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
TOO_LONG: Final = msgid(
    "That was too much at once, so nothing was done. What you typed is below: copy it, make it "
    "shorter, and try again."
)
DOOR_FULL: Final = msgid(
    "Nothing was checked, because too many are trying to sign in. Please wait half a minute, then "
    "try again. In a browser in which you signed in lately, strangers do not hold you up."
)
