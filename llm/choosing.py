"""Which model a purpose uses: what was chosen while the platform runs, else what the settings say, else none."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from llm.book import Book, Configured
from llm.chat import Config
from llm.connection import Provider, ServerSettings, providers
from llm.errors import ModelNotConfiguredError
from llm.gate import Gate, Terms
from llm.prices import prices


class ModelSettings(ServerSettings, Protocol):
    """What of the settings decides about models."""

    @property
    def chat_model(self) -> str | None: ...
    @property
    def vision_model(self) -> str | None: ...
    @property
    def speech_model(self) -> str | None: ...
    @property
    def model_calls_at_once(self) -> int: ...
    @property
    def model_seconds(self) -> float: ...
    @property
    def model_monthly_budget(self) -> Decimal | None: ...
    @property
    def prices_file(self) -> Path | None: ...


@dataclass(frozen=True)
class Chosen:
    """The model of a purpose; `is_default` when the settings name it."""

    purpose: str
    provider: Provider
    model: str
    config: Config
    is_default: bool


def choose(settings: ModelSettings, book: Book, purpose: str) -> Chosen | None:
    """Give the model of a purpose, None when there is none; raise ModelNotConfiguredError for one without a server."""
    picked, default = book.choice(purpose), default_model(settings, purpose)
    model = picked.model if picked else default
    if model is None:
        return None
    provider = provider_named(settings, picked.provider if picked else None)
    return Chosen(purpose, provider, model, _config(book.config(provider.name, model)), picked is None)


def default_model(settings: ModelSettings, purpose: str) -> str | None:
    """Give the model that the settings name for a purpose."""
    defaults = {"chat": settings.chat_model, "vision": settings.vision_model, "speech": settings.speech_model}
    return defaults[purpose]


def provider_named(settings: ServerSettings, name: str | None) -> Provider:
    """Find a configured server, the default one without a name; raise ModelNotConfiguredError."""
    found = [provider for provider in providers(settings) if name in (None, provider.name)]
    if not found:
        raise ModelNotConfiguredError(name or "")
    return found[0]


def gate(settings: ModelSettings, book: Book, provider: Provider, model: str, purpose: str) -> Gate:
    """Make the gate before a provider's model."""
    terms = Terms(
        provider=provider.name,
        model=model,
        purpose=purpose,
        prices=prices(settings.prices_file),
        most=settings.model_calls_at_once,
        budget=settings.model_monthly_budget,
    )
    return Gate(book, terms)


def _config(wanted: Configured | None) -> Config:
    usual = Config()
    if wanted is None:
        return usual
    return Config(
        temperature=wanted.temperature,
        max_tokens=wanted.max_tokens or usual.max_tokens,
        context_length=wanted.context_length or usual.context_length,
    )
