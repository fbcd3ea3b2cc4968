"""What a file says of itself is stored only as far as a database and a list can bear it."""

from extractors.chunking import Chunk, Chunker, Place
from extractors.model import Block, Page
from ingesters.document_reading import LONGEST_NAME, new_chunk, short, table_rows

WILD = "題\x00\ud800" + "x" * 9_000
TAME = "題" + "x" * (LONGEST_NAME - 1)


def test_names_lose_what_cannot_be_stored_and_what_is_too_long() -> None:
    table = Block("table", "a", rows=(("a\x00",),), sheet=WILD)
    (row,) = table_rows(Page(1, WILD, None, None, "", (table,)))
    chunk = new_chunk(Chunk(0, "本文", 1, WILD, None, None, (), "paragraph", 1))
    assert (row.sheet, chunk.sheet, short(WILD)) == (TAME, TAME, TAME)


def test_no_name_stays_none() -> None:
    assert short(None) is None


def test_chunks_go_on_between_two_pages_as_if_nothing_had_happened() -> None:
    pages = [
        Page(number, None, None, None, "", (Block("heading", f"{level}", level=level), Block("paragraph", "本文")))
        for number, level in enumerate((1, 3, 2, 4, 1), 1)
    ]
    whole, first = Chunker(), Chunker()
    calm = [chunk for page in pages for chunk in whole.take(page)]
    before = [chunk for page in pages[:3] for chunk in first.take(page)]
    second = Chunker(Place(first.place.ordinal, first.place.headings, first.place.sheet))
    assert [*before, *(chunk for page in pages[3:] for chunk in second.take(page))] == calm
