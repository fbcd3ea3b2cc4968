"""Made dashboards with known truth; nothing outside bench/ knows how they are made."""

from bench.dashboards.model import Sample, TrueChart, TrueField, TrueGrid, TrueString
from bench.dashboards.store import fonts, load
from bench.dashboards.variants import pictures

__all__ = ["Sample", "TrueChart", "TrueField", "TrueGrid", "TrueString", "fonts", "load", "pictures"]
