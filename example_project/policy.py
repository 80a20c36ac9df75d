"""What a page may load: files of this server, and nothing that stands in its text."""

from __future__ import annotations

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**also: str) -> str:
    """A ``Content-Security-Policy``; ``img_src="data:"`` allows images that stand in the text."""
    more = {name.replace("_", "-"): source for name, source in also.items()}
    return "; ".join(
        f"{name} {here} {more.get(name, '')}".rstrip() for name, here in STRICT.items()
    )
