"""What a file says of itself is stored only as far as a database and a list can bear it."""

from extractors.chunking import Chunk
from extractors.model import Block, Page
from ingesters import document
from ingesters.document import LONGEST_NAME

WILD = "題\x00\ud800" + "x" * 9_000
TAME = "題" + "x" * (LONGEST_NAME - 1)


def test_names_lose_what_cannot_be_stored_and_what_is_too_long() -> None:
    table = Block("table", "a", rows=(("a\x00",),), sheet=WILD)
    (row,) = document._tables(Page(1, WILD, None, None, "", (table,)))
    chunk = document._chunk(Chunk(0, "本文", 1, WILD, None, None, (), "paragraph", 1))
    assert (row.sheet, chunk.sheet, document._short(WILD)) == (TAME, TAME, TAME)


def test_no_name_stays_none() -> None:
    assert document._short(None) is None
