"""The part of the way that leads to Swagger UI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from example_project.demo.browser import Device

if TYPE_CHECKING:
    from example_project.demo.walk import Walk

LOADED = re.compile(r'(?:src|<link [^>]*href)="([^"]+)"')


def go(walk: Walk, origin: str) -> None:
    """The page, all that it loads, and the schema that it shows."""
    device = Device(origin)
    page = walk.expect("open Swagger UI", device.get("/api/docs/"), 200)
    for path in LOADED.findall(page.text):
        walk.expect(f"it loads {path.partition('?')[0]}", device.get(path), 200)
    schema = walk.expect("it reads the schema", device.get("/api/schema/?format=json"), 200)
    walk.verify("the schema has the way to log out", "/auth/logout/" in schema.data["paths"])
