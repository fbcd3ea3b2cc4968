"""How large uploads are cut into blocks; without the Azure library, so that everybody may ask."""

BLOCK = 8 * 1024 * 1024
"""Bytes of one block; 50,000 of them are the most a blob may have: 390 GiB."""
