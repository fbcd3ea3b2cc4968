"""The command line: one file for each command, started as `python -m scripts.<name>`."""
