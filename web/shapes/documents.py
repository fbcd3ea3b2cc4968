"""Documents as the API shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from db.chunks import ChunkRow
from db.documents import Document
from db.pages import TableRow
from extractors.errors import WARNINGS
from web.problems import in_language


class WarningShape(BaseModel):
    """Something that could not be read in full."""

    code: str
    place: str
    message: str


class DocumentSummary(BaseModel):
    """A document without its content."""

    id: UUID
    job_id: UUID
    kind: str
    filename: str
    title: str | None
    media_type: str
    bytes: int
    language: str | None
    pages: int
    product: str | None
    liver: str | None
    occurred_at: datetime | None
    metadata: dict[str, Any]
    warnings: list[WarningShape]
    created_at: datetime
    ready_at: datetime | None = Field(description="When all of it could be found by meaning, too")


class ChunkShape(BaseModel):
    """A passage that search can find; bbox is x, y, width, height in the page's units."""

    id: int
    text: str
    page: int | None
    sheet: str | None
    cell_range: str | None
    bbox: list[float] | None
    heading_path: list[str]


class TableShape(BaseModel):
    """A table as rows of text."""

    page: int
    sheet: str | None
    cell_range: str | None
    bbox: list[float] | None
    rows: list[list[str]]


class DocumentShape(DocumentSummary):
    """A document with its passages and tables."""

    chunks: list[ChunkShape]
    tables: list[TableShape]
    next_cursor: str | None = Field(description="Give it as `cursor` to read the passages after these")


class DocumentList(BaseModel):
    """Documents, newest first."""

    items: list[DocumentSummary]
    next_cursor: str | None


class ContentQuery(BaseModel):
    """Which of a document's passages."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(2000, ge=1, le=5000, description="Most passages in the answer")
    cursor: int = Field(-1, ge=-1, le=2**31 - 1, description="next_cursor of the answer before")


class PageText(BaseModel):
    """The text of one page."""

    page: int
    label: str | None
    text: str


class DocumentText(BaseModel):
    """A document's text by page."""

    pages: list[PageText]


def summary(document: Document) -> DocumentSummary:
    """Show a document without its content."""
    return DocumentSummary(**_fields(document))


def shape(
    document: Document, chunks: Sequence[ChunkRow], tables: Sequence[TableRow], next_cursor: str | None
) -> DocumentShape:
    """Show a document with its content."""
    return DocumentShape(
        **_fields(document),
        chunks=[ChunkShape.model_validate(chunk, from_attributes=True) for chunk in chunks],
        tables=[TableShape.model_validate(table, from_attributes=True) for table in tables],
        next_cursor=next_cursor,
    )


def warning_shape(found: dict[str, str]) -> WarningShape:
    """Show something that could not be read in full."""
    code = found.get("code", "")
    return WarningShape(code=code, place=found.get("place", ""), message=in_language(*WARNINGS.get(code, (code, code))))


def _fields(document: Document) -> dict[str, Any]:
    names = DocumentSummary.model_fields.keys() - {"warnings"}
    return {name: getattr(document, name) for name in names} | {
        "warnings": [warning_shape(w) for w in document.warnings]
    }
