"""Measurements against peers; each prints its ratios. Started with ``python -m benchmarks.<name>``."""
