"""Visit keys: what a browser's cookies give to find and to open what it is in the middle of."""

from dataclasses import dataclass, field

from crypto.envelope import Label, Secret, expand


@dataclass(frozen=True, slots=True)
class MailboxKeys:
    """What the cookie of an open mailbox gives: where its row is, and what locks it."""

    row: bytes
    key: Secret


@dataclass(frozen=True, slots=True)
class VisitKeys:
    """What a visit's cookie gives: where its row is, what locks it, what its forms must carry.

    Beside it stands what the cookie of an open mailbox gives, where there is one.
    """

    row: bytes
    key: Secret
    form_token: str = field(repr=False)
    mailbox: MailboxKeys | None = None

    @property
    def rows(self) -> tuple[bytes, ...]:
        """The rows of this browser."""
        return (self.row,) if self.mailbox is None else (self.row, self.mailbox.row)


def keys_from(token: Secret) -> VisitKeys:
    """Derive a visit's keys from its cookie's token."""
    return VisitKeys(
        row=expand(token, Label.VISIT_ID, 16).reveal(),
        key=expand(token, Label.VISIT_KEY),
        form_token=expand(token, Label.VISIT_FORM, 16).reveal().hex(),
    )


def mailbox_keys_from(token: Secret) -> MailboxKeys:
    """Derive an open mailbox's keys from its cookie's token."""
    keys = keys_from(token)
    return MailboxKeys(keys.row, keys.key)
