"""A large corpus out of small real ones: real paragraphs with their questions among many recombined ones.

Each made text takes sentences mostly of one article, so that words keep the company they have in real texts, and
exchanges one run of letters in four with another of the corpus (some of them newly joined out of two), so that copies
of a sentence differ and rare words exist. Its vector is the mean of the real vectors of its sentences, spread as wide
as those of real paragraphs, plus noise that gives it their intrinsic dimension (TwoNN: real 16, made 15): embedding
100,000 texts takes an hour and would not change what an index has to do.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench import samples
from extractors import documents
from extractors.model import Page
from extractors.options import Options
from llm.embeddings import Embedder, normalised

_RUN = re.compile(r"[一-鿿々]{2,}|[ァ-ー]{2,}|[A-Za-z]{4,}|[0-9]{2,}")
EXCHANGED, JOINED, OWN_ARTICLE = 0.25, 0.3, 0.75
NOISE = 0.2
BATCH = 64


@dataclass(frozen=True)
class Corpus:
    """Texts with their vectors, real ones first, and real questions about the real ones."""

    texts: Sequence[str]
    vectors: NDArray[np.float32]
    questions: Sequence[str]


def make(count: int, embedder: Embedder, seed: int = 7) -> Corpus:
    """Make `count` texts."""
    known = [part for name in samples.SETS for part in samples.paragraphs(name)]
    articles = _articles(known)
    sentences = [sentence for article in articles for sentence in article]
    real = [part.text for part in known][:count]
    vectors = embed(embedder, [*sentences, *real])
    recipes = list(_recipes(articles, count - len(real), random.Random(seed)))
    texts = _Writer(sentences, random.Random(seed)).write(recipes)
    known_vectors = vectors[len(sentences) :]
    made = _mixed(vectors[: len(sentences)], recipes, known_vectors, np.random.default_rng(seed))
    questions = [question for part in known for question in part.questions]
    random.Random(seed).shuffle(questions)
    return Corpus([*real, *texts], np.concatenate([known_vectors, made]), questions)


def embed(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Embed passages, those of like length together, and give the vectors in the texts' order."""
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    rows = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        rows[batch] = embedder.embed_passages([texts[number] for number in batch])
    return rows


def _articles(known: Sequence[samples.Paragraph]) -> list[list[str]]:
    """Give the sentences of each article and of each sample document."""
    texts: dict[str, list[str]] = {}
    for part in known:
        texts.setdefault(part.article, []).append(part.text)
    for path in samples.documents("docs_ja", "docs_en"):
        if path.suffix in {".html", ".docx", ".pptx", ".md", ".pdf"}:
            options = Options(path.name, images=False)
            parts = documents.extract(path, path.name, options=options)
            texts[path.name] = [part.text for part in parts if isinstance(part, Page)]
    found = ([s for s in samples.sentences("\n".join(pieces)) if 12 <= len(s) <= 300] for pieces in texts.values())
    return [article for article in found if len(article) >= 5]


def _recipes(articles: Sequence[Sequence[str]], count: int, dice: random.Random) -> list[list[int]]:
    """Choose for each text the numbers of its sentences: 150 to 450 letters, mostly of one article."""
    first = list(np.cumsum([0, *map(len, articles)]))
    lengths = [len(sentence) for article in articles for sentence in article]
    recipes = []
    for _ in range(count):
        article, wanted = dice.randrange(len(articles)), dice.randint(150, 450)
        recipe: list[int] = []
        while sum(lengths[number] for number in recipe) < wanted:
            own = dice.random() < OWN_ARTICLE
            recipe.append(dice.randrange(first[article], first[article + 1]) if own else dice.randrange(first[-1]))
        recipes.append(recipe)
    return recipes


class _Writer:
    """Writes texts out of sentences, exchanging words."""

    def __init__(self, sentences: Sequence[str], dice: random.Random) -> None:
        self._sentences, self._dice = sentences, dice
        self._runs: dict[str, list[str]] = {}
        for sentence in sentences:
            for run in _RUN.findall(sentence):
                self._runs.setdefault(_script(run), []).append(run)

    def write(self, recipes: Sequence[Sequence[int]]) -> list[str]:
        """Write a text for each recipe."""
        return ["".join(_RUN.sub(self._exchanged, self._sentences[n]) + " " for n in recipe) for recipe in recipes]

    def _exchanged(self, match: re.Match[str]) -> str:
        run = match.group()
        if self._dice.random() > EXCHANGED:
            return run
        others = self._runs[_script(run)]
        other = self._dice.choice(others)
        if self._dice.random() > JOINED:
            return other
        second = self._dice.choice(others)
        return other[: len(other) // 2 + 1] + second[len(second) // 2 :]


def _script(run: str) -> str:
    return next(name for name, last in (("0", "9"), ("A", "z"), ("ァ", "ー"), ("一", "鿿")) if run[0] <= last)


def _mixed(
    sentences: NDArray[np.float32],
    recipes: Sequence[Sequence[int]],
    real: NDArray[np.float32],
    dice: np.random.Generator,
) -> NDArray[np.float32]:
    means = np.stack([sentences[list(recipe)].mean(axis=0) for recipe in recipes])
    middle = means.mean(axis=0)
    wider = _spread(real) / _spread(means)
    noise = dice.normal(0.0, NOISE * (sentences - sentences.mean(axis=0)).std(), means.shape).astype(np.float32)
    return normalised(middle + (means - middle) * wider + noise)


def _spread(rows: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(rows - rows.mean(axis=0), axis=1).mean())
