"""Hidden documents: a PDF with words planted wherever a document can hide them."""

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.hidden_words import Canaries, a_jpeg, as_picture, profile, xmp

WIDGET = 3  # which of the annotations is a field of a form


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
