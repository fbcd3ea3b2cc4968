"""Webhook sources and endpoints as the API takes and shows them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from db.endpoints import Endpoint
from db.sends import Send, Try
from db.sources import Source
from web.shapes.lists import Paging
from web.shapes.texts import Name, Short

Scheme = Literal["standard", "timestamped", "github", "shopify", "tiktok_shop"]


class SourceBody(BaseModel):
    """Who will send, and how they sign; without a secret one is made."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    scheme: Scheme = "standard"
    app_id: Short | None = None
    secret: Short | None = None


class RotateBody(BaseModel):
    """A secret that the other side has made; without it one is made."""

    model_config = ConfigDict(extra="forbid")

    secret: Short | None = None


class SourceShape(BaseModel):
    """A source; messages are posted to `path`."""

    id: UUID
    name: str
    scheme: Scheme
    app_id: str | None
    path: str
    created_at: datetime


class SourceSecret(BaseModel):
    """A source with its new secret, which is shown this once."""

    source: SourceShape
    secret: str


class SourceList(BaseModel):
    """The workspace's sources by name."""

    items: list[SourceShape]
    next_cursor: None = None


def source_shape(source: Source) -> SourceShape:
    """Show a source."""
    path = f"/api/v1/external/analysis/store?source={source.id}"
    return SourceShape(
        id=source.id,
        name=source.name,
        scheme=source.scheme,
        app_id=source.app_id,
        path=path,
        created_at=source.created_at,
    )


class EndpointBody(BaseModel):
    """Where events are to be sent; `*` stands for all events."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=4096)
    events: list[Short] = Field(default=["*"], max_length=50)
    description: Short = ""


class EndpointChange(BaseModel):
    """What is to be different; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(None, max_length=4096)
    events: list[Short] | None = Field(None, max_length=50)
    description: Short | None = None
    enabled: bool | None = None


class EndpointShape(BaseModel):
    """An endpoint; `disabled_reason` is `by_hand`, `failing` (for days) or `gone` (it answered 410)."""

    id: UUID
    url: str
    description: str
    events: list[str]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: Literal["by_hand", "failing", "gone"] | None


class EndpointSecret(BaseModel):
    """An endpoint with its new secret, which is shown this once."""

    endpoint: EndpointShape
    secret: str


class EndpointList(BaseModel):
    """The workspace's endpoints, newest first."""

    items: list[EndpointShape]
    next_cursor: None = None


class SendQuery(Paging):
    """Which messages."""

    endpoint_id: UUID


class TryShape(BaseModel):
    """One try: the endpoint's status and the beginning of its answer, or what kept it from answering."""

    at: datetime | None
    status: int | None
    fault: str | None
    answer: str
    ms: int


class SendShape(BaseModel):
    """A message to an endpoint; `due_at` is when it is tried next while it is waiting."""

    id: UUID
    endpoint_id: UUID
    message_id: UUID
    event: str
    state: Literal["waiting", "delivered", "given_up"]
    tries: int
    due_at: datetime
    created_at: datetime
    last_status: int | None
    last_fault: str | None


class SendAnswer(SendShape):
    """A message with what it says and all its tries, newest first."""

    data: dict[str, object]
    log: list[TryShape]


class SendList(BaseModel):
    """Messages to an endpoint, newest first."""

    items: list[SendShape]
    next_cursor: str | None


class SendId(BaseModel):
    """The message that will be sent."""

    send_id: UUID


def endpoint_shape(endpoint: Endpoint) -> EndpointShape:
    """Show an endpoint."""
    return EndpointShape.model_validate(endpoint, from_attributes=True)


def send_shape(send: Send) -> SendShape:
    """Show a message."""
    return SendShape.model_validate(send, from_attributes=True)


def send_answer(send: Send, tries: list[Try]) -> SendAnswer:
    """Show a message with its tries."""
    log = [TryShape.model_validate(one, from_attributes=True) for one in tries]
    return SendAnswer(**send_shape(send).model_dump(), data=send.data, log=log)
