"""Hidden words: pictures with words planted where programs hide them, and the search for them.

Each word is a canary of its own, so that a test says which of them came through.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Name, Pdf
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

SIZE = (64, 48)


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
