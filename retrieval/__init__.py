"""From a question to the passages that answer it: words, fusion, re-ranking, highlights."""
