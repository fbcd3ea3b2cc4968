"""Write small PDFs by hand, so that a test says exactly what stands where."""

from collections.abc import Sequence
from pathlib import Path

HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
BOLD = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>"


def text(x: float, y: float, words: str, *, size: float = 10, font: str = "F1") -> str:
    """Return the drawing of a line; y counts from the bottom."""
    safe = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({safe}) Tj ET"


def write(path: Path, pages: Sequence[str], *, page: str = "", trailer: str = "") -> Path:
    """Write a PDF of these page contents; `page` and `trailer` are added to those dictionaries."""
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        HELVETICA,
        BOLD,
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
        b"stream\n\x80\nendstream",
    ]
    for index, content in enumerate(pages):
        resources = "<</Font<</F1 3 0 R/F2 4 0 R>>/XObject<</Im 5 0 R>>>>"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources{resources}"
            f"/Contents {7 + 2 * index} 0 R{page}>>".encode()
        )
        objects.append(stream(content.encode("latin-1")))
    path.write_bytes(assemble(objects, trailer))
    return path


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<</Length %d%s>>stream\n" % (len(data), extra) + data + b"\nendstream"


def assemble(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """Number the objects and add the table that finds them."""
    out, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + item + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    end = f"trailer<</Size {count}/Root 1 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF".encode()
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end
