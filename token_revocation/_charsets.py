"""Escaping of text for the character set of a database column."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Any

BMP_ONLY = frozenset({"utf8", "utf8mb3", "ucs2"})
"""Character sets of MySQL without supplementary characters.

https://dev.mysql.com/doc/refman/8.4/en/charset-unicode.html"""

BEYOND_BMP = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")

CODECS = {"utf8mb4": "utf-8", "sql_ascii": "utf-8", "koi8r": "koi8_r", "koi8u": "koi8_u"}
"""Python's codecs for names of MySQL, MariaDB and PostgreSQL."""

CHARSETS_SQL = (
    "SELECT COLUMN_NAME, CHARACTER_SET_NAME FROM INFORMATION_SCHEMA.COLUMNS"
    " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s"
)

CACHE_ATTRIBUTE = "_token_revocation_charsets"
"""Attribute of a connection with the character sets of its columns."""


def escape(text: str, charset: str) -> str:
    r"""Escape characters outside ``charset`` as ``\u0000`` or ``\U00000000``."""
    name = charset.lower()
    if name in BMP_ONLY:
        return BEYOND_BMP.sub(lambda found: _escape(found[0], "ascii"), text)
    return _escape(text, _codec(name))


def get_charsets(table: str, column: str, connection: Any) -> list[str]:
    """Return the character sets of the connection and of ``column`` in ``table``."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        encoding: str = connection.connection.info.parameter_status("server_encoding")
        return [encoding.replace("UTF8", "utf-8")]  # In MySQL, utf8 is utf8mb3.
    if connection.vendor == "mysql":
        known = _columns_of(table, connection).get(column) or "utf8mb4"
        return [known, connection.connection.character_set_name()]
    return ["utf-8"]


def _escape(text: str, codec: str) -> str:
    return text.encode(codec, "backslashreplace").decode(codec)


def _codec(name: str) -> str:
    try:
        return codecs.lookup(CODECS.get(name, name.replace("win", "cp"))).name
    except LookupError:
        return "ascii"


def _columns_of(table: str, connection: Any) -> Mapping[str, str]:
    """Return the character sets of the columns.

    One query is made for each connection and table.
    """
    known: dict[str, Mapping[str, str]] = vars(connection).setdefault(CACHE_ATTRIBUTE, {})
    if table not in known:
        with connection.cursor() as cursor:
            cursor.execute(CHARSETS_SQL, [table])
            known[table] = dict(cursor.fetchall())
    return known[table]
