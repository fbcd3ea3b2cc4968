"""`python -m bench [NAME …] [--quick]`: print the benchmark tables, all of them or those that are named."""

import argparse
import importlib
import sys

NAMES = (
    "search_quality", "quality", "search_speed", "engine", "load", "screens", "pictures", "ocr_engines", "backfill",
)  # fmt: skip


def main() -> int:
    """Run what was asked for, one after the other: two at once would measure each other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; none means all")
    parser.add_argument("--quick", action="store_true", help="smaller sets: a look, not a figure to quote")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    for name in arguments.names or NAMES:
        importlib.import_module(f"bench.{name}").main(quick=arguments.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
