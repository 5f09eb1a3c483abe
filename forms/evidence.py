"""Evidence: the forms around files, and what a file may be called."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import wtforms
from typing_extensions import override
from wtforms.validators import ValidationError

from forms.base import Form
from forms.fields import Choice, Codes, Mark
from forms.wording import Message, msgid

NAME_BYTES: Final = 200
CUT: Final = "…"
TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")
UNKNOWN_TYPE: Final = "application/octet-stream"
NAMELESS: Final = "file"
# Controls, direction marks, surrogates, what is private and what is no sign at all.
UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Endings that say what a file is and start nothing when somebody opens it by mistake.
CALM_ENDING: Final = re.compile(
    "3gp|aac|amr|avi|bmp|csv|docx?|eml|gif|hei[cf]|jpe?g|m4a|mkv|mov|mp[34]|od[pst]|ogg|opus|pdf"
    "|png|pptx?|tiff?|txt|wav|web[mp]|xlsx?|zip"
)
OTHER_ENDING: Final = "bin"
FILE_NUMBER: Final = re.compile(r"[0-9a-f]{32}")
# Why a file was not kept, as reporting.uploads names it. Of several the first is said, so the last
# speaks of what became of the others.
NOT_KEPT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "nothing": msgid("Please choose a file first."),
        "closed": msgid(
            "We cannot take files just now. Please keep them where they are safe. You can send the "
            "report without them, and the files another day with your code."
        ),
        "full": msgid(
            "That was more than we can take with one report. You can remove a file to make room, "
            "or send the others later with your code."
        ),
        "empty": msgid(
            "A file was empty when it reached us, so it is not here. Please open it on your device "
            "once, then add it again. Keep the original."
        ),
        "too_large": msgid("A file was larger than we can take. All others are here."),
    }
)
# In a conversation no file is taken away, and the report was sent long ago.
NOT_ADDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        **NOT_KEPT,
        "closed": msgid(
            "We cannot take files just now. Please keep them where they are safe, and come back "
            "another day with your code."
        ),
        "full": msgid(
            "No more files of yours fit into this conversation. You can write a new report, which "
            "gets its own code."
        ),
    }
)


class FileNumber(Mark):
    """The random number of a file, which nobody types."""

    @override
    def allows(self, values: Sequence[str]) -> bool:
        return len(values) == 1 and FILE_NUMBER.fullmatch(values[0]) is not None


class RemoveForm(Form):
    """Which file to take away, if any."""

    gone = FileNumber()


class TakeForm(Form):
    """That somebody takes out a file, or asks for a clean copy of it: nothing is typed."""


class OnceForm(Form):
    """That somebody has a file compared with what was noted when it came."""

    once = Mark()


class ShowForm(Form):
    """That somebody wants to see a picture, and whether in colour."""

    once = Mark()
    colour = Choice(["", "yes"])


class Kept:
    """Refuse reasons why files were not kept, the first of them in words that say what to do."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words

    def __call__(self, _form: wtforms.Form, field: Codes) -> None:
        """Say what to do about the first kind of trouble."""
        for reason in field.data:
            raise ValidationError(Message(self.words[reason]))


class ArrivedForm(Form):
    """What became of the files that were sent with a report: why some of them were not kept."""

    files = Codes(tuple(NOT_KEPT), validators=[Kept(NOT_KEPT)])


class AddedForm(Form):
    """What became of the files that were added to a conversation."""

    files = Codes(tuple(NOT_ADDED), validators=[Kept(NOT_ADDED)])


def clean_name(sent: str) -> str:
    """Return the last part of a file's name, without signs that hide or turn it, and not long.

    What is cut away is in the middle: how a name ends says what the file is.
    """
    last = re.split(r"[/\\]", sent)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in UNSHOWN)
    name = " ".join(shown.split()).strip(". ")
    if len(name.encode()) > NAME_BYTES:
        tail = CUT + name[-16:]
        kept = name.encode()[: NAME_BYTES - len(tail.encode())].decode(errors="ignore")
        name = kept + tail
    return name or NAMELESS


def clean_type(sent: str) -> str:
    """Return the kind of file that the browser named, if it is one."""
    kind = sent.partition(";")[0].strip().lower()
    return kind if TYPE.fullmatch(kind) else UNKNOWN_TYPE


def calm_ending(name: str) -> str:
    """Return how a file's name ends if that is harmless, else an ending that opens nothing."""
    ending = name.rpartition(".")[2].lower()
    return ending if CALM_ENDING.fullmatch(ending) else OTHER_ENDING
