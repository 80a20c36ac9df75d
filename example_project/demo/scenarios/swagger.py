"""Swagger UI and the OpenAPI schema."""

from __future__ import annotations

import re

from example_project.demo.device import Device
from example_project.demo.scenarios.report import Report

LOADED = re.compile(r'(?:src|<link [^>]*href)="([^"]+)"')


def run(report: Report, origin: str) -> None:
    """Load the page, everything that it loads, and the schema that it shows."""
    device = Device(origin)
    page = report.expect("open Swagger UI", device.get("/api/docs/"), 200)
    for path in LOADED.findall(page.text):
        report.expect(f"it loads {path.partition('?')[0]}", device.get(path), 200)
    schema = report.expect("it reads the schema", device.get("/api/schema/?format=json"), 200)
    report.verify("the schema has the logout endpoint", "/auth/logout/" in schema.data["paths"])
