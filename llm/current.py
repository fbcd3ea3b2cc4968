"""The models that the settings of this process choose."""

from llm.embeddings import Embedder
from llm.registry import get_embedder
from settings import get_settings


def embedder(model: str | None = None) -> Embedder:
    """Give the embedder of a model that vectors were made with; None means the one that the settings choose."""
    settings = get_settings()
    return get_embedder(settings.model_copy(update={"embedding_model": model}) if model else settings)
