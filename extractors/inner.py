"""Files inside other files (ZIP entries, attachments): read through the same table, each page named by its path."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from extractors.errors import ExtractionError
from extractors.model import Block, DocumentInfo, ExtractionWarning, Page
from extractors.options import MAX_DEPTH, Options


class InnerFiles:
    """Number the pages of all inner files in one row and remember what could not be read.

    A page's label, and its blocks' `sheet`, is the inner file's path (with the inner sheet's name after " / "), so
    that a hit inside an archive names the file it is in; its blocks keep the page number of the inner file.
    """

    def __init__(self, first: int = 1) -> None:
        """Start counting pages at `first`."""
        self.number = first
        self.errors: list[ExtractionError] = []

    def pages(self, path: Path, name: str, options: Options) -> Iterator[Page]:
        """Yield the pages of one inner file; one that cannot be read gives an empty page with a warning."""
        from extractors.documents import extract  # the table knows this module; looked up when it is used

        if options.depth >= MAX_DEPTH:
            return
        try:
            for part in extract(path, name, options=options.inside(name)):
                if not isinstance(part, DocumentInfo):
                    yield self._renamed(part, name)
        except ExtractionError as error:
            self.errors.append(error)
            yield self.skipped(name, error.code)

    def skipped(self, name: str, why: str) -> Page:
        """Return the empty page that stands for a file which was not read."""
        warning = ExtractionWarning("entry_skipped", f"{name}: {why}")
        page = Page(self.number, name, None, None, "", (), warnings=(warning,))
        self.number += 1
        return page

    def _renamed(self, page: Page, name: str) -> Page:
        label = f"{name} / {page.label}" if page.label else name
        blocks: tuple[Block, ...] = tuple(replace(block, sheet=label) for block in page.blocks)
        renamed = replace(page, number=self.number, label=label, blocks=blocks)
        self.number += 1
        return renamed
