"""Services in coroutines of real servers, with many concurrent requests."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from tests.asgi.project.prepare import TOKEN_COUNT
from tests.asgi.servers import open_request, prepare, send, serving, status_of, wait_for

STORES = {
    "database": "token_revocation.stores.database.DatabaseStore",
    "snapshot": "token_revocation.stores.snapshot.SnapshotStore",
}


CASES = [("uvicorn", "snapshot"), ("daphne", "database")]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder with a database, and the tokens in it."""
    folder = tmp_path_factory.mktemp("prepared")
    return folder, prepare(folder, STORES["database"])


@pytest.fixture
def tokens(prepared, tmp_path):
    folder, tokens = prepared
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return tokens


@pytest.fixture(params=CASES, ids=" ".join)
def port(request, tmp_path, tokens):
    server, store = request.param
    pytest.importorskip(server)
    with serving(server, tmp_path, STORES[store]) as port:
        yield port


def test_200_concurrent_requests_log_out_each_its_own_token(port, tokens):
    async def request_all(path):
        return await asyncio.gather(*(status_of(port, path, token) for token in tokens))

    assert len(tokens) == TOKEN_COUNT
    for path, status in [("/check/", 200), ("/protected/", 200), ("/log-out/", 200)]:
        assert set(asyncio.run(request_all(path))) == {status}, path
    for path in ("/check/", "/protected/"):
        assert set(asyncio.run(request_all(path))) == {401}, path


def test_one_of_200_concurrent_requests_logs_out_a_token(port, tokens):
    async def request_all():
        return await asyncio.gather(*(send(port, "/log-out/", tokens[0]) for _ in tokens))

    responses = asyncio.run(request_all())
    assert sum('"revoked": true' in response for response in responses) == 1


def test_logout_completes_although_its_client_disconnects(port, tokens, tmp_path):
    log = tmp_path / "log"

    async def disconnect():
        _, writer = await open_request(port, "/log-out-slowly/", tokens[0])
        await asyncio.to_thread(wait_for, (tmp_path / "inserting").exists, log)
        writer.close()
        await writer.wait_closed()
        await asyncio.to_thread(wait_for, (tmp_path / "cancelled").exists, log)

    asyncio.run(disconnect())
    assert asyncio.run(status_of(port, "/check/", tokens[0])) == 200
    (tmp_path / "released").touch()
    wait_for(lambda: asyncio.run(status_of(port, "/check/", tokens[0])) == 401, log)
    # An open transaction would keep the lock of SQLite.
    assert asyncio.run(status_of(port, "/log-out/", tokens[1])) == 200
