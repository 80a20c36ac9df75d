"""Checks of ``TRUSTED_ISSUERS``, the configuration of external token issuers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult

from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import FieldError, ValidationError

from token_revocation._checks.issuer import is_local, parse_url
from token_revocation.conf import settings

KEY_TYPES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **dict.fromkeys(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"], ("RSA", ())),
    "ES256": ("EC", ("P-256",)),
    "ES384": ("EC", ("P-384",)),
    "ES512": ("EC", ("P-521",)),
    "ES256K": ("EC", ("secp256k1",)),
    "EdDSA": ("OKP", ("Ed25519", "Ed448")),
}
"""Key type and curves by algorithm (RFC 7518, section 3.1; RFC 8037; RFC 8812).
No MAC: a party that can verify with a shared secret can also sign."""

Messages = Iterator[CheckMessage]


def check_trusted_issuers() -> Messages:
    """Check every key of every entry."""
    entries: Any = settings.TRUSTED_ISSUERS
    if not isinstance(entries, list | tuple):
        yield Error(
            "TOKEN_REVOCATION['TRUSTED_ISSUERS'] is not a list.",
            hint="Set a list with one dictionary per issuer.",
            id="token_revocation.E090",
        )
        return
    for number, entry in enumerate(entries):
        yield from _check_entry(f"TOKEN_REVOCATION['TRUSTED_ISSUERS'][{number}]", entry)
    yield from _check_duplicates(entries)


def _check_entry(where: str, entry: Any) -> Messages:
    if not isinstance(entry, Mapping) or not {"issuer", "audience"} <= set(entry) <= set(CHECKS):
        yield Error(
            f"{where} is not a dictionary with 'issuer', 'audience' and only known keys.",
            hint=f"Valid keys are {', '.join(CHECKS)}.",
            id="token_revocation.E091",
        )
        return
    if (entry.get("jwks") is None) == (entry.get("jwks_uri", "") == ""):
        yield Error(
            f"{where} must have either 'jwks' or 'jwks_uri'.",
            hint="Set the public keys of the issuer, or the URL of its JWK Set.",
            id="token_revocation.E092",
        )
    for name, check in CHECKS.items():
        if name in entry:
            yield from check(where, entry[name])


def _check_issuer(where: str, value: Any) -> Messages:
    if not is_https(parse_url(value)):
        yield Error(
            f"{where}: 'issuer' is {value!r}, which is not a valid issuer.",
            hint="Set the https URL in the iss claim of its tokens, without query or fragment.",
            id="token_revocation.E093",
        )


def _check_audience(where: str, value: Any) -> Messages:
    if not _is_strings(value) and not isinstance(value, str):
        yield Error(
            f"{where}: 'audience' is {value!r}, which is not a valid audience.",
            hint="Set a string or a list of strings.",
            id="token_revocation.E094",
        )


def _check_jwks(where: str, value: Any) -> Messages:
    keys = value.get("keys") if isinstance(value, Mapping) else None
    types = sorted({kty for kty, _ in KEY_TYPES.values()})
    is_key_set = isinstance(keys, list | tuple) and all(isinstance(key, Mapping) for key in keys)
    if value is not None and not (
        is_key_set and any(key.get("kty") in types for key in keys or ())
    ):
        yield Error(
            f"{where}: 'jwks' has no public key.",
            hint=f"Set a JWK Set, {{'keys': [...]}}, with a key of type {', '.join(types)}.",
            id="token_revocation.E095",
        )


def _check_jwks_uri(where: str, value: Any) -> Messages:
    yield from _warn_of_http(where, value)
    if value != "" and not is_https(_url_with_query(value)):
        yield Error(
            f"{where}: 'jwks_uri' is {value!r}, which is not a valid URL.",
            hint="Set an https URL. Keys sent over http can be forged.",
            id="token_revocation.E096",
        )


def _check_algorithms(where: str, value: Any) -> Messages:
    if not _is_strings(value) or not value or set(value) - set(KEY_TYPES):
        yield Error(
            f"{where}: 'algorithms' is {value!r}, which is not a list of known algorithms.",
            hint=f"Set a list of algorithms from {', '.join(KEY_TYPES)}.",
            id="token_revocation.E097",
        )


def _check_status_lists(where: str, value: Any) -> Messages:
    for prefix in value if _is_strings(value) else [None]:
        yield from _warn_of_http(where, prefix)
        url = parse_url(prefix)
        if url is None or not is_https(url) or not url.path:
            yield Error(
                f"{where}: 'status_lists' has {prefix!r}, which is not a valid URL prefix.",
                hint="Set a list of https URLs with a path, such as 'https://issuer.example.com/lists/'.",
                id="token_revocation.E098",
            )


def _check_subject_field(where: str, value: Any) -> Messages:
    if not isinstance(value, str) or (value and not _is_lookup({value: ""})):
        yield _lookup_error(f"{where}: 'subject_field' is {value!r}")


def _check_users(where: str, value: Any) -> Messages:
    if not isinstance(value, Mapping) or not _is_lookup(value):
        yield _lookup_error(f"{where}: 'users' is {value!r}")


def _lookup_error(problem: str) -> CheckMessage:
    return Error(
        f"{problem}, which is not a valid lookup of users.",
        hint="Set arguments of filter(): a name for 'subject_field', a dictionary for 'users'.",
        id="token_revocation.E099",
    )


CHECKS: Mapping[str, Callable[[str, Any], Messages]] = {
    "issuer": _check_issuer,
    "audience": _check_audience,
    "jwks": _check_jwks,
    "jwks_uri": _check_jwks_uri,
    "algorithms": _check_algorithms,
    "subject_field": _check_subject_field,
    "status_lists": _check_status_lists,
    "users": _check_users,
}


def is_https(url: SplitResult | None) -> bool:
    """Return whether ``url`` is https, or plain HTTP to a development machine."""
    return url is not None and (url.scheme == "https" or is_local(url))


def _warn_of_http(where: str, value: Any) -> Messages:
    url = _url_with_query(value)
    if url and is_local(url):
        yield Warning(
            f"{where}: {value!r} is http, so its content can be forged.",
            hint="Set an https URL, except on a development machine.",
            id="token_revocation.W090",
        )


def _check_duplicates(entries: Any) -> Messages:
    names = [entry.get("issuer") for entry in entries if isinstance(entry, Mapping)]
    for name in {name for name in names if isinstance(name, str) and names.count(name) > 1}:
        yield Warning(
            f"TOKEN_REVOCATION['TRUSTED_ISSUERS'] has several entries for {name!r}.",
            hint="Merge them. Only the last one is used.",
            id="token_revocation.W091",
        )


def _is_strings(value: Any) -> bool:
    return isinstance(value, list | tuple | set) and all(isinstance(each, str) for each in value)


def _is_lookup(lookups: Mapping[str, Any]) -> bool:
    try:
        get_user_model()._default_manager.filter(**lookups)
    except FieldError:
        return False
    except (TypeError, ValidationError, ValueError):
        # The field exists, but does not accept the empty value of ``_check_subject_field``.
        return list(lookups.values()) == [""]
    return True


def _url_with_query(value: Any) -> SplitResult | None:
    """Return the parsed URL of a key set, which may have a query."""
    return parse_url(value.split("?")[0]) if isinstance(value, str) else None
