"""The key that signs the JWTs and the status lists of the demonstration."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CAN_SIGN = find_spec("jwt") is not None and find_spec("cryptography") is not None
"""Whether PyJWT and cryptography are installed."""


def signing_key(path: Path) -> Mapping[str, Any]:
    """Return the private JSON Web Key in the file, which only its owner can read.

    The first call creates the file. A real project loads the key from its secret store.
    """
    if not path.exists():
        _write(path, json.dumps(_new_key()))
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def _new_key() -> dict[str, Any]:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from jwt.algorithms import ECAlgorithm

    key = ECAlgorithm.to_jwk(generate_private_key(SECP256R1()), as_dict=True)
    return {**key, "alg": "ES256", "kid": "demonstration", "use": "sig"}


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
