"""Places: which context binds each sealed value to its table, column, row and version.

A box opens only at the place it was made for (CRYPTO.md 4), so these functions are formats: what
they return never changes for a version of a record that is stored.
"""

from crypto.envelope import Ctx
from crypto.roles import Group
from reporting.file_rows import OpenedBy
from reporting.models import Part, Wrapped


def visit(row: bytes, rev: int) -> Ctx:
    """Return the place of what a browser is in the middle of."""
    return Ctx("visit", "visit", "content_sealed", row, rev)


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


def work(case: bytes, rev: int) -> Ctx:
    """Return the place of what the team knows about its work on a report."""
    return Ctx("work", "work", "content_sealed", case, rev)


def lease(case: bytes, rev: int) -> Ctx:
    """Return the place of who has a report in hand."""
    return Ctx("lease", "lease", "box_sealed", case, rev)


def term_shown(case: bytes, rev: int) -> Ctx:
    """Return the place of the day until which a report is kept, as its reporter reads it."""
    return Ctx("term shown", "term_shown", "content_sealed", case, rev)


def hold_key(case: bytes, rev: int) -> Ctx:
    """Return the place of the key of what holds a report back from being erased."""
    return Ctx("hold to casework", "hold", "key_sealed", case, rev)


def hold(case: bytes, rev: int) -> Ctx:
    """Return the place of why a report is held back from being erased."""
    return Ctx("hold", "hold", "content_sealed", case, rev)


def segment(row: bytes) -> Ctx:
    """Return the place of the key of a stretch of the audit log."""
    return Ctx("segment to audit", "audit_segment", "key_sealed", row)


def audit_detail(segment_id: bytes, n: int) -> Ctx:
    """Return the place of one audit row's detail; its number takes the place of a version."""
    return Ctx("audit detail", "audit_event", "detail_sealed", segment_id, n)
