"""The words of dashboards: data files that name metrics, layouts and receipts' fields, and the search in them.

The files are extractors/vocabulary/*.toml. A folder with more of them may be given: its files are read after ours, a
spelling there wins over the same spelling here, and new metrics, words, layouts and receipt fields are added.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from extractors.vocabulary_fold import distance, fold

FOLDER = Path(__file__).parent / "vocabulary"
KINDS = frozenset({"money", "count", "percent", "duration", "ratio", "date", "text"})


class VocabularyError(Exception):
    """A vocabulary file is not usable; the message names the file and says what to change."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a label means; `score` is 1 for a known spelling, less for one that had to be guessed."""

    name: str
    kind: str
    score: float
    times: float = 1.0
    """A unit in the label: 売上 (千円) stands over thousands."""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A page that is known by words on it."""

    name: str
    kind: str
    marks: frozenset[str]
    needs: int


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All words, folded; compare with `label` and `has`."""

    kinds: Mapping[str, str]
    names: Mapping[str, str]
    instead: Mapping[str, str]
    """A metric -> the one it is where that one isn't printed."""
    words: Mapping[str, frozenset[str]]
    layouts: tuple[Layout, ...]
    fields: Mapping[str, tuple[str, ...]]
    """Receipt field -> its folded labels, best first."""
    lengths: Mapping[int, tuple[tuple[str, frozenset[str]], ...]] = field(default_factory=dict)
    seen: dict[tuple[str, bool], Match | None] = field(default_factory=dict)

    def has(self, group: str, text: str) -> bool:
        """Return whether a text is one of a group's words."""
        return fold(text) in self.words.get(group, frozenset())

    def settled(self, names: Sequence[str]) -> list[str]:
        """Call sales the gmv where no other gmv is among the names."""
        claims = [(one, other) for one in names if (other := self.instead.get(one)) and other not in names]
        first = {other: one for one, other in reversed(claims) if names.count(one) == 1}
        return [next((other for other, chosen in first.items() if chosen == one), one) for one in names]

    def label(self, text: str, doubtful: bool = True) -> Match | None:
        """Return what a label means; only a `doubtful` reading is compared with a tolerance."""
        key = (text, doubtful)
        if key not in self.seen:
            if len(self.seen) > 50_000:
                self.seen.clear()
            self.seen[key] = _label(self, text, doubtful)
        return self.seen[key]


@lru_cache(maxsize=4)
def load(extra_folder: Path | None = None) -> Vocabulary:
    """Read our files, and those of a folder when one is given."""
    files = sorted(FOLDER.glob("*.toml")) + (sorted(extra_folder.glob("*.toml")) if extra_folder else [])
    metrics: dict[str, Any] = {}
    words: dict[str, set[str]] = {}
    layouts: dict[str, Layout] = {}
    fields: dict[str, tuple[str, ...]] = {}
    for file in files:
        try:
            _sort(file, tomllib.loads(file.read_text(encoding="utf-8")), (metrics, words, layouts, fields))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, KeyError) as error:
            raise VocabularyError(
                f"{file.name}: {error}; compare it with the files of extractors/vocabulary."
            ) from error
    names = _names(metrics)
    return Vocabulary(
        kinds={name: entry["kind"] for name, entry in metrics.items()},
        names=names,
        instead={name: entry["else"] for name, entry in metrics.items() if "else" in entry},
        words={group: frozenset(some) for group, some in words.items()},
        layouts=tuple(layouts.values()),
        fields=fields,
        lengths=_by_length(names),
    )


def _sort(file: Path, tables: dict[str, Any], into: tuple[Any, Any, Any, Any]) -> None:
    metrics, words, layouts, fields = into
    for name, table in tables.items():
        if "marks" in table:
            layouts[name] = Layout(
                name, table.get("kind", "dashboard"), frozenset(map(fold, table["marks"])), table["needs"]
            )
        elif "labels" not in table:
            for group, some in table.items():
                key = name if group == "words" else group
                words.setdefault(key, set()).update(map(fold, some))
        elif file.stem.startswith("receipt"):
            fields[name] = tuple(dict.fromkeys([*map(fold, table["labels"]), *fields.get(name, ())]))
        else:
            if table["kind"] not in KINDS:
                raise TypeError(f"{name} has the unknown kind {table['kind']!r}")
            known = metrics.setdefault(name, {"kind": table["kind"], "labels": []})
            known["labels"] += table["labels"]
            known.update({"else": table["else"]} if "else" in table else {})


def _names(metrics: Mapping[str, Any]) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, entry in metrics.items():
        for label in entry["labels"]:
            names[fold(label)] = name
    return names


def _by_length(names: Iterable[str]) -> dict[int, tuple[tuple[str, frozenset[str]], ...]]:
    lengths: dict[int, list[tuple[str, frozenset[str]]]] = {}
    for one in names:
        lengths.setdefault(len(one), []).append((one, frozenset(one)))
    return {length: tuple(some) for length, some in lengths.items()}


_UNITS: dict[str, tuple[float, str]] = {
    "円": (1, "JPY"), "千円": (1e3, "JPY"), "万円": (1e4, "JPY"), "百万円": (1e6, "JPY"),
    "億円": (1e8, "JPY"), "jpy": (1, "JPY"), "¥": (1, "JPY"), "usd": (1, "USD"), "$": (1, "USD"),
    "us$": (1, "USD"), "€": (1, "EUR"), "rm": (1, "MYR"), "£": (1, "GBP"), "%": (1, "%"),
    "％": (1, "%"), "秒": (1, "s"), "s": (1, "s"), "sec": (1, "s"), "seconds": (1, "s"),
    "分": (60, "s"), "min": (60, "s"), "minutes": (60, "s"), "mins": (60, "s"), "m": (60, "s"),
    "時間": (3600, "s"), "hours": (3600, "s"), "h": (3600, "s"), "hrs": (3600, "s"), "人": (1, ""),
    "件": (1, ""), "個": (1, ""), "回": (1, ""), "点": (1, ""), "名": (1, ""), "千": (1e3, ""),
    "万": (1e4, ""), "k": (1e3, ""), "万人": (1e4, ""), "千人": (1e3, ""), "万回": (1e4, ""),
    "人数": (1, ""), "eur": (1, "EUR"), "gbp": (1, "GBP"), "myr": (1, "MYR"),
}  # fmt: skip
_BRACKETS = re.compile(r"^(?P<outer>.+?)\s*[(（\[【](?P<inner>[^()（）]+)[)）\]】]?\s*(?P<rest>.*)$")
_MARK = re.compile(r"(?:\s[iIoO0QlC!?①ⓘ◎]|[①ⓘⓅ?？◎⊙©®@○◯>›»∨˅…・:：]+|\s*[>›v∨˅])+$")


_GUARDS = frozenset("低高大小均総新初増減再単率数額商未済前後男女")
"""Characters that decide what a label means: one more or one less of them makes another label, not damage."""


def _label(words: Vocabulary, text: str, doubtful: bool) -> Match | None:
    bare = _MARK.sub("", text.strip()).strip(" :：・*") or text
    bracketed = _with_brackets(words, bare, doubtful)
    if bracketed and (bracketed.unit or bracketed.times != 1.0):
        return bracketed
    found = _exact(words, bare) or _exact(words, text) or bracketed or _without_affixes(words, bare)
    return found or (_close(words, bare) if doubtful else None)


def _exact(words: Vocabulary, text: str) -> Match | None:
    name = words.names.get(fold(text))
    return Match(name, words.kinds[name], 1.0) if name else None


def _with_brackets(words: Vocabulary, text: str, doubtful: bool) -> Match | None:
    """Read クリック率 (CTR), 売上 (千円) and Orders (paid): the part outside counts, a unit inside scales."""
    match = _BRACKETS.match(text)
    if match is None:
        return None
    times, unit = _UNITS.get(match["inner"].strip().casefold(), (0.0, ""))
    outer = match["outer"] + match["rest"]
    found = _exact(words, outer) or _without_affixes(words, outer) or (_close(words, outer) if doubtful else None)
    if times:
        return Match(found.name, found.kind, found.score, times, unit) if found else None
    inner = _exact(words, match["inner"])
    if inner and (found is None or (found.name != inner.name and found.kind == inner.kind)):
        return Match(inner.name, inner.kind, 0.9 if found else 0.95)
    if found:
        return Match(found.name, found.kind, found.score * 0.98)
    return None


def _without_affixes(words: Vocabulary, text: str) -> Match | None:
    folded = fold(text).replace("された", "")
    if folded in words.names and folded != fold(text):
        return Match(words.names[folded], words.kinds[words.names[folded]], 0.96)
    for _ in range(2):
        shorter = _shorten(words, folded)
        if shorter is None:
            return None
        folded = shorter
        name = words.names.get(folded)
        if name and len(folded) > 1:
            return Match(name, words.kinds[name], 0.96)
    return None


def _shorten(words: Vocabulary, folded: str) -> str | None:
    before = max((one for one in words.words.get("before_label", ()) if folded.startswith(one)), key=len, default="")
    if before and len(before) < len(folded):
        return folded[len(before) :]
    after = max((one for one in words.words.get("after_label", ()) if folded.endswith(one)), key=len, default="")
    return folded[: -len(after)] if after and len(after) < len(folded) else None


def _close(words: Vocabulary, text: str) -> Match | None:
    """Find the one metric with a spelling near enough; two that are equally near give none."""
    folded = fold(text)
    most = _tolerance(folded)
    if not most:
        return None
    letters, best = frozenset(folded), {}  # type: frozenset[str], dict[str, int]
    for length in range(len(folded) - most, len(folded) + most + 1):
        for spelling, its in words.lengths.get(length, ()):
            if len(letters - its) > most or len(its - letters) > most or _decides(folded, spelling):
                continue
            far = distance(folded, spelling, most)
            name = words.names[spelling]
            if far <= most:
                best[name] = min(far, best.get(name, far))
    return _only(words, best, len(folded))


def _decides(folded: str, spelling: str) -> bool:
    """Tell whether a text has a deciding character that a spelling has not, or lacks one without a trace."""
    if _GUARDS.intersection(folded).difference(spelling):
        return True
    return len(folded) < len(spelling) and bool(_GUARDS.intersection(spelling).difference(folded))


def _only(words: Vocabulary, best: Mapping[str, int], length: int) -> Match | None:
    if not best:
        return None
    ranked = sorted(best.items(), key=lambda item: item[1])
    if len(ranked) > 1 and ranked[1][1] == ranked[0][1]:
        return None
    name, far = ranked[0]
    return Match(name, words.kinds[name], round(0.94 - 0.6 * far / length, 3))


def _tolerance(folded: str) -> int:
    length = len(folded)
    if length < 4:
        return 0
    if folded.isascii():
        return 1 if length < 8 else 2 if length < 16 else 3
    return 1 if length < 8 else 2
