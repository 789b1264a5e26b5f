"""One file format, one file: bytes become text with its structure."""
