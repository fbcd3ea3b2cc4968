"""Health as the API shows it."""

from typing import Literal

from pydantic import BaseModel


class HealthAnswer(BaseModel):
    """Whether the platform works."""

    status: Literal["ok", "degraded"]


class PartShape(BaseModel):
    """One part."""

    name: str
    ok: bool
    detail: str


class HealthDetails(HealthAnswer):
    """Whether each part works."""

    parts: list[PartShape]
