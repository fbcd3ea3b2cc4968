"""The models in use right now. Each look asks the book again, so a switch counts from the next call on."""

from dataclasses import replace

from llm import choosing
from llm.book import Book
from llm.chat import Chat
from llm.choosing import Chosen
from llm.connection import Provider
from llm.connection import providers as configured
from llm.embeddings import Embedder
from llm.openai_chat import OpenAIChat
from llm.openai_speech import OpenAISpeech
from llm.registry import get_embedder, is_embedded
from llm.retries import IN_A_JOB, Patience
from llm.speech import Speech
from llm.vision import ChatVision, Vision
from settings import get_settings


def embedder(model: str | None = None, dimension: int | None = None, book: Book | None = None) -> Embedder:
    """Give the embedder of a model and the dimension of its vectors; without a model, the one the settings choose.

    With a book, what a remote one costs is written down and limited like every other call.
    """
    settings = get_settings()
    wanted = {"embedding_model": model, "embedding_dimension": dimension}
    asked = settings.model_copy(update=wanted) if model else settings
    if book is None or is_embedded(asked):
        return get_embedder(asked)
    provider = choosing.provider_named(settings, None)
    gate = choosing.gate(settings, book, provider, str(asked.embedding_model), "embedding")
    return get_embedder(asked, gate)


def chat(book: Book, patience: Patience = IN_A_JOB) -> Chat | None:
    """Give the language model; None when none is chosen: reports and answers are then made without one."""
    chosen = choice(book, "chat")
    return _chat(chosen, book, patience) if chosen else None


def vision(book: Book, patience: Patience = IN_A_JOB) -> Vision | None:
    """Give the model that sees; None when none is chosen."""
    chosen = choice(book, "vision")
    return ChatVision(_chat(chosen, book, patience)) if chosen else None


def speech(book: Book, patience: Patience = IN_A_JOB) -> Speech | None:
    """Give the remote model that hears; None when none is chosen."""
    chosen = choice(book, "speech")
    if chosen is None:
        return None
    gate = choosing.gate(get_settings(), book, chosen.provider, chosen.model, "speech")
    return OpenAISpeech(chosen.provider, gate, patience=_in_time(patience))


def choice(book: Book, purpose: str) -> Chosen | None:
    """Say which model a purpose uses; None when there is none."""
    return choosing.choose(get_settings(), book, purpose)


def providers() -> tuple[Provider, ...]:
    """List the servers that models can be asked of."""
    return configured(get_settings())


def _chat(chosen: Chosen, book: Book, patience: Patience) -> OpenAIChat:
    gate = choosing.gate(get_settings(), book, chosen.provider, chosen.model, chosen.purpose)
    return OpenAIChat(chosen.provider, gate, chosen.config, patience=_in_time(patience))


def _in_time(patience: Patience) -> Patience:
    """Give language models the time they need in a job; somebody who waits has their own limit."""
    return replace(patience, timeout=get_settings().model_seconds) if patience is IN_A_JOB else patience
