"""One view, which only authenticates."""

from __future__ import annotations

import os

from django.urls import path

from benchmarks.contestants import contestants

served = next(c for c in contestants() if c.slug == os.environ["BENCH_SERVES"])

urlpatterns = [path("", served.view)]
