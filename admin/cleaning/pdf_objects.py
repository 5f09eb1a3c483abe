"""PDF objects: copy what a page is painted with into another document, and nothing beside it."""

import re
from decimal import Decimal
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from admin.cleaning import pdf_content, pdf_pictures
from admin.cleaning.pdf_words import DEVICE_OF, KEYS, PACKING, RESOURCES

COMMENTS: Final = re.compile(rb"(?m)^[ \t]*%[^\r\n]*")
_IS_CMAP: Final = b"begincmap"

Place = tuple[int, int]


class Copier:
    """Copies objects of one document into another, each once.

    Nothing of the one is ever put into the other: everything is made anew, key by key.
    """

    def __init__(self, target: Pdf) -> None:
        self._target = target
        self._made: dict[Place, object] = {}

    def resources(self, found: object) -> Dictionary:
        """Return what content uses by the names it gave: fonts, pictures, patterns, colours."""
        out = Dictionary()
        if isinstance(found, Dictionary):
            for category in RESOURCES:
                _set(out, category, self._named(found.get(category)))
        return out

    def copied(self, found: object) -> object:
        """Return a copy of anything; of what is not carried over, nothing."""
        if not isinstance(found, Object) or not found.is_indirect:
            return self._made_anew(found)
        place = found.objgen
        if place not in self._made:
            self._made[place] = self._made_anew(found, place)
        return self._made[place]

    def content(self, found: Object | pikepdf.Page) -> Stream:
        """Return content, written anew."""
        return self._target.make_stream(pdf_content.rewritten(found))

    def _made_anew(self, found: object, place: Place | None = None) -> object:
        if isinstance(found, Stream):
            return self._stream(found)
        if isinstance(found, Dictionary):
            out = self._noted(Dictionary(), place)
            self._fill(out, found)
            return out
        if isinstance(found, Array):
            return self._array(found, place)
        return _plain(found)

    def _array(self, found: Array, place: Place | None) -> object:
        first, *others = found or (None,)
        if first == Name.ICCBased:
            # Its profile says which camera, screen or printer it is of.
            said = others[0].get("/N") if others and isinstance(others[0], Stream) else None
            return Name(DEVICE_OF.get(said, "/DeviceRGB"))
        out = self._noted(Array(), place)
        for one in found:
            out.append(self.copied(one))
        return out

    def _noted(self, made: Object, place: Place | None) -> Object:
        """Note an object before it is filled: what it leads to may lead back to it."""
        if place is None:
            return made
        noted = self._target.make_indirect(made)
        self._made[place] = noted
        return noted

    def _fill(self, out: Object, found: Object) -> None:
        for key, value in found.items():
            if key == "/Resources":
                out[key] = self.resources(value)
            elif key == "/Colorants":
                _set(out, key, self._named(value))
            elif key == "/CharProcs" and isinstance(value, Dictionary):
                signs = {name: self.content(sign) for name, sign in value.items()}
                out[key] = Dictionary(signs)
            elif key in KEYS and key not in PACKING:
                _set(out, key, self.copied(value))

    def _named(self, found: object) -> Dictionary | None:
        """Return a copy of what stands under names that nobody but the document knows."""
        if not isinstance(found, Dictionary):
            return None
        out = Dictionary()
        for name, value in found.items():
            _set(out, name, self.copied(value))
        return out

    def _stream(self, found: Stream) -> object:
        is_picture = found.get("/Subtype") == Name.Image
        packed = pdf_pictures.packed(found) if is_picture else None
        if is_picture and packed is None:
            return None  # a page shows nothing where its picture is none
        out = self._target.make_stream(b"")
        self._made[found.objgen] = out  # a stream always has a number of its own
        self._fill(out, found)
        if packed is None:
            out.write(_unpacked(found))
            return out
        for key, value in packed.described.items():
            out[key] = Name(value) if isinstance(value, str) else value
        said = self.copied(packed.parms)
        parms = said if isinstance(said, Array | Dictionary) else None
        out.write(packed.data, filter=_names(packed.filters), decode_parms=parms)
        return out


def _names(filters: tuple[str, ...]) -> Array | None:
    """Return by what bytes are packed, in an object of no document."""
    return Array([Name(one) for one in filters]) if filters else None


def _plain(found: object) -> object:
    """Return a text, a name or a number anew; what comes from a document belongs to it."""
    if isinstance(found, String):
        return String(bytes(found))
    if isinstance(found, Name):
        return Name(str(found))
    return found if isinstance(found, int | Decimal) else None


def _set(out: Object, key: str, value: object) -> None:
    if value is not None:
        out[key] = value


def _unpacked(found: Stream) -> bytes:
    if found.get("/Subtype") == Name.Form or found.get("/PatternType") == 1:
        return pdf_content.rewritten(found)
    data = pdf_pictures.bounded(found).read_bytes()
    return COMMENTS.sub(b"", data) if _IS_CMAP in data else data
