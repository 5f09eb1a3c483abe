"""Hidden words: files with words planted where programs hide them, and the search for them.

Each word is a canary of its own, so that a test says which of them came through.
"""

import io
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

SIZE = (64, 48)
WIDGET = 3  # which of the annotations is a field of a form


@dataclass
class Canaries:
    """The words that were planted, each by where it is."""

    planted: dict[str, bytes] = field(default_factory=dict)

    def word(self, where: str) -> str:
        """Return the word for a place, as text without signs that some format would change."""
        text = f"Canary{len(self.planted):03d}{where.replace(' ', '')}"
        self.planted[where] = text.encode()
        return text

    def raw(self, where: str) -> bytes:
        return self.word(where).encode()

    def found_in(self, data: bytes) -> list[str]:
        """Return the places whose words stand in some bytes, in any coding we know."""
        return [
            where
            for where, word in self.planted.items()
            if any(one in data for one in disguises(word.decode()))
        ]


def disguises(word: str) -> Iterator[bytes]:
    for coding in ("utf-8", "utf-16-be", "utf-16-le"):
        yield word.encode(coding)
    yield word.encode().hex().encode()
    yield word.encode().hex().upper().encode()


def a_picture(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture in whose corners one can tell which side is up."""
    picture = Image.new("RGB", size, (200, 220, 240))
    picture.paste((220, 30, 30), (0, 0, size[0] // 2, size[1] // 2))
    return picture.convert(mode)


def exif(said: Canaries, turned: int = 1) -> Image.Exif:
    """Return what a camera writes: who, with what, where, and a note of its maker."""
    made = Image.Exif()
    texts = {0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x0131: "Software"}
    texts |= {0x013B: "Artist", 0x8298: "Copyright", 0x013C: "HostComputer"}
    for tag, name in texts.items():
        made[tag] = said.word(f"exif {name}")
    made[0x0112] = turned
    made[0x9C9B] = said.word("exif XPTitle").encode("utf-16-le") + b"\0\0"
    made[0x9C9C] = said.word("exif XPComment").encode("utf-16-le") + b"\0\0"
    made[0x9C9D] = said.word("exif XPAuthor").encode("utf-16-le") + b"\0\0"
    inside = made.get_ifd(0x8769)
    inside[0x927C] = b"Nikon\0" + said.raw("exif MakerNote")
    inside[0x9286] = b"ASCII\0\0\0" + said.raw("exif UserComment")
    inside[0xA430] = said.word("exif CameraOwnerName")
    inside[0xA431] = said.word("exif BodySerialNumber")
    inside[0xA435] = said.word("exif LensSerialNumber")
    inside[0xA420] = said.word("exif ImageUniqueID")
    inside[0x9003] = said.word("exif DateTimeOriginal")
    where = made.get_ifd(0x8825)
    where[1], where[2] = "N", (35.0, 40.0, 12.5)
    where[0x1B] = said.raw("gps ProcessingMethod")
    where[0x1C] = said.raw("gps AreaInformation")
    where[0x12] = said.word("gps MapDatum")
    return made


def xmp(said: Canaries, where: str) -> bytes:
    inside = f"<dc:format>{said.word(f'xmp {where}')}</dc:format>"
    spaces = "xmlns:dc='http://purl.org/dc/elements/1.1/' rdf:about=''"
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    described = f"<rdf:Description {spaces}>{inside}</rdf:Description>"
    return (
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        f"<rdf:RDF xmlns:rdf='{rdf}'>{described}</rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    ).encode()


def profile(said: Canaries, where: str) -> bytes:
    """Return a profile of colours whose description names a device."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    described = ImageCms.getProfileDescription(io.BytesIO(made)).strip()
    word = said.word(f"icc {where}")[: len(described)]
    said.planted[f"icc {where}"] = word.encode()
    for coding in ("utf-16-be", "ascii"):
        made = made.replace(described.encode(coding), word.encode(coding))
    return made + said.raw(f"icc {where} behind its end")


def segment(mark: int, data: bytes) -> bytes:
    return bytes((0xFF, mark)) + struct.pack(">H", len(data) + 2) + data


def a_jpeg(said: Canaries, turned: int = 1) -> bytes:
    out = io.BytesIO()
    a_picture().save(out, "JPEG", exif=exif(said, turned), icc_profile=profile(said, "of a jpeg"))
    data = out.getvalue()
    thumbnail = io.BytesIO()
    a_picture(size=(16, 12)).save(thumbnail, "JPEG", comment=said.raw("thumbnail comment"))
    iptc = b"\x1c\x02\x50" + struct.pack(">H", 40) + said.raw("iptc by-line").ljust(40)
    photoshop = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc
    added = (
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp(said, "of a jpeg"))
        + segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + said.raw("xmp extended"))
        + segment(0xED, photoshop)
        + segment(0xE0, b"JFXX\0\x10" + thumbnail.getvalue())
        + segment(0xEB, b"JP\0\0" + said.raw("jumbf of who signed it"))
        + segment(0xFE, said.raw("jpeg comment"))
    )
    return data[:2] + added + data[2:] + said.raw("behind the end of a jpeg")


def a_png(said: Canaries) -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", said.word("png tEXt"))
    told.add_text("Comment", said.word("png zTXt"), zip=True)
    told.add_itxt("Title", said.word("png iTXt"))
    told.add_itxt("XML:com.adobe.xmp", xmp(said, "of a png").decode(), zip=True)
    told.add(b"prVt", said.raw("png chunk of somebody's own"))
    out, icc = io.BytesIO(), profile(said, "of a png")
    a_picture("RGBA").save(out, "PNG", pnginfo=told, exif=exif(said), icc_profile=icc)
    return out.getvalue() + said.raw("behind the end of a png")


def a_gif(said: Canaries) -> bytes:
    out = io.BytesIO()
    frames = [a_picture("P"), a_picture("L").convert("P")]
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], comment=said.raw("gif comment")
    )
    data = out.getvalue()
    own = b"\x21\xff\x0bXMP DataXMP" + bytes([30]) + said.raw("gif xmp").ljust(30) + b"\0"
    return data[:-1] + own + b"\x3b"


def a_webp(said: Canaries) -> bytes:
    out, icc = io.BytesIO(), profile(said, "of a webp")
    told = xmp(said, "of a webp")
    a_picture().save(out, "WEBP", exif=exif(said).tobytes(), xmp=told, icc_profile=icc)
    return out.getvalue()


def a_tiff(said: Canaries) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, name in {269: "DocumentName", 270: "Description", 285: "PageName"}.items():
        tags[tag] = said.word(f"tiff {name}")
    tags[305], tags[315], tags[316] = (said.word(f"tiff {n}") for n in ("Software", "Artist", "PC"))
    tags.tagtype[700] = 1
    tags[700] = xmp(said, "of a tiff")
    tags.tagtype[33723] = 7
    tags[33723] = said.raw("tiff iptc")
    tags.tagtype[65000] = 2
    tags[65000] = said.word("tiff tag of somebody's own")
    out = io.BytesIO()
    a_picture().save(out, "TIFF", tiffinfo=tags, icc_profile=profile(said, "of a tiff"))
    return out.getvalue()


def a_bmp(said: Canaries) -> bytes:
    out = io.BytesIO()
    a_picture().save(out, "BMP")
    return out.getvalue() + said.raw("behind the end of a bmp")


PICTURES = {
    "jpeg": a_jpeg,
    "png": a_png,
    "gif": a_gif,
    "webp": a_webp,
    "tiff": a_tiff,
    "bmp": a_bmp,
}


def as_picture(pdf: Pdf, data: bytes, **said: object) -> pikepdf.Object:
    """Put a JPEG into a document."""
    return pdf.make_stream(
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=SIZE[0],
        Height=SIZE[1],
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
        **said,
    )


def a_pdf(said: Canaries, words: str = "They called me again.") -> bytes:
    """Return a document with something hidden wherever a document can hide it."""
    pdf = Pdf.new()
    pdf.add_blank_page(page_size=(300, 200))
    page, root = pdf.pages[0].obj, pdf.Root
    icc = pdf.make_stream(profile(said, "of a pdf"), N=3)
    picture = as_picture(
        pdf,
        a_jpeg(said),
        ColorSpace=Array([Name.ICCBased, icc]),
        Metadata=pdf.make_stream(xmp(said, "of a picture in a pdf")),
        Alternates=Array([Dictionary(Image=String(said.word("pdf alternates")))]),
    )
    form = pdf.make_stream(
        b"q 10 0 0 10 0 0 cm /Im0 Do Q",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 100, 100],
        Resources=Dictionary(XObject=Dictionary(Im0=picture)),
        Metadata=pdf.make_stream(xmp(said, "of a form in a pdf")),
        PieceInfo=Dictionary(Maker=Dictionary(Private=String(said.word("pdf piece of a form")))),
        LastModified=String(said.word("pdf form modified")),
        OPI=Dictionary(F=String(said.word("pdf opi"))),
    )
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(said.word("pdf layer name"))))
    page.Resources = Dictionary(
        XObject=Dictionary(Fm0=form),
        Font=Dictionary(F1=a_font(pdf, said)),
        Properties=Dictionary(Layer=layer, Tag=Dictionary(Own=String(said.word("pdf property")))),
    )
    hidden = said.word
    page.Contents = pdf.make_stream(
        f"% {hidden('pdf comment in content')}\n"
        f"/OC /Layer BDC BT /F1 12 Tf 20 150 Td ({words}) Tj ET EMC\n"
        f"/Span <</ActualText ({hidden('pdf actual text')}) >> BDC EMC\n"
        f"/Point <</Own ({hidden('pdf marked point')})>> DP\n"
        f"({hidden('pdf operand')}) q /Fm0 Do Q\n"
        f"({hidden('pdf operator nobody knows')}) XX\n"
        f"q 4 0 0 4 9 9 cm BI /W 2 /H 2 /BPC 8 /CS /G /Own ({hidden('pdf inline')}) ID abcd EI Q"
        "".encode()
    )
    page.Metadata = pdf.make_stream(xmp(said, "of a page"))
    page.PieceInfo = Dictionary(Maker=Dictionary(Private=String(said.word("pdf piece of a page"))))
    page.LastModified = String(said.word("pdf page modified"))
    page.Thumb = as_picture(pdf, a_jpeg(said), ColorSpace=Name.DeviceRGB)
    page.AA = Dictionary(O=script(said, "pdf script of a page"))
    page.Annots = Array(pdf.make_indirect(one) for one in annotations(pdf, said))
    catalogue(pdf, root, said, layer)
    pdf.docinfo["/Author"] = said.word("pdf author")
    pdf.docinfo["/Producer"] = said.word("pdf producer")
    pdf.docinfo["/Own"] = said.word("pdf info of somebody's own")
    pdf.trailer.ID = Array([String(said.raw("pdf id")), String(b"changed with every change")])
    pdf.trailer.Own = String(said.word("pdf trailer"))
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, fix_metadata_version=False)
    return out.getvalue() + b"\n% " + said.raw("behind the end of a pdf")


def a_font(pdf: Pdf, said: Canaries) -> Dictionary:
    signs = f"% {said.word('pdf comment in a font')}\n1 begincmap endcmap".encode()
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        ToUnicode=pdf.make_stream(signs),
        Metadata=pdf.make_stream(xmp(said, "of a font")),
    )


def script(said: Canaries, where: str) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{said.word(where)}')"))


def annotations(pdf: Pdf, said: Canaries) -> Iterator[Dictionary]:
    rect = [0, 0, 50, 50]
    shown = pdf.make_stream(
        b"",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=rect,
        Own=String(said.word("pdf appearance")),
    )
    yield Dictionary(
        Subtype=Name.Text,
        Rect=rect,
        T=String(said.word("pdf annotation author")),
        Contents=String(said.word("pdf annotation text")),
        M=String(said.word("pdf annotation date")),
        AP=Dictionary(N=shown),
    )
    for kind, key in (("URI", "URI"), ("Launch", "F")):
        action = Dictionary({"/S": Name(f"/{kind}"), f"/{key}": String(said.word(f"pdf {kind}"))})
        yield Dictionary(Subtype=Name.Link, Rect=rect, A=action)
    yield Dictionary(
        Subtype=Name.Widget,
        Rect=rect,
        FT=Name.Tx,
        T=String(said.word("pdf field name")),
        V=String(said.word("pdf field value")),
        AA=Dictionary(K=script(said, "pdf script of a field")),
    )
    yield Dictionary(
        Subtype=Name.RichMedia,
        Rect=rect,
        RichMediaContent=Dictionary(Assets=attached(pdf, said, "pdf rich media")),
    )


def attached(pdf: Pdf, said: Canaries, where: str) -> Dictionary:
    inside = Dictionary(F=pdf.make_stream(said.raw(where), Type=Name.EmbeddedFile))
    named = String(said.word(f"{where} name"))
    return Dictionary(Names=[named, Dictionary(Type=Name.Filespec, F=named, EF=inside)])


def catalogue(pdf: Pdf, root: pikepdf.Object, said: Canaries, layer: pikepdf.Object) -> None:
    root.Metadata = pdf.make_stream(xmp(said, "of a pdf"), Type=Name.Metadata, Subtype=Name.XML)
    root.OpenAction = script(said, "pdf script when opened")
    root.AA = Dictionary(WC=script(said, "pdf script when closed"))
    root.Lang = String(said.word("pdf language"))
    root.PieceInfo = Dictionary(Maker=Dictionary(Private=String(said.word("pdf piece of all"))))
    root.OCProperties = Dictionary(
        OCGs=[layer], D=Dictionary(Name=String(said.word("pdf layers")), OFF=[layer])
    )
    root.Names = Dictionary(
        EmbeddedFiles=attached(pdf, said, "pdf attachment"),
        JavaScript=Dictionary(
            Names=[String(said.word("pdf script name")), script(said, "pdf script by name")]
        ),
    )
    root.AcroForm = Dictionary(
        Fields=[root.Pages.Kids[0].Annots[WIDGET]],
        XFA=pdf.make_stream(f"<xfa>{said.word('pdf xfa')}</xfa>".encode()),
    )
    root.Outlines = Dictionary(Title=String(said.word("pdf outline")))
    root.StructTreeRoot = Dictionary(Alt=String(said.word("pdf structure")))
    root.OutputIntents = [
        Dictionary(Info=String(said.word("pdf output intent")), Own=profile_of(pdf, said))
    ]


def profile_of(pdf: Pdf, said: Canaries) -> pikepdf.Object:
    return pdf.make_stream(profile(said, "of what a pdf is printed on"), N=3)


def unpacked(data: bytes) -> bytes:
    """Return some bytes, and behind them everything in them that unpacks."""
    out = [data]
    if data.startswith(b"%PDF"):
        with Pdf.open(io.BytesIO(data)) as pdf:
            plain = io.BytesIO()
            everything = pikepdf.StreamDecodeLevel.generalized
            pdf.save(plain, qdf=True, compress_streams=False, stream_decode_level=everything)
            out += [plain.getvalue(), *raw_streams(pdf)]
    if data.startswith(b"\x89PNG"):
        out += png_chunks(data)
    return b"\n".join(out)


def raw_streams(pdf: Pdf) -> Iterator[bytes]:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream):
            yield one.read_raw_bytes()


def png_chunks(data: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, inside = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if name == b"zTXt":
            inside = zlib.decompress(inside.partition(b"\0")[2][1:])
        if name == b"iTXt" and b"\0\x01\0\0\0" in inside:
            inside = zlib.decompress(inside.partition(b"\0\x01\0\0\0")[2])
        if name == b"iCCP":
            inside = zlib.decompress(inside.partition(b"\0")[2][1:])
        yield name + inside
        at += 12 + length


def chunks_of(data: bytes) -> Mapping[str, int]:
    """Return which chunks a PNG has."""
    return {chunk[:4].decode(): len(chunk) for chunk in png_chunks(data)}
