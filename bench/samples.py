"""The real texts and questions that the benchmarks use; nobody here wrote them."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent / "shared" / "samples"
SETS = {"JSQuAD": "jsquad_valid.json", "JaQuAD": "jaquad_dev_0003.json", "XQuAD-en": "xquad.en.json"}
_ENDS = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of an encyclopaedia with the questions that people asked about it."""

    article: str
    text: str
    questions: tuple[str, ...]


def folder() -> Path:
    """Give the folder of samples; leave with a sentence if it is not there."""
    if not ROOT.is_dir():
        sys.exit(f"The benchmarks need the sample files in {ROOT.parent.name}/{ROOT.name} beside the project.")
    return ROOT


def paragraphs(name: str) -> list[Paragraph]:
    """Read one of SETS."""
    found = json.loads((folder() / "qa" / SETS[name]).read_text(encoding="utf-8"))
    return [
        Paragraph(article.get("title", f"{number}"), part["context"], tuple(qa["question"] for qa in part["qas"]))
        for number, article in enumerate(found["data"])
        for part in article["paragraphs"]
    ]


def documents(*folders: str) -> list[Path]:
    """List the files of these sample folders in the order of their names."""
    return sorted(path for name in folders for path in (folder() / name).iterdir() if path.is_file())


def sentences(text: str) -> list[str]:
    """Cut a text into sentences."""
    return [piece.strip() for piece in _ENDS.split(text) if piece and piece.strip()]
