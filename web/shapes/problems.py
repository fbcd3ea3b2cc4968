"""RFC 9457 problems."""

from pydantic import BaseModel, Field


class FieldError(BaseModel):
    """One wrong field."""

    field: str = Field(description="Path of the field, for example filters.from")
    code: str
    message: str


class ProblemShape(BaseModel):
    """A refusal: `code` is stable, `detail` says in the reader's language what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str = Field(description="The request's number, for an administrator")
    errors: list[FieldError] | None = None
