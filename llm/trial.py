"""Try a purpose's model with the smallest call there is, so that somebody sees whether it answers."""

import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path

from llm import current
from llm.book import Book
from llm.chat import Message
from llm.retries import Patience

PATIENCE = Patience(attempts=1, timeout=30.0, queue=5.0)
QUESTION = "Answer with the one word: ready"
MOST_TOKENS = 64
LONGEST_SHOWN = 200


@dataclass(frozen=True)
class Trial:
    """What the model answered, and how long it took."""

    text: str
    ms: int


def run(book: Book, purpose: str) -> Trial | None:
    """Ask a purpose's model; None when it has none. Raise ModelError."""
    began = time.perf_counter()
    text = _TRIALS[purpose](book)
    return None if text is None else Trial(text[:LONGEST_SHOWN], int((time.perf_counter() - began) * 1000))


def _chat(book: Book) -> str | None:
    model = current.chat(book, PATIENCE)
    return model.complete([Message("user", QUESTION)], max_tokens=MOST_TOKENS).text if model else None


def _vision(book: Book) -> str | None:
    model = current.vision(book, PATIENCE)
    return model.look([], QUESTION, max_tokens=MOST_TOKENS).text if model else None


def _speech(book: Book) -> str | None:
    model = current.speech(book, PATIENCE)
    if model is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        return model.transcribe(_silence(Path(folder) / "silence.wav"), 1.0).text


def _embedding(book: Book) -> str | None:
    return f"{len(current.embedder(book=book).embed_query(QUESTION))}"


def _silence(path: Path) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 16000, 0, "NONE", ""))
        sound.writeframes(b"\0\0" * 16000)
    return path


_TRIALS = {"chat": _chat, "vision": _vision, "speech": _speech, "embedding": _embedding}
