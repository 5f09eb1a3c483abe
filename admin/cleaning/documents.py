"""Documents: write a PDF anew with its pages and nothing else."""

from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf

from admin.cleaning.frames import Made, Part, TooLargeError
from admin.cleaning.kinds import Kind
from admin.cleaning.pdf_objects import Copier
from admin.cleaning.pdf_words import PAGE_BOXES

MOST_PAGES: Final = 2_000
MOST_STEPS: Final = 100


class LockedError(Exception):
    """It opens only for somebody who knows its passphrase."""


def rebuild(data: bytes) -> tuple[Part, ...]:
    """Return a clean copy of a document.

    What was filled into forms or remarked on pages is not in it, and layers are all shown. Raises
    LockedError, TooLargeError, and whatever pikepdf raises for what is no document.
    """
    try:
        found = Pdf.open(BytesIO(data))
    except pikepdf.PasswordError:
        raise LockedError from None
    with found, Pdf.new() as target:
        if len(found.pages) > MOST_PAGES:
            raise TooLargeError
        copier = Copier(target)
        for page in found.pages:
            target.pages.append(pikepdf.Page(target.make_indirect(_page(copier, page))))
        out = BytesIO()
        target.save(out, deterministic_id=True)
    return (Part(Made.COPY, Kind.PDF, out.getvalue()),)


def _page(copier: Copier, page: pikepdf.Page) -> Dictionary:
    out = Dictionary(Type=Name.Page)
    for key in PAGE_BOXES:
        said = copier.copied(_inherited(page.obj, key))
        if said is not None:
            out[key] = said
    for key in ("/UserUnit", "/Group"):
        if key in page.obj:
            out[key] = copier.copied(page.obj[key])
    out.Resources = copier.resources(_inherited(page.obj, "/Resources"))
    out.Contents = copier.content(page)
    return out


def _inherited(page: Object, key: str) -> object:
    """Return what a page says, or else what it hangs on says for all of its pages."""
    for _ in range(MOST_STEPS):
        if key in page:
            return page[key]
        above = page.get("/Parent")
        if not isinstance(above, Dictionary):
            return None
        page = above
    raise TooLargeError
