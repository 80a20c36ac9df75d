"""Write ``docs/matrix.md``: ``python -m tests.matrix``, with every optional package installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

os.environ["WRITE_MATRIX"] = "1"
sys.exit(pytest.main(["-q", str(Path(__file__).parent)]))
