"""Places: which context binds each sealed value to its table, column, row and version.

A box opens only at the place it was made for (CRYPTO.md 4), so these functions are formats: what
they return never changes for a version of a record that is stored.
"""

from crypto.envelope import ROW_BYTES, Ctx
from crypto.roles import Group
from reporting.file_rows import OpenedBy
from reporting.models import Part, Wrapped


def visit(row: bytes, rev: int) -> Ctx:
    """Return the place of what a browser is in the middle of."""
    return Ctx("visit", "visit", "content_sealed", row, rev)


def open_mailbox(row: bytes) -> Ctx:
    """Return the place of a mailbox that a browser opened with its code."""
    return Ctx("open mailbox", "visit", "content_sealed", row)


def wrap(case: bytes, wrapped: Wrapped, group: Group) -> Ctx:
    """Return the place of a report's key, sealed to a group."""
    return Ctx(f"{wrapped} to {group}", "case_wrap", "key_sealed", case)


def part(case: bytes, name: Part, rev: int) -> Ctx:
    """Return the place of one locked part of a report."""
    return Ctx(name, "case_part", "content_sealed", case, rev)


def receipt_lock(case: bytes) -> Ctx:
    """Return the place of the conversation key as the receipt code opens it."""
    return Ctx("thread for receipt", "mailbox", "receipt_lock_sealed", case)


def case_lock(case: bytes) -> Ctx:
    """Return the place of the conversation key as the report's key opens it."""
    return Ctx("thread for case", "mailbox", "case_lock_sealed", case)


def message(row: bytes) -> Ctx:
    """Return the place of one message of a conversation."""
    return Ctx("message", "message", "content_sealed", row)


def file_key(file: bytes, opened_by: OpenedBy, rev: int) -> Ctx:
    """Return the place of a file's own key, under the key of what the file belongs to."""
    return Ctx(f"file for {opened_by}", "file", "key_sealed", file, rev)


def file_meta(file: bytes) -> Ctx:
    """Return the place of what is known about a file."""
    return Ctx("file facts", "file", "meta_sealed", file)


def file(row: bytes) -> Ctx:
    """Return the place of a file's content, all its pieces together."""
    return Ctx("file", "file_piece", "slice_sealed", row)


def consent(row: bytes) -> Ctx:
    """Return the place of one signed document of what a reporter allows."""
    return Ctx("consent", "consent", "content_sealed", row)


def trace(row: bytes) -> Ctx:
    """Return the place of one line about what was done with a report."""
    return Ctx("trace", "trace", "content_sealed", row)


def parked(case: bytes, wrapped: Wrapped) -> Ctx:
    """Return the place of a sealed key that only the receipt code brings back."""
    return Ctx(f"parked {wrapped}", "parked", "key_sealed", case)


def drop_key(row: bytes, group: Group) -> Ctx:
    """Return the place of the key of a note for a group."""
    return Ctx(f"drop to {group}", "drops", "key_sealed", row)


def drop(row: bytes) -> Ctx:
    """Return the place of what a note for a group says."""
    return Ctx("drop", "drops", "content_sealed", row)


def note(row: bytes) -> Ctx:
    """Return the place of one note of the team."""
    return Ctx("note", "note", "content_sealed", row)


def own_note(row: bytes) -> Ctx:
    """Return the place of somebody's own note, as the report's key locks it."""
    return Ctx("own note", "own_note", "content_sealed", row)


def within_own_note(row: bytes) -> Ctx:
    """Return the place of the same note inside, as its writer's own key locks it."""
    return Ctx("own note within", "own_note", "content_sealed", row)


def own_note_key(member: bytes) -> Ctx:
    """Return the place of the key of somebody's own notes."""
    return Ctx(f"own notes of {member.hex()}", "own_note_key", "key_sealed", member)


def work(case: bytes, rev: int) -> Ctx:
    """Return the place of what the team knows about its work on a report."""
    return Ctx("work", "work", "content_sealed", case, rev)


def custody(case: bytes, rev: int) -> Ctx:
    """Return the place of what was done with the files of a report."""
    return Ctx("custody", "custody", "content_sealed", case, rev)


def lease(case: bytes, rev: int) -> Ctx:
    """Return the place of who has a report in hand."""
    return Ctx("lease", "lease", "box_sealed", case, rev)


def term_shown(case: bytes, rev: int) -> Ctx:
    """Return the place of the day until which a report is kept, as its reporter reads it."""
    return Ctx("term shown", "term_shown", "content_sealed", case, rev)


def hold(case: bytes, rev: int) -> Ctx:
    """Return the place of why a report is held back from being erased."""
    return Ctx("hold", "hold", "box_sealed", case, rev)


def saved_search(row: bytes) -> Ctx:
    """Return the place of a search that casework keeps."""
    return Ctx("saved search", "saved_search", "box_sealed", row)


def header(case: bytes, rev: int) -> Ctx:
    """Return the place of what lists show of a report; its version is that of the report."""
    return Ctx("header", "header", "box_sealed", case, rev)


def link_token(row: bytes, token: bytes) -> Ctx:
    """Return the place of whose a token is; with the token in it, none is put beside another."""
    return Ctx(f"link row {token.hex()}", "link_token", "box_sealed", row)


def link_key(epoch: bytes) -> Ctx:
    """Return the place of the key that tokens are made with, as one epoch opens it."""
    return Ctx("link key", "link_key", "key_sealed", epoch)


def segment(row: bytes) -> Ctx:
    """Return the place of the key of a stretch of the audit log."""
    return Ctx("segment to audit", "audit_segment", "key_sealed", row)


def audit_detail(segment_id: bytes, n: int) -> Ctx:
    """Return the place of one audit row's detail; its number takes the place of a version."""
    return Ctx("audit detail", "audit_event", "detail_sealed", segment_id, n)


def lent_mark(row: bytes) -> Ctx:
    """Return the place of what tells a report's conversation key that a lent text is its own."""
    return Ctx("lent mark", "lent", "mark_sealed", row)


def lent_key(row: bytes) -> Ctx:
    """Return the place of the key of a lent text, sealed to whoever translates it."""
    return Ctx("lent key", "lent", "key_sealed", row)


def lent(row: bytes, expires_hour: int) -> Ctx:
    """Return the place of a text as it is lent, until an hour; another hour does not open it."""
    return Ctx("lent", "lent", "content_sealed", row, expires_hour)


def lent_rule(row: bytes) -> Ctx:
    """Return the place, inside a lent text, of whom it does not exist for."""
    return Ctx("lent rule", "lent", "content_sealed", row)


def lent_answer(row: bytes) -> Ctx:
    """Return the place of what was answered to a lent text, in its stead."""
    return Ctx("lent answer", "lent", "content_sealed", row)


def period_seed(period: int, n: int) -> Ctx:
    """Return the place of the seed of a year's figures, as the officers open it."""
    return Ctx("period seed", "stat_period", "seed_sealed", _of_period(period, n))


def period_unit(period: int) -> Ctx:
    """Return the place of what names a year's units; it stays when other keys are replaced."""
    return Ctx("period unit", "stat_period", "unit_sealed", _of_period(period, 0))


def period_mac(period: int, n: int, group: Group) -> Ctx:
    """Return the place of what records of a year are tagged with, as one group opens it."""
    column = f"mac_{group}_sealed"
    return Ctx(f"period mac to {group}", "stat_period", column, _of_period(period, n))


def frame_record(unit_key: bytes) -> Ctx:
    """Return the place of what is counted of a unit."""
    return Ctx("frame record", "stat_frame", "record_sealed", unit_key[:ROW_BYTES])


def frame_cluster(unit_key: bytes) -> Ctx:
    """Return the place of which reports a unit comes of."""
    return Ctx("frame cluster", "stat_frame", "cluster_sealed", unit_key[:ROW_BYTES])


def _of_period(period: int, n: int) -> bytes:
    return period.to_bytes(8, "big") + n.to_bytes(8, "big")
