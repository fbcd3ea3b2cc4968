"""People who stream, as the API shows them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ingesters.sales_totals import Direction
from web.shapes.external import FigureShape
from web.shapes.texts import Short


class LiverQuery(BaseModel):
    """How much of the list, and from where."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200, description="Most items in the answer")
    cursor: Short | None = Field(None, description="next_cursor of the answer before")


class LiverSummary(BaseModel):
    """A person; `id` is the name that their sessions carry."""

    id: str
    name: str
    sessions: int
    last_at: datetime


class LiverList(BaseModel):
    """People by name."""

    items: list[LiverSummary]
    next_cursor: str | None


class SessionShape(BaseModel):
    """One live stream with the figures that count for it."""

    analysis_id: UUID
    stream_id: str | None
    title: str | None
    at: datetime
    metrics: list[FigureShape]


class TrendShape(BaseModel):
    """GMV of the latest sessions against as many before; `change` is a share, 0.2 is 20 % more."""

    direction: Direction
    change: float | None
    currency: str | None
    compared: int


class LiverAnswer(BaseModel):
    """A person's sessions, newest first, what they add up to, and where they are heading."""

    id: str
    name: str
    sessions: list[SessionShape]
    totals: list[FigureShape]
    trend: TrendShape
