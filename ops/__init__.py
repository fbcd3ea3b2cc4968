"""Keeping the platform well: what its operator does and what happens by the clock."""
