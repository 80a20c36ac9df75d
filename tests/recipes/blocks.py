"""Code blocks of the recipes page."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

PAGE = Path(__file__).parents[2] / "docs" / "recipes.md"


def module_of(recipe, number=0):
    """Return code block ``number`` of the section ``recipe`` as a module."""
    section = PAGE.read_text().split(f"\n## {recipe}\n")[1].split("\n## ")[0]
    code = re.findall(r"```python\n(.*?)```", section, re.DOTALL)[number]
    name = f"recipe_{re.sub(r'[^a-z]', '_', recipe.lower())}_{number}"
    if name not in sys.modules:
        module = ModuleType(name)
        module.MIDDLEWARE = []
        sys.modules[name] = module
        exec(compile(code, f"{PAGE}#{recipe}", "exec"), vars(module))  # noqa: S102
    return sys.modules[name]
