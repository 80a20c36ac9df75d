"""Parser that limits the length of a body, whatever ``Content-Length`` says."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_BODY_BYTES = 2**20
"""A body holds some tokens. Parsed JSON takes about 25 times as much memory."""


class BoundedParser(BaseParser):
    """A wrapper of ``parser`` that rejects bodies above ``limit`` bytes with 400."""

    def __init__(self, parser: BaseParser, limit: int = MAX_BODY_BYTES) -> None:
        self.parser, self.limit = parser, limit
        self.media_type = parser.media_type

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(self.limit + 1)
        if len(body) > self.limit:
            raise ParseError(_("The request body is too long or too deeply nested."))
        return self.parser.parse(BytesIO(body), media_type, parser_context)
