"""Costs of a request with and without revocation: ``python -m benchmarks``."""
