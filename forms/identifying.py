"""Identifying: which number, account or address stands in a report."""

from typing import ClassVar, Final

from wtforms.validators import ValidationError

from forms.base import Form
from forms.fields import Choice, Mark, Number, Words
from forms.validators import Chosen, Filled, Readable, ShortEnough
from forms.wording import Message, msgid

VALUE_CHARACTERS: Final = 1_000
KINDS: Final = ("phone", "email", "handle", "web", "plate", "file")
HANDLE: Final = "handle"
# The names that services go by; the codes stand in tokens and never change.
SERVICES: Final = {
    "wechat": "WeChat",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "line": "LINE",
    "signal": "Signal",
    "x": "X (Twitter)",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "messenger": "Messenger",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "weibo": "Weibo",
    "qq": "QQ",
    "douyin": "Douyin",
    "kakaotalk": "KakaoTalk",
    "discord": "Discord",
    "viber": "Viber",
    "imo": "imo",
    "vk": "VK",
    "linkedin": "LinkedIn",
    "threads": "Threads",
    "bluesky": "Bluesky",
    "zalo": "Zalo",
    "skype": "Skype",
    "other": "…",
}
NO_KIND: Final = msgid("Please choose what it is.")
NO_SERVICE: Final = msgid(
    "Please choose where this account is. The last line is for any other place."
)
NOTHING_WRITTEN: Final = msgid("Please write the number, account or address.")


class IdentifierForm(Form):
    """An identifier as it stands in the report; an account is somewhere."""

    limit: ClassVar[int] = VALUE_CHARACTERS

    once = Mark()
    kind = Choice(["", *KINDS], validators=[Chosen(NO_KIND)])
    service = Choice(["", *SERVICES])
    value = Words(validators=[Filled(NOTHING_WRITTEN), Readable(), ShortEnough(VALUE_CHARACTERS)])

    def validate_service(self, field: Choice) -> None:
        """Ask for the place of an account, and of nothing else."""
        if self.kind.data == HANDLE and not field.data:
            raise ValidationError(Message(NO_SERVICE))


class MarkedForm(Form):
    """That an identifier is taken off again; `row` is its number."""

    once = Mark()
    row = Number()
