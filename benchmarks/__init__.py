"""Measured quality and speed, runnable by anyone: ``python -m benchmarks.<name>``."""
