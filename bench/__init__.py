"""Figures instead of opinions: each file measures one promise against a named baseline in the same run."""
