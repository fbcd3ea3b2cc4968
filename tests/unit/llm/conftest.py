"""A chat server that misbehaves on demand, and models that ask it."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from llm.chat import Config
from llm.gate import Gate, Terms
from llm.memory_book import MemoryBook
from llm.openai_chat import OpenAIChat
from llm.prices import prices
from llm.retries import Patience
from tests.unit.llm.chat_stub import ChatStub

MakeChat = Callable[..., OpenAIChat]


@pytest.fixture
def server() -> Iterator[ChatStub]:
    """Give a chat server."""
    with ChatStub() as stub:
        yield stub


@pytest.fixture
def book() -> MemoryBook:
    """Give an empty book."""
    return MemoryBook()


@pytest.fixture
def slept() -> list[float]:
    """Give the waits between tries."""
    return []


@pytest.fixture
def patience(slept: list[float]) -> Patience:
    """Give a patience that waits for nothing between tries."""
    return Patience(attempts=3, timeout=0.4, first_wait=1, queue=0.0, sleep=slept.append, chance=lambda: 1.0)


@pytest.fixture
def make_chat(server: ChatStub, book: MemoryBook, patience: Patience) -> MakeChat:
    """Make chat models of that server, of any kind of provider."""

    def make(
        provider: str = "compatible", model: str = "gpt-4o-mini", budget: Decimal | None = None, **config: object
    ) -> OpenAIChat:
        gate = Gate(book, Terms(provider, model, "chat", prices(), most=4, budget=budget))
        return OpenAIChat(server.provider(provider), gate, Config(**config), patience=patience)  # type: ignore[arg-type]  # the test names fields

    return make
