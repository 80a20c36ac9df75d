"""Test vectors from the appendix of the specification."""

from __future__ import annotations

import json
from pathlib import Path

SHORT = [
    {
        "bits": 1,
        "raw": "b9a3",
        "lst": "eNrbuRgAAhcBXQ",
        "statuses": [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1],
    },
    {
        "bits": 2,
        "raw": "c944f9",
        "lst": "eNo76fITAAPfAgc",
        "statuses": [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3],
    },
]

LONG = [
    {
        "bits": 1,
        "raw_len": 131072,
        "raw_sha256": "f2529d5d7b48665f8be86037b271b92a9cc7690a42688193d3c97baf2a1e4794",
        "lst": (
            "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogEAAKkeCQAAAAAAAAAAAAAAAAAAAIBylgQAAAAA"
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAAAAAAAAA"
            "vhsSAAAAAAAAAAAA7KpLAAAAAAAAAAAAAAAAAAAAAJsLCQAAAAAAAAAAADjelAAAAAAAAAAAKjDMAQAA"
            "AACAZC8L2AEb"
        ),
        "statuses": {
            0: 1,
            1993: 1,
            25460: 1,
            159495: 1,
            495669: 1,
            554353: 1,
            645645: 1,
            723232: 1,
            854545: 1,
            934534: 1,
            1000345: 1,
        },
    },
    {
        "bits": 2,
        "raw_len": 262144,
        "raw_sha256": "89014d93753a4996780da9354a6ac298c4e4c571b9d7ef344c2aefdd494d898c",
        "lst": (
            "eNrt2zENACEQAEEuoaBABP5VIO01fCjIHTMStt9ovGVIAAAAAABAbiEBAAAAAAAAAAAAAAAAAAAAAAAA"
            "AAAAAAAAAAAAAAAAAEB5WwIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAID0ugQAAAAAAAAAAAAAAAAAQG12SgAA"
            "AAAAAAAAAAAAAAAAAAAAAAAAAOCSIQEAAAAAAAAAAAAAAAAAAAAAAAD8ExIAAAAAAAAAAAAAAAAAAAAA"
            "AAAAAAAAAAAAAAAAAAAAwJEuAQAAAAAAAAAAAAAAAAAAAAAAAMB9SwIAAAAAAAAAAAAAAAAAAACoYUoA"
            "AAAAAAAAAAAAAEBqH81gAQw"
        ),
        "statuses": {
            0: 1,
            1993: 2,
            25460: 1,
            159495: 3,
            495669: 1,
            554353: 1,
            645645: 2,
            723232: 1,
            854545: 1,
            934534: 2,
            1000345: 3,
        },
    },
]

WIDE = [
    {**vector, "statuses": dict(vector["statuses"])}
    for vector in json.loads((Path(__file__).parent / "wide_vectors.json").read_text())
]
"""Vectors with four and eight bits per status, with every status."""

TOKEN = (
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEyIiwidHlwIjoic3RhdHVzbGlzdCtqd3QifQ.eyJleHAiOjIyO"
    "TE3MjAxNzAsImlhdCI6MTY4NjkyMDE3MCwiaXNzIjoiaHR0cHM6Ly9leGFtcGxlLmNvbSIsInN0YXR1c"
    "19saXN0Ijp7ImJpdHMiOjEsImxzdCI6ImVOcmJ1UmdBQWhjQlhRIn0sInN1YiI6Imh0dHBzOi8vZXhhb"
    "XBsZS5jb20vc3RhdHVzbGlzdHMvMSIsInR0bCI6NDMyMDB9.2lKUUNG503R9htu4aHAYi7vjmr3sgApb"
    "foDvPrl65N3URUO1EYqqQl45Jfzd-Av4QzlKa3oVALpLwOEUOq-U_g"
)

KEY = {
    "kty": "EC",
    "crv": "P-256",
    "kid": "12",
    "alg": "ES256",
    "x": "I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo",
    "y": "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M",
}
