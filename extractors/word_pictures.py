"""The pictures of a Word file, where they stand: inside a paragraph, or in a cell of a table."""

from collections.abc import Iterator
from typing import Any

from extractors.model import Block
from extractors.page_ocr_pictures import Pictures

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SHOWN = {
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip": f"{_R}embed",
    "{urn:schemas-microsoft-com:vml}imagedata": f"{_R}id",
}
"""Element -> the attribute that names its picture."""


class WordPictures:
    """Reads the pictures of one document's body."""

    def __init__(self, part: Any, pictures: Pictures) -> None:
        """Look pictures up among the parts that the body's part refers to."""
        self._part = part
        self._pictures = pictures

    def blocks(self, element: Any) -> Iterator[Block]:
        """Yield what the pictures inside an element say, without those in its text boxes, which are read themselves."""
        for tag, attribute in _SHOWN.items():
            for shown in element.iter(tag):
                data = None if _is_inside(shown, element) else self._data(shown.get(attribute))
                if data is not None:
                    yield from self._pictures.blocks(data, Block("paragraph", ""))

    def _data(self, relation: str | None) -> bytes | None:
        part = self._part.related_parts.get(relation) if relation else None
        data = getattr(part, "blob", None)
        return data if isinstance(data, bytes) else None


def _is_inside(shown: Any, element: Any) -> bool:
    """Tell whether a text box, or a copy for old versions, lies between the picture and the element."""
    for above in shown.iterancestors():
        if above is element:
            return False
        if above.tag in (f"{_MC}Fallback", f"{_W}txbxContent"):
            return True
    return False
