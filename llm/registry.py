"""Choose the models by the settings."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from llm.connection import Connection, ServerSettings, providers
from llm.embedded_e5 import MODEL as EMBEDDED_MODEL
from llm.embedded_e5 import EmbeddedE5
from llm.embeddings import Embedder
from llm.errors import ModelNotConfiguredError
from llm.gate import Gate

if TYPE_CHECKING:
    from llm.openai_embeddings import OpenAIEmbeddings


class EmbeddingSettings(ServerSettings, Protocol):
    """What of the settings decides about the embedding model."""

    @property
    def embedding_model(self) -> str | None: ...
    @property
    def embedding_dimension(self) -> int | None: ...
    @property
    def embedding_api_version(self) -> str: ...
    @property
    def data_dir(self) -> Path: ...
    @property
    def model_threads(self) -> int: ...


@dataclass(frozen=True)
class _Remote:
    model: str
    dimension: int | None
    connection: Connection


def get_embedder(settings: EmbeddingSettings, gate: Gate | None = None) -> Embedder:
    """Give the embedding model: the embedded one unless another is named; the same object for the same settings.

    A key alone changes nothing: it may be there for the chat model, and vectors of two models don't mix.
    """
    if is_embedded(settings):
        return _embedded(settings.data_dir, settings.model_threads)
    remote = _remote(_remote_choice(settings))
    return remote.behind(gate) if gate else remote


def is_embedded(settings: EmbeddingSettings) -> bool:
    """Tell whether the embedded model is the one in use."""
    return settings.embedding_model in (None, EMBEDDED_MODEL)


def _remote_choice(settings: EmbeddingSettings) -> _Remote:
    found = providers(settings)
    if not found:
        raise ModelNotConfiguredError
    connection = replace(found[0].connection, azure_version=settings.embedding_api_version)
    return _Remote(str(settings.embedding_model), settings.embedding_dimension, connection)


@cache
def _embedded(data_dir: Path, threads: int) -> Embedder:
    return EmbeddedE5(data_dir, threads=threads)


@cache
def _remote(choice: _Remote) -> "OpenAIEmbeddings":
    # Imported here: vectors of the embedded default need none of it.
    from llm.openai_embeddings import OpenAIEmbeddings

    return OpenAIEmbeddings(choice.connection, choice.model, dimension=choice.dimension)
