"""Formats without pages, cut into parts of bounded size so that no long document is in memory at once."""

from collections.abc import Iterable, Iterator

from extractors.model import Block, Page

PART_CHARACTERS = 400_000


def parts(blocks: Iterable[Block]) -> Iterator[Page]:
    """Gather blocks into pages; there is at least one, and a heading never ends one."""
    gathered: list[Block] = []
    size, number = 0, 0
    for block in blocks:
        if size > PART_CHARACTERS and block.kind == "heading":
            number += 1
            yield part(number, gathered)
            gathered, size = [], 0
        gathered.append(block)
        size += len(block.text)
        if size > 2 * PART_CHARACTERS:
            number += 1
            yield part(number, gathered)
            gathered, size = [], 0
    if gathered or not number:
        yield part(number + 1, gathered)


def part(number: int, blocks: Iterable[Block], label: str | None = None) -> Page:
    """Make one part."""
    kept = tuple(blocks)
    return Page(number, label, None, None, "\n\n".join(block.text for block in kept), kept)
