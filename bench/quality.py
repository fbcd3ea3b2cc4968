"""Search quality through the real thing: documents loaded and questions asked over the HTTP API."""

import json
from typing import Any

from bench import samples
from bench.platform import Caller, Platform, platform, wait_done
from bench.tables import say, show, verdict

TARGETS = {"JSQuAD": (0.93, 0.985), "JaQuAD": (0.88, None), "XQuAD-en": (0.97, None)}
FOLDERS = ("docs_ja", "docs_en", "tables")
FIRST = 5
QA_TARGET = 0.90
UNANSWERABLE = "unanswerable"
EVIDENCE = {"text layer": {"text"}, "image pages": {"image"}, "all answerable": {"text", "image"}}


def main(*, quick: bool) -> None:
    """Print R@1 and R@10 of the three sets, and how many questions on real documents find file and page."""
    with platform() as running:
        rows = [row for name in TARGETS for row in _set(running, name, quick=quick)]
        show("Search quality through the API, one document for each paragraph", ("set", "R@1", "R@10", "reached"), rows)
        _documents(running)


def _set(running: Platform, name: str, *, quick: bool) -> list[tuple[str, str, str, str]]:
    paragraphs = samples.paragraphs(name)
    caller = running.caller(name.lower().replace("-", "_"))
    say(f"{name}: loading {len(paragraphs)} documents")
    for number, paragraph in enumerate(paragraphs):
        caller.upload(f"{number}.txt", paragraph.text.encode())
    wait_done()
    asked = [(p.text, question) for p in paragraphs for question in p.questions][:: 10 if quick else 1]
    ranks = [_rank(caller, question, text) for text, question in asked]
    first, ten = (sum(rank < k for rank in ranks) / len(ranks) for k in (1, 10))
    wanted_first, wanted_ten = TARGETS[name]
    reached = (
        verdict(first, wanted_first)
        if wanted_ten is None
        else f"{verdict(first, wanted_first)} {verdict(ten, wanted_ten)}"
    )
    label = f"{name} ({len(ranks)} questions, targets {wanted_first} {wanted_ten or ''})"
    return [(label, f"{first:.4f}", f"{ten:.4f}", reached)]


def _rank(caller: Caller, question: str, text: str) -> int:
    """Give the place of the first hit that is this paragraph; 10 when there is none."""
    for place, hit in enumerate(caller.search(question)):
        if hit["text"].strip() in text.strip() or text.strip() in hit["text"].strip():
            return place
    return 10


def _documents(running: Platform) -> None:
    caller = running.caller("documents")
    files = samples.documents(*FOLDERS)
    say(f"loading {len(files)} real documents")
    for path in files:
        caller.upload(path.name, path.read_bytes())
    wait_done()
    lines = (samples.folder() / "QA.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [question for question in map(json.loads, lines) if question["kind"] != UNANSWERABLE]
    missed = {question["id"] for question in asked if not _is_found(caller, question)}
    rows = [
        _share(f"QA.jsonl, {name}", [question for question in asked if question["evidence_from"] in kinds], missed)
        for name, kinds in EVIDENCE.items()
    ]
    note = "missed: " + (", ".join(sorted(missed)) or "none")
    show(f"Right file and page among the first {FIRST}", ("questions", "found", "target", "reached"), rows, note)


def _share(name: str, asked: list[dict[str, Any]], missed: set[str]) -> tuple[str, str, str, str]:
    share = 1 - sum(question["id"] in missed for question in asked) / len(asked)
    return (f"{name} ({len(asked)})", f"{share:.3f}", f"{QA_TARGET:.2f}", verdict(share, QA_TARGET))


def _is_found(caller: Caller, question: dict[str, Any]) -> bool:
    return any(_is_right(hit["source"], question) for hit in caller.search(question["question"], FIRST))


def _is_right(source: dict[str, Any], question: dict[str, Any]) -> bool:
    if source["filename"] != question["file"].rsplit("/", 1)[-1]:
        return False
    wanted = question["page"]
    return wanted is None or wanted in (source["page"], source["sheet"])
