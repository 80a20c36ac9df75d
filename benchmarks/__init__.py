"""What a request costs with revocation and without, side by side: ``python -m benchmarks``."""
