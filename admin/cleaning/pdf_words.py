"""PDF words: the keys and operators of a document that are carried over. No other is.

A list of what is allowed cannot forget what some program will invent: scripts, actions, links,
attachments, remarks, forms, layers and everything that says who, when and with what are left
behind because they are not on it.
"""

from collections.abc import Mapping
from typing import Final


def _keys(*words: str) -> frozenset[str]:
    return frozenset(f"/{key}" for key in " ".join(words).split())


_FONTS: Final = (
    "Type Subtype BaseFont Name FirstChar LastChar Widths FontDescriptor Encoding ToUnicode "
    "DescendantFonts CIDSystemInfo DW W DW2 W2 CIDToGIDMap FontBBox FontMatrix FontName Flags "
    "ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth "
    "MissingWidth FontFile FontFile2 FontFile3 CharSet FontStretch FontWeight CIDSet Length1 "
    "Length2 Length3 BaseEncoding Differences Registry Ordering Supplement CMapName WMode "
    "UseCMap "
)
_FORMS: Final = (
    "FormType BBox Matrix Group S CS I K PatternType PaintType TilingType XStep YStep "
    "ShadingType ColorSpace Background AntiAlias Coords Domain Function Extend "
    "BitsPerCoordinate BitsPerComponent BitsPerFlag Decode VerticesPerRow FunctionType Range "
    "Size BitsPerSample Order Encode C0 C1 N Functions Bounds Shading ExtGState "
)
_PAINTING: Final = (
    "LW LC LJ ML D RI OP op OPM Font BG BG2 UCR UCR2 TR TR2 HT FL SM SA BM SMask CA ca AIS TK "
    "G BC HalftoneType Frequency Angle SpotFunction AccurateScreens HalftoneName "
    "TransferFunction Width Height Width2 Height2 Xsquare Ysquare Default "
)
_COLOURS: Final = (
    "WhitePoint BlackPoint Gamma Colorants Process MixingHints Components Solidities "
    "PrintingOrder DotGain "
)
_PICTURES: Final = (
    "Intent ImageMask Mask Interpolate SMaskInData Matte Predictor Colors Columns EarlyChange "
    "Rows EndOfLine EncodedByteAlign EndOfBlock BlackIs1 DamagedRowsBeforeError JBIG2Globals "
    "ColorTransform"
)
# Keys of dictionaries, whatever they belong to.
KEYS: Final = _keys(_FONTS, _FORMS, _PAINTING, _COLOURS, _PICTURES)
# Of what a page or a form uses: dictionaries whose keys are names that its content chose.
RESOURCES: Final = ("/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font")
# How a page is turned and cut, from itself or from what it hangs on.
PAGE_BOXES: Final = ("/MediaBox", "/CropBox", "/Rotate")
PICTURE_KEYS: Final = _keys(
    "Type Subtype Width Height ColorSpace BitsPerComponent Intent ImageMask Mask Decode "
    "Interpolate SMask SMaskInData Matte Filter DecodeParms"
)
# How bytes are packed is said by whoever packs them.
PACKING: Final = frozenset({"/Filter", "/DecodeParms", "/Length"})
DEVICE_OF: Final[Mapping[object, str]] = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
# Operators and how many operands they take; as many as there are where it differs. Marks around
# content are not among them: they carry names of layers, other words to be read out, anything.
ANY: Final = -1
OPERATORS: Final = {
    **dict.fromkeys(("q", "Q", "h", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"), 0),
    **dict.fromkeys(("W", "W*", "BT", "ET", "T*"), 0),
    **dict.fromkeys(("w", "J", "j", "M", "ri", "i", "gs", "Tc", "Tw", "Tz", "TL", "Tr", "Ts"), 1),
    **dict.fromkeys(("CS", "cs", "G", "g", "sh", "Do"), 1),
    **dict.fromkeys(("d", "m", "l", "Tf", "Td", "TD", "d0"), 2),
    **dict.fromkeys(("RG", "rg"), 3),
    **dict.fromkeys(("v", "y", "re", "K", "k"), 4),
    **dict.fromkeys(("cm", "c", "Tm", "d1"), 6),
    **dict.fromkeys(("SC", "sc", "SCN", "scn"), ANY),
}
# These alone carry words, and the words are what is seen.
OF_TEXT: Final = {"Tj": 1, "TJ": 1, "'": 1, '"': 3}
