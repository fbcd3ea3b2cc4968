"""What the API says about models, providers, the budget and what was used."""

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Purpose = Literal["chat", "vision", "speech", "embedding"]
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[!-~]+$")]


class ModelConfig(BaseModel):
    """How a model is asked."""

    temperature: float | None
    max_tokens: int
    context_length: int


class PurposeShape(BaseModel):
    """The model that a purpose uses; without one, reports and answers are made without a language model."""

    purpose: Purpose
    state: Literal["ready", "embedded", "none", "no_server"]
    provider: str | None
    model: str | None
    is_default: bool = Field(description="True: the settings name it. False: somebody chose it while running")
    config: ModelConfig | None


class BreakerShape(BaseModel):
    """Whether a provider is asked: `open` leaves it alone after faults in a row, `half_open` tries it with one call."""

    state: Literal["closed", "open", "half_open"]
    failures: int
    fault: str | None
    until: datetime.datetime | None


class ProviderShape(BaseModel):
    """A server that models are asked of."""

    name: str
    host: str
    is_paid: bool
    calls_under_way: int
    calls_at_once: int
    breaker: BreakerShape


class BudgetShape(BaseModel):
    """The money for paid models in this month (UTC): `warn` from 80 %, at 100 % paid calls stop."""

    state: Literal["unlimited", "ok", "warn", "spent"]
    currency: str
    limit: float | None
    share: float | None = Field(description="Part of the limit that all workspaces together have spent")
    spent_here: float = Field(description="What this workspace has spent")


class ModelsShape(BaseModel):
    """The models in use, the providers and the budget."""

    purposes: list[PurposeShape]
    providers: list[ProviderShape]
    budget: BudgetShape


class ChoiceBody(BaseModel):
    """The model to use from now on; null uses none. Config fields left out keep what is stored for the model."""

    model_config = ConfigDict(extra="forbid")

    model: ModelName | None
    provider: Literal["openai", "azure", "compatible"] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    context_length: Annotated[int, Field(ge=256, le=100_000_000)] | None = None


class ModelFault(BaseModel):
    """Why a model could not be asked."""

    code: str
    message: str


class AvailableShape(BaseModel):
    """The models of one provider, as it says itself."""

    provider: str
    models: list[str]
    error: ModelFault | None


class AvailableList(BaseModel):
    """The models of every provider."""

    items: list[AvailableShape]


class TrialShape(BaseModel):
    """What a model answered to the smallest call."""

    text: str
    ms: int
    error: ModelFault | None


class UsageQuery(BaseModel):
    """From which day to which, both counted (UTC); without them, this month."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: datetime.date | None = Field(None, alias="from")
    until: datetime.date | None = Field(None, alias="to")


class UsageDay(BaseModel):
    """What was used of a model on a day."""

    day: datetime.date
    purpose: str
    provider: str
    model: str
    calls: int
    failures: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cost: float


class UsageShape(BaseModel):
    """What was used, day by day, newest first."""

    items: list[UsageDay]
    currency: str
    cost: float
    budget: BudgetShape
