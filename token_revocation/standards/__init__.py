"""Endpoints a project gets only by including them; each file is one specification."""

from __future__ import annotations
