"""How figures are shown: one table for each promise, with what was promised beside what was measured."""

import statistics
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

console = Console(width=120, highlight=False)


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], note: str = "") -> None:
    """Print a table: first column to the left, figures to the right."""
    table = Table(title=title, title_justify="left", caption=note or None, caption_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)
    console.print()


def say(text: str) -> None:
    """Print a line on what is going on."""
    console.print(text, style="dim")


def median(values: Sequence[float]) -> float:
    """Give the middle value."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that `share` (0..1) of the values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def verdict(measured: float, target: float, *, most: bool = False) -> str:
    """Say whether a figure reaches its target; `most` when it must not exceed it."""
    reached = measured <= target if most else measured >= target
    return "[green]yes[/]" if reached else "[red]no[/]"
