"""Identifiers: write a number, an address or an account in the one way in which equal ones agree.

Pure. What stands here decides what matches for ever: a change makes other tokens (FORMAT.md 17).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

import phonenumbers

from admin.links import Kind
from forms.wording import msgid

HOME: Final = "JP"
SEPARATOR: Final = "/"
# Accounts of one name on two services are two accounts; the codes stand in tokens for ever.
SERVICES: Final = (
    *("wechat", "whatsapp", "telegram", "line", "signal", "x", "facebook", "instagram"),
    *("messenger", "tiktok", "youtube", "weibo", "qq", "douyin", "kakaotalk", "discord"),
    *("viber", "imo", "vk", "linkedin", "threads", "bluesky", "zalo", "skype", "other"),
)
NO_PHONE: Final = msgid(
    "This is no telephone number that we can use. Write it with its country, like +81 90 1234 5678."
)
NO_EMAIL: Final = msgid("This is no e-mail address. One looks like name@example.org.")
NO_HANDLE: Final = msgid("Choose the service, and write the name of the account alone.")
NO_WEB: Final = msgid("This is no web address. One looks like example.org/page.")
NO_PLATE: Final = msgid("This is no number plate. Write its letters and digits.")
NO_FILE: Final = msgid("A SHA-256 value has 64 letters and digits: 0 to 9 and a to f.")
_LONGEST_HANDLE: Final = 100
_LONGEST_PLATE: Final = 20
_LONGEST_LOCAL: Final = 64
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_HOST: Final = re.compile(r"(?=.{3,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")
_LOCAL: Final = re.compile(r"[^\s@<>()\[\],;:\\\"]+")
_SCHEME: Final = re.compile(r"h(?:tt|xx)ps?://")
_TRACKING: Final = re.compile(
    r"utm_.*|mc_[ce]id|[gy]clid|fbclid|dclid|msclkid|twclid|ttclid|igshid?|si|ref_src|ref_url"
    r"|_ga|_gl|spm|share_token|xhsshare",
)
_USUAL_PORTS: Final = frozenset({80, 443})
# What a web address may hold in its path as it is, a sign that was written in another way too.
_IN_PATH: Final = "/%:@!$&'()*+,;=~-._"


class UnfitError(ValueError):
    """What was typed is no identifier of its kind; `sentence` says what one looks like."""

    def __init__(self, sentence: str) -> None:
        super().__init__("no identifier of this kind")
        self.sentence = sentence


def normalised(kind: Kind, typed: str) -> str:
    """Return an identifier as its token is made of it. Raises UnfitError.

    An account is written behind its service: `telegram/name`.
    """
    write, sentence = _KINDS[kind]
    try:
        found = write(_plain(typed))
    except (ValueError, phonenumbers.NumberParseException):
        raise UnfitError(sentence) from None
    if not found:
        raise UnfitError(sentence)
    return found


def account(service: str, name: str) -> str:
    """Return an account as it is typed behind its service."""
    return f"{service}{SEPARATOR}{name}"


def ways(kind: Kind, typed: str) -> tuple[str, ...]:
    """Return the ways in which an identifier may stand in a text. Raises UnfitError."""
    found = normalised(kind, typed)
    if kind is Kind.PHONE:
        # Without its country, and without the zero before it.
        return typed, found, str(phonenumbers.parse(found).national_number)
    if kind is Kind.HANDLE:
        return tuple(one.partition(SEPARATOR)[2] for one in (typed, found))
    return typed, found


def _plain(typed: str) -> str:
    """Return a text without gaps and unseen signs, wide letters as usual ones, digits as 0 to 9."""
    folded = "".join(map(_digit, unicodedata.normalize("NFKC", typed)))
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "ZC")


def _digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def _folded(text: str) -> str:
    """Return a text in which big and small letters are one. Once more changes nothing."""
    before = ""
    while text != before:
        before, text = text, _plain(unicodedata.normalize("NFKC", text.casefold()))
    return text


def _phone(typed: str) -> str:
    """Return a number in E.164. One zero too many after the country is no other number."""
    before, number = "", typed.removeprefix("tel:")
    while number != before:
        parsed = phonenumbers.parse(number, HOME)
        if not phonenumbers.is_possible_number(parsed):
            raise ValueError
        before = number
        number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return number


def _email(typed: str) -> str:
    local, at, host = _folded(typed).removeprefix("mailto:").rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise ValueError
    return f"{local}@{_host(host)}"


def _handle(typed: str) -> str:
    service, _, name = _folded(typed).partition(SEPARATOR)
    name = name.lstrip("@")
    is_name = any(map(str.isalnum, name)) and len(name) <= _LONGEST_HANDLE
    if service not in SERVICES or SEPARATOR in name or not is_name:
        raise ValueError
    return account(service, name)


def _web(typed: str) -> str:
    """Return an address without its scheme, what counts visitors, and what is inside the page."""
    text = typed.replace("[.]", ".")
    start = _SCHEME.match(text.casefold())
    found = urlsplit(f"https://{text[start.end() :] if start else text}")
    if found.hostname is None:
        raise ValueError
    port = "" if found.port in {None, *_USUAL_PORTS} else f":{found.port}"
    return (
        _host(_folded(found.hostname))
        + port
        + quote(found.path, _IN_PATH).rstrip("/")
        + (_query(found))
    )


def _query(found: SplitResult) -> str:
    kept = [
        (name, value)
        for name, value in parse_qsl(found.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name.casefold())
    ]
    return f"?{urlencode(kept)}" if kept else ""


def _host(name: str) -> str:
    host = name.rstrip(".").encode("idna").decode("ascii").lower()
    if not _HOST.fullmatch(host):
        raise ValueError
    return host


def _plate(typed: str) -> str:
    # Dashes and points are written in many ways, the long sign of kana among them, or left out.
    plate = "".join(sign for sign in _folded(typed) if sign.isalnum() and sign != "ー")
    if not any(map(str.isdigit, plate)) or len(plate) > _LONGEST_PLATE:
        raise ValueError
    return plate


def _file(typed: str) -> str:
    digest = re.sub(r"[:\-]", "", _folded(typed).removeprefix("sha256:").removeprefix("sha-256:"))
    if not _HASH.fullmatch(digest):
        raise ValueError
    return digest


_KINDS: Final[Mapping[Kind, tuple[Callable[[str], str], str]]] = {
    Kind.PHONE: (_phone, NO_PHONE),
    Kind.EMAIL: (_email, NO_EMAIL),
    Kind.HANDLE: (_handle, NO_HANDLE),
    Kind.WEB: (_web, NO_WEB),
    Kind.PLATE: (_plate, NO_PLATE),
    Kind.FILE: (_file, NO_FILE),
}
