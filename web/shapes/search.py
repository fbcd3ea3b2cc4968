"""Questions and hits as the API shows them."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from db import screenshots
from db.search import Filters
from retrieval.search import Hit
from web.shapes.texts import Question, Short


class FilterBody(BaseModel):
    """What hits must be; `from` and `to` select by when it happened."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    kind: Short | None = None
    product: Short | None = None
    liver: Short | None = None
    document_id: UUID | None = None
    screenshot_id: UUID | None = None
    video_id: UUID | None = None
    since: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: Annotated[AwareDatetime | None, Field(alias="to")] = None

    def filters(self) -> Filters:
        """Give the filters as retrieval takes them."""
        chosen = self.model_dump(exclude={"screenshot_id"})
        if self.screenshot_id is not None:
            chosen |= {"document_id": self.screenshot_id, "kind": self.kind or screenshots.KIND}
        return Filters(**chosen)


class SearchBody(BaseModel):
    """A question in words."""

    model_config = ConfigDict(extra="forbid")

    query: Question
    top_k: int = Field(10, ge=1, le=100)
    filters: FilterBody = Field(default_factory=FilterBody)


class SourceShape(BaseModel):
    """Where a passage comes from; bbox is x, y, width, height in the page's units."""

    kind: str
    document_id: UUID | None
    screenshot_id: UUID | None
    video_id: UUID | None
    filename: str
    title: str | None
    page: int | None
    sheet: str | None
    cell_range: str | None
    bbox: list[float] | None
    start_ms: int | None
    end_ms: int | None
    heading_path: list[str]


class HitShape(BaseModel):
    """A passage that may answer."""

    chunk_id: int
    text: str
    score: float
    scores: dict[str, float]
    source: SourceShape


class SearchAnswer(BaseModel):
    """The best passages, best first."""

    hits: list[HitShape]
    took_ms: float
    by_words_only: bool = Field(description="True while the embedding model does not answer")


def hit_shape(hit: Hit) -> HitShape:
    """Show a hit."""
    return HitShape(
        chunk_id=hit.chunk_id,
        text=hit.text,
        score=hit.score,
        scores=dict(hit.scores),
        source=SourceShape.model_validate(hit.source, from_attributes=True),
    )
