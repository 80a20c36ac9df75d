"""Key sets of trusted issuers: slow and hostile servers, malformed sets, and unsuitable keys."""

from __future__ import annotations

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.attacks import hostile_server as hostile
from tests.attacks.hostile_server import elapsed_seconds, respond_with, serve, wait_for_fetch
from tests.standards.jwts import default_claims, make_jwk, make_jwt, public, trusted
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards import _key_sets, _remote_document, _remote_value
from token_revocation.standards.jose import InvalidJWT, verify

JWK = make_jwk()
KEY_SET = json.dumps({"keys": [public(JWK)]}).encode()
TYPE = "secevent+jwt"


pytestmark = pytest.mark.usefixtures("short_timeouts")


@pytest.fixture
def trust(settings):
    """Trust one issuer, whose key set is at a URI."""

    def trust(uri=None, **changes):
        keys = {"jwks": None, "jwks_uri": uri} if uri else {}
        settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, **keys, **changes)}

    return trust


def check(raw=None):
    return verify(raw or make_jwt(JWK), types=[TYPE])


def error_code(raw):
    with pytest.raises(InvalidJWT) as caught:
        check(raw)
    return caught.value.err


def wait_for_key_set(uri):
    wait_for_fetch(_key_sets._key_set(uri))


SLOW_RESPONSES = [
    hostile.hanging,
    hostile.dripping_headers,
    hostile.dripping_body,
]
WRONG_RESPONSES = [
    hostile.endless_body,
    hostile.resetting,
    respond_with(KEY_SET, b"302 Found", b"Location: /other\r\n"),
    respond_with(KEY_SET, b"301 Moved", b"Location: file:///etc/passwd\r\n"),
    respond_with(KEY_SET, b"204 No Content"),
    respond_with(KEY_SET, b"500 Error"),
    respond_with(KEY_SET + b" " * _key_sets.MAX_BYTES),
]


@pytest.mark.trap("T44")
@pytest.mark.parametrize("answer", SLOW_RESPONSES)
def test_concurrent_requests_share_one_fetch_and_time_out(trust, answer):
    with serve(answer) as server, ThreadPoolExecutor(8) as pool:
        trust(server.uri)
        durations = list(pool.map(lambda _: elapsed_seconds(check), range(8)))
        assert max(durations) < 1.5
        assert server.request_count == 1
        wait_for_key_set(server.uri)  # The thread also ends, whatever the server sends.
        assert elapsed_seconds(check) < 1.0
        assert server.request_count == 1


@pytest.mark.trap("T44")
@pytest.mark.parametrize("answer", WRONG_RESPONSES)
def test_a_failed_fetch_is_not_repeated_immediately(trust, answer):
    with serve(answer) as server:
        trust(server.uri)
        for _ in range(3):
            with pytest.raises(RevocationUnavailable):
                check()
        assert server.request_count == 1


def test_nothing_is_read_after_the_deadline():
    local, remote = socket.socketpair()
    with local, remote, _remote_document._DeadlineReader(local, time.monotonic()) as reader:
        remote.sendall(b"x")
        with pytest.raises(TimeoutError):
            reader.read(1)


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "nonsense"])
def test_only_http_uris_are_fetched(trust, uri):
    trust(uri)
    with pytest.raises(RevocationUnavailable):
        check()


def test_a_server_without_a_certificate_is_not_trusted(trust):
    with serve(respond_with(KEY_SET)) as server:
        trust(server.uri.replace("http:", "https:"))
        with pytest.raises(RevocationUnavailable):
            check()
        assert server.request_count == 1


@pytest.mark.trap("T44")
def test_requests_use_known_keys_during_a_refetch(trust, monkeypatch):
    monkeypatch.setattr(_key_sets, "FRESH_SECONDS", 0.0)
    with serve(respond_with(KEY_SET)) as server:
        trust(server.uri)
        check()
        server.answer = hostile.hanging
        with ThreadPoolExecutor(8) as pool:  # A request that waits gets no keys.
            assert all(pool.map(lambda _: check(), range(8)))
        server.wait_for_requests(2)
        wait_for_key_set(server.uri)
        assert check()  # A failed fetch keeps them.


def test_keys_past_their_maximum_age_are_not_used(trust, monkeypatch):
    monkeypatch.setattr(_key_sets, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(_key_sets, "USABLE_SECONDS", 0.0)
    with serve(respond_with(KEY_SET)) as server:
        trust(server.uri)
        check()
        server.answer = hostile.resetting
        with pytest.raises(RevocationUnavailable):
            check()


@pytest.mark.trap("T44")
def test_unknown_key_ids_do_not_cause_repeated_fetches(trust):
    with serve(respond_with(KEY_SET)) as server:
        trust(server.uri)
        for number in range(20):
            assert error_code(make_jwt(make_jwk(f"unknown-{number}"))) == "invalid_key"
        assert server.request_count == 1


def test_a_new_key_is_fetched(trust, monkeypatch):
    monkeypatch.setattr(_key_sets, "RETRY_SECONDS", 0.0)
    new = make_jwk("2")
    with serve(respond_with(KEY_SET)) as server:
        trust(server.uri)
        check()
        server.answer = respond_with(json.dumps({"keys": [public(JWK), public(new)]}).encode())
        assert check(make_jwt(new))


def test_an_unknown_key_is_unavailable_while_the_set_cannot_be_fetched(trust, monkeypatch):
    monkeypatch.setattr(_key_sets, "RETRY_SECONDS", 0.0)
    with serve(respond_with(KEY_SET)) as server:
        trust(server.uri)
        check()
        server.answer = hostile.hanging
        with pytest.raises(RevocationUnavailable):
            check(make_jwt(make_jwk("2")))
        assert check()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"[" * 100_000, b"1" * 5000, b'{"keys": 7}'])
def test_an_invalid_document_does_not_replace_a_key_set(trust, monkeypatch, body):
    monkeypatch.setattr(_key_sets, "FRESH_SECONDS", 0.0)
    with serve(respond_with(KEY_SET)) as server:
        trust(server.uri)
        check()
        server.answer = respond_with(body)
        check()
        wait_for_key_set(server.uri)
        assert check()


def test_an_empty_key_set_replaces_a_key_set(trust, monkeypatch):
    monkeypatch.setattr(_key_sets, "FRESH_SECONDS", 0.0)
    with serve(respond_with(KEY_SET)) as server:
        trust(server.uri)
        check()
        server.answer = respond_with(b'{"keys": []}')
        check()
        wait_for_key_set(server.uri)
        assert error_code(make_jwt(JWK)) == "invalid_key"


def test_a_process_that_cannot_start_a_thread_answers_503(trust, monkeypatch):
    def fail(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_remote_value.Thread, "start", fail)
    trust("http://127.0.0.1:9/")
    with pytest.raises(RevocationUnavailable):
        check()


@pytest.mark.spec("RFC 7515", "4.1.11")
@pytest.mark.parametrize(
    "headers", [{"crit": ["exp"], "exp": 1}, {"crit": []}, {"crit": ["b64"], "b64": True}]
)
def test_critical_header_extension_is_rejected(trust, headers):
    trust()
    assert error_code(_sign({"typ": TYPE, "kid": "1", **headers})) == "invalid_request"


@pytest.mark.parametrize("kid", [7, [], {"1": 1}, None, True])
def test_a_key_id_of_a_wrong_type_is_rejected(trust, kid):
    trust()
    raw = _sign({"typ": TYPE, "kid": kid})
    try:
        check(raw)
    except InvalidJWT:
        return
    assert kid is None


def rsa_jwk(bits=2048, **members):
    key = json.loads(RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, bits)))
    return {name: key[name] for name in key if name != "key_ops"} | {"kid": "1", **members}


def curve_jwk(curve, **members):
    return {**json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(curve))), "kid": "1", **members}


ALGORITHMS = ["RS256", "RS384", "PS256", "ES256", "ES384", "ES512", "EdDSA", "HS256"]


@pytest.mark.spec("RFC 8725", "3.1")
@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (rsa_jwk(alg="RS256"), "RS384"),
        (rsa_jwk(alg="RS256"), "PS256"),
        (rsa_jwk(use="enc"), "RS256"),
        (rsa_jwk(key_ops=["encrypt"]), "RS256"),
        (rsa_jwk(key_ops=7), "RS256"),
        (curve_jwk(ec.SECP256R1(), use="enc"), "ES256"),
    ],
)
def test_key_for_another_use_or_algorithm_is_rejected(trust, settings, key, algorithm):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(key, algorithms=ALGORITHMS)}
    signing = {k: v for k, v in key.items() if k not in ("alg", "use", "key_ops")}
    raw = jwt.encode(
        default_claims(), jwt.PyJWK(signing, algorithm), headers={"typ": TYPE, "kid": "1"}
    )
    assert error_code(raw) == "invalid_key"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.spec("RFC 7518", "3.3")
def test_short_rsa_key_is_rejected(settings):
    key = rsa_jwk(1024)
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(key)}
    raw = jwt.encode(default_claims(), jwt.PyJWK(key, "RS256"), headers={"typ": TYPE, "kid": "1"})
    assert error_code(raw) == "invalid_key"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_key_without_an_algorithm_verifies_algorithms_of_its_type(settings, algorithm):
    key = rsa_jwk()
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(key)}
    raw = jwt.encode(default_claims(), jwt.PyJWK(key, algorithm), headers={"typ": TYPE, "kid": "1"})
    assert check(raw)


@pytest.mark.spec("RFC 8725", "3.1")
def test_shared_secret_is_rejected_even_if_configured(settings):
    secret = {"kty": "oct", "k": "c2VjcmV0" * 8, "kid": "1"}
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(secret, algorithms=["HS256", "none"])}
    raw = jwt.encode(default_claims(), "secret" * 8, "HS256", headers={"typ": TYPE, "kid": "1"})
    assert error_code(raw) == "authentication_failed"


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "EC", "crv": "P-256", "kid": "1"},
        {"kty": "EC", "crv": "P-256", "x": 7, "y": [], "kid": "1"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "1"},
        {"kty": "RSA", "n": "AA", "e": "AA", "kid": "1"},
        {"kty": ["EC"], "kid": "1"},
        {"kty": "EC", "crv": {}, "kid": "1"},
    ],
)
@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_malformed_key_verifies_nothing(settings, key, algorithm):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(key)}
    other = rsa_jwk() if algorithm == "RS256" else JWK
    raw = jwt.encode(
        default_claims(), jwt.PyJWK(other, algorithm), headers={"typ": TYPE, "kid": "1"}
    )
    assert error_code(raw) == "invalid_key"


def _sign(header):
    """Sign as ``jwt.encode`` does, but with headers that it rejects."""
    parts = [
        _encoded({"alg": "ES256", **header}),
        _encoded({**default_claims(), "exp": time.time() + 60}),
    ]
    signing = ".".join(parts).encode()
    key = jwt.PyJWK.from_dict(JWK)
    signature = jwt.utils.base64url_encode(key.Algorithm.sign(signing, key.key))
    return b".".join([signing, signature]).decode()


def _encoded(part):
    return jwt.utils.base64url_encode(json.dumps(part).encode()).decode()
