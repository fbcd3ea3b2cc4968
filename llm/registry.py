"""Choose the models by the settings."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from llm.embedded_e5 import MODEL as EMBEDDED_MODEL
from llm.embedded_e5 import EmbeddedE5
from llm.embeddings import Embedder
from llm.errors import ModelNotConfiguredError


class EmbeddingSettings(Protocol):
    """What of the settings decides about the embedding model."""

    @property
    def embedding_model(self) -> str | None: ...
    @property
    def embedding_dimension(self) -> int | None: ...
    @property
    def embedding_api_version(self) -> str: ...
    @property
    def openai_api_key(self) -> SecretStr | None: ...
    @property
    def openai_base_url(self) -> str | None: ...
    @property
    def azure_openai_endpoint(self) -> str | None: ...
    @property
    def data_dir(self) -> Path: ...
    @property
    def model_threads(self) -> int: ...


@dataclass(frozen=True)
class _Remote:
    model: str
    dimension: int | None
    version: str
    key: str | None
    base_url: str | None
    azure_endpoint: str | None


def get_embedder(settings: EmbeddingSettings) -> Embedder:
    """Give the embedding model: the embedded one unless another is named; the same object for the same settings.

    A key alone changes nothing: it may be there for the chat model, and vectors of two models don't mix.
    """
    if settings.embedding_model in (None, EMBEDDED_MODEL):
        return _embedded(settings.data_dir, settings.model_threads)
    return _remote(_remote_choice(settings))


def _remote_choice(settings: EmbeddingSettings) -> _Remote:
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    if not (key or settings.openai_base_url or settings.azure_openai_endpoint):
        raise ModelNotConfiguredError
    return _Remote(
        model=str(settings.embedding_model),
        dimension=settings.embedding_dimension,
        version=settings.embedding_api_version,
        key=key,
        base_url=settings.openai_base_url,
        azure_endpoint=settings.azure_openai_endpoint,
    )


@cache
def _embedded(data_dir: Path, threads: int) -> Embedder:
    return EmbeddedE5(data_dir, threads=threads)


@cache
def _remote(choice: _Remote) -> Embedder:
    # Imported here: the openai package takes half a second that the embedded default never needs.
    from llm.openai_client import Connection
    from llm.openai_embeddings import OpenAIEmbeddings

    connection = Connection(choice.key, choice.base_url, choice.azure_endpoint, choice.version)
    return OpenAIEmbeddings(connection, choice.model, dimension=choice.dimension)
