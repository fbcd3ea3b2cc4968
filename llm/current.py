"""The models that the settings of this process choose."""

from llm.embeddings import Embedder
from llm.registry import get_embedder
from settings import get_settings


def embedder(model: str | None = None, dimension: int | None = None) -> Embedder:
    """Give the embedder of a model and the dimension of its vectors; without a model, the one the settings choose."""
    settings = get_settings()
    wanted = {"embedding_model": model, "embedding_dimension": dimension}
    return get_embedder(settings.model_copy(update=wanted) if model else settings)
